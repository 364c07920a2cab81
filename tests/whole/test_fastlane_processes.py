"""Two server processes, each with a fast lane: what is over is over in both, at the next ask."""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from proxy.demo.publisher import serve
from tests.fakes.browsers import Browser, browsers
from tests.fakes.house import HOST
from tests.fakes.moving import Moving, version_of
from tests.fakes.program import Program, program

pytestmark = pytest.mark.slow

PURGES = int(os.environ.get("PROVE_PURGES", "25"))  # `make prove`: 1000
READERS = 12
SOURCE = f"http://{HOST}/a.png"
TARGET = f"/?{SOURCE}"
TOKEN = {"IMAGE_PROXY_ADMIN__TOKEN": "token", "IMAGE_PROXY_LOG__ACCESS": "false"}


@asynccontextmanager
async def both(cache: Path, origin: Moving) -> AsyncIterator[tuple[Program, list[Browser]]]:
    """Run two processes, and readers that both of them have some of."""
    async with (
        serve(origin.app) as port,
        program(cache, port, env=TOKEN) as running,
        browsers(running.port, READERS) as readers,
    ):
        while min(running.connections()) < 2:
            readers.append(await Browser.open(running.port))
        try:
            yield running, readers
        finally:
            for one in readers[READERS:]:
                one.writer.close()


def with_a_lane(running: Program, cache: Path) -> int:
    """Return how many of the processes hold a blob open: the lane does, nobody else for long."""
    return sum(
        any(blob.startswith(str(cache / "blobs")) for blob in opened(pid))
        for pid in running.children
    )


def opened(pid: int) -> list[str]:
    found = []
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.append(str(handle.readlink()))
    return found


async def warm(running: Program, readers: list[Browser], cache: Path) -> None:
    """Ask until the lanes of both processes answer."""
    async with asyncio.timeout(10):
        while with_a_lane(running, cache) < 2:
            for reader in readers:
                await reader.ask(TARGET)


async def purge(running: Program) -> None:
    wish = json.dumps({"source": SOURCE}).encode()
    async with browsers(running.port, 1) as (admin,):
        answer = await admin.ask(
            "/-/purge", "Authorization: Bearer token", method="POST", body=wish
        )
    assert answer.status == 200


async def test_a_purge_is_obeyed_by_every_process_at_the_next_ask(tmp_path: Path) -> None:
    origin = Moving(max_age_s=6000)
    async with both(tmp_path, origin) as (running, readers):
        for _ in range(5):
            await warm(running, readers, tmp_path)
            origin.version += 1
            await purge(running)
            found = {version_of((await reader.ask(TARGET)).body) for reader in readers}
            assert found == {origin.version}


async def test_a_storm_of_purges_while_hits_run(tmp_path: Path) -> None:
    origin = Moving(max_age_s=6000)
    tally: Counter[str] = Counter()
    least, over = 0, False  # the version at which the last purge was answered

    async def read(reader: Browser) -> None:
        while not over:
            floor = least
            answer = await reader.ask(TARGET)
            assert version_of(answer.body) >= floor, "purged before it was asked for"
            tally["hit" if "hit" in answer.field("Cache-Status") else "miss"] += 1

    async with both(tmp_path, origin) as (running, readers):
        reading = [asyncio.ensure_future(read(reader)) for reader in readers]
        lanes = 0
        for number in range(PURGES):
            async with asyncio.timeout(10):
                while tally["hit"] < (number + 1) * 10 * READERS:  # noqa: ASYNC110  # counted elsewhere
                    await asyncio.sleep(0.001)
            lanes += with_a_lane(running, tmp_path)
            origin.version += 1
            expected = origin.version
            await purge(running)
            least = expected
        over = True
        await asyncio.gather(*reading)
        assert lanes > PURGES / 2, "of the lanes of both, many were at work"
        assert not [line for line in running.lines if line.get("level") in ("error", "critical")]
    print(f"\n{PURGES} purges, {dict(tally)}, {lanes} lanes at work, none stale")  # noqa: T201  # make prove shows it


async def test_no_hit_outlives_its_second(tmp_path: Path) -> None:
    origin = Moving(max_age_s=2, by_itself=True)
    first_seen: dict[int, float] = {}
    hits: Counter[int] = Counter()
    until = 0.0

    async def read(reader: Browser) -> None:
        while (asked_at := time.monotonic()) < until:
            answer = await reader.ask(TARGET)
            version, cache = version_of(answer.body), answer.field("Cache-Status")
            seen = first_seen.setdefault(version, time.monotonic())
            if "hit; ttl=" in cache and "ttl=-" not in cache:
                hits[version] += 1
                # It came from the origin before it was first seen, so is over before this.
                assert asked_at < seen + 2
                age, ttl = int(answer.field("Age")), int(cache.rpartition("ttl=")[2])
                assert 0 <= age <= 1
                assert 0 <= ttl <= 2 - age

    async with both(tmp_path, origin) as (_, readers):
        until = time.monotonic() + 5
        await asyncio.gather(*map(read, readers))
    assert len(hits) >= 2
    assert max(hits.values()) > READERS


async def test_a_reload_takes_the_place_of_what_the_lane_had(tmp_path: Path) -> None:
    origin = Moving(max_age_s=6000)
    async with both(tmp_path, origin) as (running, readers):
        for reader in readers:
            await warm(running, readers, tmp_path)
            origin.version += 1
            reloaded = await reader.ask(TARGET, "Cache-Control: no-cache")
            assert version_of(reloaded.body) == origin.version
            for _ in range(4):
                again = await reader.ask(TARGET)
                assert version_of(again.body) == origin.version
                assert again.field("ETag") == reloaded.field("ETag")
