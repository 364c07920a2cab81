"""The slow comparison counts what was forgotten and removes what nobody names."""

from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from proxy.stores.claims import try_lock
from proxy.stores.sweep import sweep
from tests.stores.makers import blob_of, body, entry
from tests.stores.rooms import Parts, parts


async def swept(room: Parts) -> None:
    await sweep(
        file=room.file,
        writer=room.writer,
        ledger=room.ledger,
        directory=room.directory,
        verification=room.verification,
        pause_s=0,
    )


async def test_the_blobs_of_a_lost_index_are_counted(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        for n in range(20):
            await room.put(body(n))
        counted = await room.ask("SELECT blobs, blob_bytes FROM totals")
        room.clock.at = 10_000_000_000  # later than every file's own time, by a day and more
        room.directory.index.unlink()
        assert await room.ask("SELECT blobs FROM totals") == [(0,)]
        await swept(room)
        assert await room.ask("SELECT blobs, blob_bytes FROM totals") == counted


async def test_wrong_counts_are_mended(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.put(body(1))
        await room.index.put(entry("a", blob_of(body(1))))
        right = await room.ask("SELECT * FROM totals")
        await room.writer.do(
            lambda c: c.execute("UPDATE totals SET blobs = 9, originals = 9, pictures = 9").rowcount
        )
        await swept(room)
        assert await room.ask("SELECT * FROM totals") == right


async def test_orphans_of_yesterday_are_removed(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.put(body(1))
        room.clock.at += 2 * 86400
        await swept(room)
        assert await room.ask("SELECT blobs FROM totals") == [(0,)]


async def test_a_damaged_index_is_found_and_set_aside(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        for n in range(200):
            await room.index.put(entry(f"k{n}"))
        await room.writer.do(lambda _: None)
    data = bytearray(room.directory.index.read_bytes())
    data[10 * 4096 : 11 * 4096] = b"\xa5" * 4096
    room.directory.index.write_bytes(data)
    async with parts(tmp_path) as room:
        await swept(room)
        assert await room.ask("SELECT count(*) FROM entries") == [(0,)]
        assert (tmp_path / "index.sqlite3.aside").exists()


async def test_one_process_sweeps_at_a_time(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(lambda c: c.execute("UPDATE totals SET blobs = 9").rowcount)
        assert try_lock(room.directory.locks / "sweep") is not None
        await swept(room)
        assert await room.ask("SELECT blobs FROM totals") == [(9,)]


async def test_where_nothing_can_be_locked_the_store_is_unavailable(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        (room.directory.locks / "sweep").mkdir()
        with pytest.raises(StoreUnavailable):
            await swept(room)
