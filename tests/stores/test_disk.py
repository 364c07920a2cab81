"""The disk backend: restarts, full and missing disks, several processes, sudden death."""

import asyncio
import errno
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from proxy.model.body import Held
from proxy.stores.store import Store
from tests.stores.makers import MIB, Clock, blob_of, body, entry, files, opened, put
from tests.stores.rooms import failing
from tests.stores.suite import BackendSuite

WRITES = """
import asyncio, sys
from pathlib import Path
from tests.stores.makers import MIB, body, opened, put

async def write_for_ever():
    async with opened(Path(sys.argv[1]), disk=8 * MIB) as store:
        print("writing", flush=True)
        async def writer(lane):
            n = lane
            while True:
                n = (n + 7) % 500
                await put(store, f"k{n}", body(n, 1000 + 3000 * (n % 200)))
        await asyncio.gather(*(writer(lane) for lane in range(10)))

asyncio.run(write_for_ever())
"""


class TestDisk(BackendSuite):
    """Passes the suite of every backend."""

    backend = "disk"


async def read_back(store: Store, key: str) -> bytes | None:
    found = await store.look_up(key)
    return await store.read(found.body) if found and found.body else None


def on_disk(root: Path) -> int:
    """Return what the directory takes, folders and locks and all, as du counts."""
    return sum(path.lstat().st_blocks * 512 for path in root.rglob("*"))


@contextmanager
def files_no_longer_than(n_bytes: int) -> Iterator[None]:
    """Let every write past ``n_bytes`` of any file fail, SQLite's too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_restart_keeps_everything(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for n in range(50):
            assert await put(store, f"k{n}", body(n))
        state = store.state()
    assert files(tmp_path / "drafts") == []
    async with opened(tmp_path) as store:
        for n in range(50):
            assert await store.look_up(f"k{n}") == entry(f"k{n}", blob_of(body(n)))
            assert await store.read(blob_of(body(n))) == body(n)
        assert store.state().originals == state.originals == 50
    assert not (tmp_path / "index.sqlite3.aside").exists()


async def test_a_restart_remembers_what_was_used(tmp_path: Path) -> None:
    clock = Clock()
    async with opened(tmp_path, disk=8 * MIB, now=clock) as store:
        for n in range(50):
            await put(store, f"k{n}", body(n, 100_000))
        clock.at += 1
        await store.look_up("k0")
    async with opened(tmp_path, disk=4 * MIB, now=clock) as store:
        await store.tend()  # the bound was lowered
        assert await store.look_up("k0") is not None
        assert await store.look_up("k1") is None


async def test_opening_goes_through_nothing_that_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, said = Clock(), list[str]()
    async with opened(tmp_path, now=clock) as store:
        await put(store, "a", body(1))
    copy = (tmp_path / "index.sqlite3.backup").stat()
    connect = sqlite3.connect

    def told(*given: Any, **named: Any) -> sqlite3.Connection:  # noqa: ANN401  # sqlite3's own
        connection: sqlite3.Connection = connect(*given, **named)
        connection.set_trace_callback(said.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", told)
    clock.at += 86400  # a copy and a sweep are due
    async with opened(tmp_path, now=clock) as store:
        opening = list(said)
        assert await store.look_up("a") is not None
        assert (tmp_path / "index.sqlite3.backup").stat() == copy
        assert not (tmp_path / "locks" / "sweep").exists()
    grown = re.compile(r"entries|blobs WHERE|FROM blobs|notes|pins|_check", re.IGNORECASE)
    assert opening
    assert [statement for statement in opening if grown.search(statement)] == []


async def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with opened(Path("~/cache")) as store:
        assert await put(store, "a", body(1))
    assert (tmp_path / "cache" / "index.sqlite3").exists()


async def test_a_directory_that_cannot_be_made_degrades(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    async with opened(tmp_path / "file" / "cache", memory=MIB) as store:
        assert "Not a directory" in store.state().reason
        assert "cannot be used" in caplog.text
        assert not await put(store, "a", body(1))
        assert await read_back(store, "a") == body(1)
        assert await store.look_up("b") is None
        await store.forget("a")
        async with store.claim("a"):
            pass
        (tmp_path / "file").unlink()
        await store.tend()
        assert not store.state().degraded
        assert await put(store, "a", body(1))


async def test_a_full_disk_degrades_and_recovers_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as store:
        await put(store, "before", body(1))
        monkeypatch.setattr(os, "pwrite", failing(errno.ENOSPC))
        for n in range(5):
            draft = await store.begin(None)
            await draft.write(body(n, 600_000))
            held = await draft.commit()
            assert isinstance(held, Held)
            assert await store.read(held) == body(n, 600_000)
        assert store.state().reason.startswith("No space left on device")
        assert await read_back(store, "before") == body(1)
        await store.tend()
        assert store.state().degraded
        monkeypatch.undo()
        await store.tend()
        assert not store.state().degraded
        assert await put(store, "after", body(2))
        assert files(tmp_path / "drafts") == []


async def test_an_index_that_cannot_grow_degrades_and_recovers(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await put(store, "before", body(1))
        with files_no_longer_than(40_000):
            for n in range(20):
                draft = await store.begin(None)
                await draft.write(body(n))
                await store.keep(entry(f"k{n}", await draft.commit()))
            assert store.state().degraded
            assert await read_back(store, "before") == body(1)
        await store.tend()
        assert not store.state().degraded
        assert await put(store, "after", body(2))
        assert await read_back(store, "before") == body(1)


async def test_a_directory_that_vanishes_is_made_again(tmp_path: Path) -> None:
    async with opened(tmp_path / "cache") as store:
        await put(store, "a", body(1))
        (tmp_path / "cache").rename(tmp_path / "gone")  # at once: the store is being swept
        assert await read_back(store, "a") is None
        await store.tend()
        assert await put(store, "b", body(2))
        await store.tend()
        assert await read_back(store, "b") == body(2)
        assert not store.state().degraded


async def test_folders_that_vanish_are_made_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        for name in ("drafts", "blobs", "locks"):
            shutil.rmtree(tmp_path / name)
            await store.tend()
            await store.tend()
            assert not store.state().degraded
            assert await put(store, name, body(1))


async def test_a_garbled_index_is_replaced_at_the_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await put(store, "a", body(1))
    for name in ("index.sqlite3", "index.sqlite3.backup"):
        (tmp_path / name).write_bytes(b"no database" * 1000)
    async with opened(tmp_path) as store:
        assert not store.state().degraded
        assert await store.look_up("a") is None
        assert await put(store, "a", body(1))


@pytest.mark.slow
async def test_two_stores_churn_within_the_bound(tmp_path: Path) -> None:
    bound, chance = 16 * MIB, random.Random(5)  # noqa: S311  # a plan, no secret
    most = 0
    async with opened(tmp_path, disk=bound) as one, opened(tmp_path, disk=bound) as two:

        async def churn(store: Store, first: int) -> None:
            for n in range(first, first + 10):
                assert await put(store, f"k{n}", body(n, chance.randrange(100, 150_000)))
                await read_back(store, f"k{n - 40}")

        for first in range(0, 2000, 80):
            stores = enumerate((one, two) * 4)
            await asyncio.gather(*(churn(store, first + 10 * n) for n, store in stores))
            most = max(most, on_disk(tmp_path))
        assert one.state().disk_bytes == two.state().disk_bytes <= bound
        assert not one.state().degraded
        assert one.state().originals > 50
    assert most <= bound * 1.01


@pytest.mark.slow
async def test_killed_writers_leave_nothing_wrong(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # a plan, no secret
    n_read = 0
    for _ in range(5):
        with subprocess.Popen(  # noqa: ASYNC220, S603  # our own text, nothing else to do meanwhile
            [sys.executable, "-c", WRITES, str(tmp_path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"writing\n"
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.05, 0.3))
            process.send_signal(signal.SIGKILL)
        async with opened(tmp_path, disk=8 * MIB) as store:
            assert files(tmp_path / "drafts") == []
            for n in range(500):
                found = await read_back(store, f"k{n}")
                assert found in (None, body(n, 1000 + 3000 * (n % 200)))
                n_read += found is not None
            assert store.state().disk_bytes <= 8 * MIB
    assert n_read > 20


async def test_pins_over_the_bound_are_served_and_nothing_else_is_kept(tmp_path: Path) -> None:
    clock = Clock()
    async with opened(tmp_path, disk=16 * MIB, now=clock) as store:
        for n in range(24):
            await put(store, f"k{n}", body(n, 400_000))
            await store.pin(f"k{n}")
        await put(store, "other", body(99))
    async with opened(tmp_path, disk=8 * MIB, now=clock) as store:
        await store.tend()  # the bound was lowered
        assert store.state().degraded
        assert "cache.disk is full" in store.state().reason
        assert await store.look_up("other") is None
        assert not await put(store, "new", body(98))
        for n in range(24):
            assert await read_back(store, f"k{n}") == body(n, 400_000)
        await store.unpin(*(f"k{n}" for n in range(12)))
        await store.tend()
        assert not store.state().degraded
        assert await put(store, "new", body(98))
