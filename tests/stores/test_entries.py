"""Rows of the table of entries."""

from pathlib import Path

from proxy.stores import entries
from proxy.stores.rows import to_row
from tests.stores.makers import entry
from tests.stores.rooms import parts


async def test_a_row_is_found_as_it_was_written_and_pinned(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(lambda c: entries.write(c, to_row(entry("a")), touched_at=1.0))
        await room.writer.do(lambda c: entries.write(c, to_row(entry("a")), touched_at=2.0))
        assert await room.writer.do(lambda c: entries.find(c, "a")) == entry("a")
        assert await room.writer.do(lambda c: entries.find(c, "b")) is None
        await room.writer.do(lambda c: entries.set_pinned(c, entry("a"), pinned=True))
        found = room.index.get("a")
        assert found is not None
        assert found.pinned
        assert await room.writer.do(lambda c: entries.is_sound(c, 1))
        assert await room.ask("SELECT touched_at FROM entries") == [(2.0,)]


async def test_a_damaged_row_is_not_believed(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(lambda c: entries.write(c, to_row(entry("a")), touched_at=1.0))
        await room.ask("UPDATE entries SET source = 'http://evil.example/'")
        assert await room.writer.do(lambda c: entries.find(c, "a")) is None
        assert not await room.writer.do(lambda c: entries.is_sound(c, 1))
        assert not await room.writer.do(lambda c: entries.is_sound(c, 99))
