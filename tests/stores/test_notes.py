"""Notes on disk: bounded, believed only when whole."""

from dataclasses import replace
from pathlib import Path

import pytest

from proxy.model.purge import EVERYTHING
from proxy.stores import notes, tombstones
from proxy.stores.notes import DiskNotes
from proxy.stores.protocols import Note
from tests.stores.rooms import Parts, parts

NOTE = Note(value={"n": 3, "why": "dns", "at": [1.5, None]}, until=2e6, host="a.example")


def kept(room: Parts) -> DiskNotes:
    return DiskNotes(index=room.index, writer=room.writer, health=room.health, now=room.clock)


async def test_what_expires_first_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MAX_NOTES", 5)
    async with parts(tmp_path) as room:
        for n in (3, 1, 7, 2, 9, 8, 4):
            assert await kept(room).put(f"k{n}", replace(NOTE, until=2e6 + n), began=None)
        found = await room.ask("SELECT key FROM notes ORDER BY until")
        assert found == [("k3",), ("k4",), ("k7",), ("k8",), ("k9",)]


async def test_expired_notes_are_removed(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await kept(room).put("a", NOTE, began=None)
        await kept(room).tend()
        assert kept(room).get("a") == NOTE
        room.clock.at = 3e6
        await kept(room).tend()
        assert kept(room).get("a") is None
        assert await room.ask("SELECT notes FROM totals") == [(0,)]


@pytest.mark.parametrize(
    "damage", ["value = '{}'", "value = '{'", "until = 'x'", "host = 1", "key = 'a2'"]
)
async def test_a_damaged_note_is_none(tmp_path: Path, damage: str) -> None:
    async with parts(tmp_path) as room:
        await kept(room).put("a", NOTE, began=None)
        await room.ask(f"UPDATE notes SET {damage}")  # noqa: S608  # a table's column
        assert kept(room).get("a") is None
        assert kept(room).get("a2") is None


async def test_a_note_from_before_a_purge_is_not_kept(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(lambda c: tombstones.add(c, 4, EVERYTHING, now=1.0))
        assert not await kept(room).put("a", NOTE, began=3)
        assert await kept(room).put("a", NOTE, began=4)
