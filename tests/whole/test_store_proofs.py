"""The store under what kills stores: SIGKILL, rot, a full disk, churn, a second process.

A fraction of full size as tests; ``make prove`` sets PROVE_* and shows the figures (``-s``).
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from proxy.model.body import Blob, Held
from proxy.model.purge import Scope, Selector
from proxy.stores.store import Store
from tests.fakes.stores import N_ASKED, N_KEYS, ask, data_of
from tests.stores.makers import MIB, body, entry, files, opened, put

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

KILLS = int(os.environ.get("PROVE_KILLS", "6"))  # `make prove`: 200
OBJECTS = int(os.environ.get("PROVE_OBJECTS", "2000"))  # 100000
DAMAGES = int(os.environ.get("PROVE_DAMAGES", "400"))  # 10000
CHURN = int(os.environ.get("PROVE_CHURN", "16"))  # MiB of bound: 256
PURGES = int(os.environ.get("PROVE_PURGES", "50"))  # 1000
PICTURES = 500  # on a filesystem of 64 MiB
ROOT = Path(__file__).parents[2]


def show(figures: str) -> None:
    """Say what was measured (``-s``)."""
    sys.stdout.write(f"\n{figures}\n")


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  # a plan, no secret


@contextmanager
def player(role: str, folder: Path, bound: int) -> Iterator[subprocess.Popen[str]]:
    """Run a role of tests/fakes/stores.py."""
    with subprocess.Popen(  # noqa: S603  # our own text
        [sys.executable, "-m", "tests.fakes.stores", role, str(folder), str(bound)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            line = read(process)
            assert line in ("writing", "churning", "ticking", "watching"), line
            yield process
        finally:
            process.kill()


def read(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def send(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


@asynccontextmanager
async def open_store(folder: Path, bound: int) -> AsyncIterator[Store]:
    """Open it with the real clock and a memory tier."""
    async with opened(folder, disk=bound, memory=8 * MIB, now=time.time) as store:
        yield store


async def read_back(store: Store, key: str) -> bytes | None:
    found = await store.look_up(key)
    assert found is None or (found.key, found.source) == (key, entry(key).source)
    return await store.read(found.body) if found and found.body else None


def harm(index: Path, chance: random.Random) -> str:
    """Delete the index, flip bits of it, or leave it alone."""
    what = chance.choice(("leave", "delete", "flip", "flip its head"))
    if what == "delete":
        index.unlink()
    elif what != "leave":
        data = bytearray(index.read_bytes())
        span = 2000 if what == "flip its head" else len(data)
        for _ in range(40):
            data[chance.randrange(min(span, len(data)))] ^= 1 << chance.randrange(8)
        index.write_bytes(data)
    return what


async def test_killed_writers_leave_nothing_wrong_and_no_pin_is_lost(tmp_path: Path) -> None:
    chance, pinned, n_read, slowest = chance_of(7), set[int](), 0, 0.0
    n_put_back = 0
    harms: list[str] = []
    for _ in range(KILLS):
        with player("write", tmp_path, 256 * MIB) as process:
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.05, 1.5))
            process.send_signal(signal.SIGKILL)
            assert process.stdout is not None
            told = [line.split() for line in process.stdout if line.endswith("\n")]
            pinned |= {int(words[1]) for words in told if words[:1] == ["pinned"]}
        harms.append(harm(tmp_path / "index.sqlite3", chance))
        started = time.monotonic()
        async with open_store(tmp_path, 256 * MIB) as store:
            slowest = max(slowest, time.monotonic() - started)
            assert files(tmp_path / "drafts") == []
            for n in range(N_KEYS):
                found = await read_back(store, f"k{n}")
                if found is None and n in pinned:  # whoever misses a pin has it put back
                    await store.tend()
                    found = await read_back(store, f"k{n}")
                    n_put_back += 1
                assert found == data_of(n) or (found is None and n not in pinned), (n, harms[-1])
                n_read += found is not None
            assert not store.state().degraded
        assert [path for path in files(tmp_path) if ".new" in path.name] == []
    assert n_read > 20
    counts = {what: harms.count(what) for what in sorted(set(harms))}
    show(
        f"{KILLS} kills ({counts}): {n_read} read, {len(pinned)} pinned,"
        f" {n_put_back} pins put back on a look, slowest start {slowest:.2f} s"
    )


async def test_a_start_takes_less_than_a_second_however_much_is_stored(tmp_path: Path) -> None:
    async with open_store(tmp_path, 2048 * MIB) as store:
        for first in range(0, OBJECTS, 50):
            some = range(first, first + 50)
            await asyncio.gather(*(put(store, f"k{n}", body(n, 1000)) for n in some))
    took: dict[str, float] = {}
    closed = 0.0
    for what in ("as it was", "index deleted", "index flipped"):
        index = tmp_path / "index.sqlite3"
        if what == "index deleted":
            index.unlink()
        elif what == "index flipped":
            index.write_bytes(bytes(2000) + index.read_bytes()[2000:])
        started = time.monotonic()
        async with open_store(tmp_path, 2048 * MIB) as store:
            assert await read_back(store, "k7") == body(7, 1000)
            took[what] = time.monotonic() - started
            assert store.state().originals == OBJECTS
        closed = time.monotonic() - started - took[what]
    show(f"start with {OBJECTS} objects: {took}, end {closed:.2f} s")
    assert took["as it was"] < 1.0


async def test_rot_is_never_read_and_heals(tmp_path: Path) -> None:
    chance = chance_of(3)
    async with opened(tmp_path, disk=2048 * MIB, now=time.time) as store:
        for n in range(DAMAGES):
            await put(store, f"k{n}", body(n, 9000))
        blobs = files(tmp_path / "blobs")
        assert len(blobs) == DAMAGES
        rotten = chance.sample(blobs, DAMAGES // 2)
        for number, path in enumerate(rotten):
            data = bytearray(path.read_bytes())
            match number % 4:
                case 0:
                    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                case 1:
                    del data[chance.randrange(len(data)) :]
                case 2:
                    data[:] = bytes(len(data))
                case _:
                    data[:] = rotten[number - 1].read_bytes()
            path.write_bytes(data)
        n_lost = 0
        for n in range(DAMAGES):
            found = await read_back(store, f"k{n}")
            if found is None:
                n_lost += 1
                assert await put(store, f"k{n}", body(n, 9000))
                found = await read_back(store, f"k{n}")
            assert found == body(n, 9000)
        assert n_lost == len(rotten)
        found_bad = await store.verify(lambda *_: None)
        assert (found_bad.checked, found_bad.damaged, found_bad.missing) == (DAMAGES, 0, 0)
    show(f"{DAMAGES} objects, {n_lost} rotten: 0 bad bytes read, all healed")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a filesystem of 64 MiB, where we may."""
    where = tmp_path / "small"
    where.mkdir()
    mounted = subprocess.run(  # noqa: S603  # our own text
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(where)],  # noqa: S607  # the system's
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("a filesystem may not be mounted here")
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", str(where)], check=True)  # noqa: S603, S607  # as above


async def test_a_full_filesystem_cuts_nothing_and_keeping_resumes(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(16 * MIB))
    n_held = 0
    async with open_store(small_disk / "cache", 1024 * MIB) as store:
        for n in range(PICTURES):
            data = body(n, 180_000 + 400 * n)
            draft = await store.begin(len(data) if n % 2 else None)
            await draft.write(data)
            stored = await draft.commit()
            assert isinstance(stored, Blob | Held)
            assert await store.read(stored) == data
            await store.keep(entry(f"k{n}", stored))
            n_held += isinstance(stored, Held)
        assert n_held > 0
        assert store.state().degraded
        ballast.unlink()
        started = time.monotonic()
        while not await put(store, "after", body(9999)):
            assert time.monotonic() - started < 30
            await asyncio.sleep(0.2)
        took = time.monotonic() - started
        assert await read_back(store, "after") == body(9999)
    show(f"{PICTURES} on 64 MiB: {n_held} held, resumed in {took:.1f} s")


def on_disk(root: Path) -> int:
    """Return what the directory takes, as du counts; what vanishes meanwhile is not there."""
    total = 0
    for folder, _, names in os.walk(root):
        for path in (folder, *(f"{folder}/{name}" for name in names)):
            try:
                total += os.lstat(path).st_blocks * 512
            except FileNotFoundError:
                continue
    return total


def test_churn_stays_within_the_bound_and_the_loop_is_quick(tmp_path: Path) -> None:
    bound, most, n_samples = CHURN * MIB, 0, 0
    with player("churn", tmp_path, bound) as busy, player("idle", tmp_path, bound) as empty:
        written, late = 0.0, 0.0
        while written < 10 * bound:
            most = max(most, on_disk(tmp_path))
            n_samples += 1
            send(busy, "")
            written, late = (float(word) for word in read(busy).split())
            time.sleep(0.1)
        send(empty, "")
        _, late_empty = (float(word) for word in read(empty).split())
    show(
        f"{written / MIB:.0f} MiB through {CHURN}: at most {most / bound:.2%} of the bound"
        f" ({n_samples} samples), p99 lag {late * 1000:.1f} ms, empty {late_empty * 1000:.1f} ms"
    )
    assert most <= bound * 1.01
    assert late < late_empty + 0.020


async def test_two_processes_obey_each_other_at_once(tmp_path: Path) -> None:
    n_read = n_bad = 0
    late: list[float] = []
    with player("watch", tmp_path, 64 * MIB) as other:
        async with open_store(tmp_path, 64 * MIB) as store:

            async def work() -> None:
                nonlocal n_read, n_bad
                n = 0
                while True:
                    n = (n + 17) % N_ASKED
                    good, bad = await ask(store, n)
                    n_read, n_bad = n_read + good, n_bad + bad

            worker = asyncio.ensure_future(work())
            for n in range(PURGES):
                key = f"purged{n}"
                await put(store, key, body(n))
                send(other, key)
                assert await asyncio.to_thread(read, other) == "have"
                scope = Selector(Scope.ALL) if n % 25 == 24 else _source(key)
                await store.purge(scope)
                purged_at = time.monotonic()
                assert store.recall(key) is None
                late.append(float(await asyncio.to_thread(read, other)) - purged_at)
            worker.cancel()
            send(other, "")
            theirs = [int(word) for word in read(other).split()]
    n_read, n_bad = n_read + theirs[0], n_bad + theirs[1]
    show(f"{PURGES} purges, seen after {max(late) * 1000:.1f} ms at most; {n_read} read")
    assert max(late) < 0.1
    assert n_bad == 0
    assert n_read > 0


def _source(key: str) -> Selector:
    return Selector(Scope.SOURCE, entry(key).source)
