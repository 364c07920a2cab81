"""Jobs in, batches of transactions, futures out."""

import asyncio
import sqlite3
from functools import partial
from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from tests.stores.rooms import parts

INSERT = "INSERT INTO blobs VALUES (?, 1, 0, 0)"


def insert(digest: str, connection: sqlite3.Connection) -> int:
    """Write a blob's row; return 1."""
    return connection.execute(INSERT, (digest,)).rowcount


async def test_a_job_that_fails_leaves_the_others_of_its_batch_whole(tmp_path: Path) -> None:
    def broken(connection: sqlite3.Connection) -> None:
        connection.execute(INSERT, ("broken",))
        raise FileNotFoundError(2, "gone", "/a/file")

    async with parts(tmp_path) as room:
        results = await asyncio.gather(
            room.writer.do(partial(insert, "a")),
            room.writer.do(broken),
            room.writer.do(partial(insert, "b")),
            return_exceptions=True,
        )
        assert results[0] == results[2] == 1
        assert isinstance(results[1], StoreUnavailable)
        assert "No such file or directory: /a/file" in str(results[1])
        assert await room.ask("SELECT digest FROM blobs ORDER BY 1") == [("a",), ("b",)]


async def test_a_bug_in_a_job_reaches_who_asked(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        with pytest.raises(ZeroDivisionError):
            await room.writer.do(lambda _: 1 // 0)


async def test_a_failing_index_fails_its_batch_and_is_opened_anew(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        with pytest.raises(StoreUnavailable, match="no such table"):
            await room.ask("SELECT * FROM nowhere")
        assert await room.ask("SELECT blobs FROM totals") == [(0,)]


async def test_an_index_that_vanished_is_made_anew(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(partial(insert, "a"))
        room.directory.index.unlink()
        assert await room.ask("SELECT blobs FROM totals") == [(0,)]


async def test_a_suspect_index_is_looked_through(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        room.writer.suspect()
        assert await room.ask("SELECT blobs FROM totals") == [(0,)]


async def test_a_job_runs_though_its_waiter_left(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        room.writer.do(partial(insert, "a")).cancel()
        room.writer.post(partial(insert, "b"))
        room.writer.post(lambda _: 1 // 0)
        assert await room.ask("SELECT blobs FROM totals") == [(2,)]


async def test_more_jobs_than_a_batch_all_run(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await asyncio.gather(*(room.writer.do(partial(insert, str(n))) for n in range(300)))
        assert await room.ask("SELECT blobs FROM totals") == [(300,)]


async def test_after_the_end_nothing_is_done(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.close()
        with pytest.raises(StoreUnavailable, match="closed"):
            await room.ask("SELECT 1")
