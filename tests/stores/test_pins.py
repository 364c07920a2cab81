"""Pins outlive the index, cut lines and flipped bits."""

from dataclasses import replace
from pathlib import Path

import pytest

from proxy.stores.directory import Directory
from proxy.stores.pins import Pins
from proxy.stores.rows import to_row
from tests.stores.makers import blob_of, body, entry
from tests.stores.rooms import parts

DATA = body(1)
PINNED = replace(entry("a", blob_of(DATA)), pinned=True)


async def test_a_pin_comes_back_after_the_index_is_lost(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.put(DATA)
        await room.index.put(PINNED)
        await room.index.put(entry("b"))
        room.directory.index.unlink()
        assert await room.ask("SELECT key FROM entries") == [("a",)]
        assert await room.ask("SELECT key FROM pins") == [("a",)]
        assert await room.ask("SELECT names FROM blobs") == [(1,)]
        await room.index.renew()
        assert room.index.get("a") == PINNED


async def test_a_pin_whose_blob_is_gone_comes_back_to_be_healed(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        room.pins.add((to_row(PINNED),))
        room.directory.index.unlink()
        assert await room.ask("SELECT key FROM entries") == [("a",)]


async def test_an_older_copy_learns_what_was_unpinned(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.index.put(replace(entry("a"), pinned=True))
        room.pins.remove(("a",))
        n_restored = await room.writer.do(lambda c: room.pins.restore(c, now=5.0))
        assert n_restored == 0
        assert await room.ask("SELECT pinned FROM entries") == [(0,)]
        assert room.index.get("a") == entry("a")


async def test_a_damaged_pinned_row_is_put_back(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.put(DATA)
        await room.index.put(PINNED)
        await room.ask("UPDATE entries SET pinned = 0, digest = 'f' || substr(digest, 2)")
        assert room.index.get("a") is None
        assert await room.ask("SELECT count(*) FROM entries") == [(1,)]
        assert room.index.get("a") == PINNED


@pytest.mark.parametrize("tail", [b'{"key":"b","row', b"\xff\xfe\n", b"null\n", b"\n"])
async def test_a_line_that_cannot_be_read_is_passed_over(tmp_path: Path, tail: bytes) -> None:
    async with parts(tmp_path) as room:
        room.pins.add((to_row(PINNED),))
        with room.directory.pins.open("ab") as file:
            file.write(tail)
        other = replace(PINNED, key="c")
        room.pins.add((to_row(other),))
        assert room.pins.read() == {"a": to_row(PINNED), "c": to_row(other)}


async def test_a_flipped_line_does_not_speak(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        room.pins.add((to_row(PINNED),))
        text = room.directory.pins.read_text()
        room.directory.pins.write_text(text.replace("woshipm", "woshipn", 1))
        assert room.pins.read() == {}


async def test_outdated_lines_go_once_they_are_many(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        draft = room.directory.draft()
        assert not room.pins.compact(draft)
        for n in range(200):
            room.pins.add((to_row(replace(PINNED, media_type=f"image/{n}")),))
        room.pins.add((to_row(replace(PINNED, key="b")),))
        room.pins.remove(("b",))
        before = room.pins.read()
        assert room.pins.compact(draft)
        assert room.pins.read() == {"a": before["a"]}
        assert len(room.directory.pins.read_bytes().splitlines()) == 1
        assert not room.pins.compact(draft)


def test_no_file_is_no_pin(tmp_path: Path) -> None:
    assert Pins(Directory(tmp_path)).read() == {}
