"""Rows on disk: what is damaged is a miss, what is used is remembered."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from tests.stores.makers import blob_of, body, entry
from tests.stores.rooms import parts

DAMAGES = [
    pytest.param("UPDATE entries SET digest = 'f' || substr(digest, 2)", id="digest flipped"),
    pytest.param("UPDATE entries SET pinned = 1", id="pin flipped"),
    pytest.param("UPDATE entries SET head = '{}'", id="head changed"),
    pytest.param("UPDATE entries SET host = CAST(x'ff' AS TEXT)", id="no text any more"),
    pytest.param("UPDATE entries SET length = 'long'", id="no number any more"),
    pytest.param("UPDATE entries SET checksum = x'00'", id="checksum changed"),
    pytest.param("UPDATE entries SET key = 'b'", id="under another key"),
]


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_row_is_a_miss_and_removed(tmp_path: Path, damage: str) -> None:
    async with parts(tmp_path) as room:
        await room.put(body(1))
        await room.index.put(entry("a", blob_of(body(1))))
        await room.writer.do(lambda c: c.execute(damage).rowcount)
        for key in ("a", "b"):
            assert room.index.get(key) is None
        assert await room.ask("SELECT originals FROM totals") == [(0,)]
        assert room.health.reason == ""
        assert await room.index.put(entry("a"))
        assert room.index.get("a") == entry("a")


async def test_a_row_mended_meanwhile_is_not_removed(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.index.put(entry("a"))
        await room.writer.do(lambda c: c.execute("UPDATE entries SET host = ''").rowcount)
        mending = room.index.put(replace(entry("a"), media_type="image/png"))
        room.index.get("a")
        assert await mending
        room.index.get("a")
        assert room.index.get("a") is not None


async def test_recency_is_written_in_batches_with_the_original(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        for key, parent in (("original", None), ("picture", "original"), ("other", None)):
            await room.index.put(entry(key, parent=parent))
        room.clock.at += 100
        for _ in range(3):
            room.index.touch("picture")
        room.index.touch("nothing")
        found = await room.ask("SELECT DISTINCT touched_at FROM entries")
        assert found == [(room.clock.at - 100,)]
        await room.writer.do(room.index.write_touches)
        found = await room.ask("SELECT key, touched_at - 1000000 FROM entries ORDER BY key")
        assert found == [("original", 100.0), ("other", 0.0), ("picture", 100.0)]


async def test_an_index_that_cannot_be_read_says_so_and_is_read_again(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.index.put(entry("a"))
        with pytest.raises(StoreUnavailable):
            room.index.ask(lambda reader: reader.execute("SELECT * FROM nothing").fetchone())
        assert room.health.degraded
        with pytest.raises(StoreUnavailable):
            room.index.get("a")
        await room.index.renew()
        assert room.index.get("a") == entry("a")


async def test_a_busy_index_is_no_failure(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.index.put(entry("a"))

        def busy(_: sqlite3.Connection) -> None:
            failure = sqlite3.OperationalError("database is locked")
            failure.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise failure

        with pytest.raises(StoreUnavailable):
            room.index.ask(busy)
        assert room.health.reason == ""
        assert room.index.get("a") is not None


async def test_a_reader_moves_on_to_an_index_that_was_replaced(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.index.put(entry("a"))
        room.directory.index.unlink()
        await room.index.put(entry("b"))
        await room.index.renew()
        assert room.index.get("a") is None
        assert room.index.get("b") is not None


async def test_text_that_is_none_is_not_kept(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        assert not await room.index.put(replace(entry("a"), media_type="\udce9"))
        assert room.health.reason == ""


async def test_what_another_writes_is_seen_at_once(tmp_path: Path) -> None:
    async with parts(tmp_path) as room, parts(tmp_path) as other:
        assert other.index.get("a") is None
        await room.index.put(entry("a"))
        assert other.index.get("a") == entry("a")
        await other.index.delete("a")
        assert room.index.get("a") is None
