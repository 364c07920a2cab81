"""Ten minutes' worth of asks while an origin is dead: every stored picture is shown all the same.

A fraction of full size as tests; ``make prove`` sets PROVE_DEAD and shows the figures.
"""

import asyncio
import json
import os
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from proxy.demo.publisher import publisher, serve
from tests.fakes.dead import Death, dead
from tests.fakes.house import HOST
from tests.fakes.pictures import quadrants, saved
from tests.fakes.program import Program, program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

STORED = int(os.environ.get("PROVE_DEAD", "100"))  # pictures; `make prove`: 1000
ASKS = 6 * STORED  # at 1000: what a blog asks in 10 minutes at 10 a second
AT_ONCE = 16
LIVE = "live.woshipm.com"
CONNECT_S, FIRST_BYTE_S, STALE_WAIT_S = 0.3, 0.3, 0.2
NOISE_S = 0.5  # what a shared machine may add
QUICK_S = 0.05
OPEN_MOST_S = 60.0  # a breaker's longest wait between two tries

STATUS = {Death.REFUSES: 502, Death.SILENT: 504, Death.BLACK_HOLE: 504}
WITHIN_S = {
    Death.REFUSES: CONNECT_S + 2,
    Death.SILENT: FIRST_BYTE_S + 1,
    Death.BLACK_HOLE: CONNECT_S + 2,
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def show(figures: str) -> None:
    """Say what was measured (``-s``)."""
    sys.stdout.write(f"\n{figures}\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One answer and how long it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    took_s: float


class Reader:
    """Asks the service; addresses it has not asked before are never the same twice."""

    def __init__(self, running: Program, client: aiohttp.ClientSession) -> None:
        self._base = running.base
        self._client = client
        self._numbers = count()

    async def ask(self, host: str, target: str) -> Told:
        """Ask for one source."""
        started = time.monotonic()
        url = URL(f"{self._base}/?http://{host}{target}", encoded=True)
        async with self._client.get(url) as reply:
            body = await reply.read()
            return Told(
                status=reply.status,
                headers=dict(reply.headers),
                body=body,
                took_s=time.monotonic() - started,
            )

    async def ask_new(self, host: str) -> Told:
        """Ask for a source that is not stored."""
        return await self.ask(host, f"/0.png?{next(self._numbers)}")


async def at_once(n_at_once: int, asks: list[Callable[[], Awaitable[Told]]]) -> list[Told]:
    """Make all asks, so many at a time; return the answers in order."""
    gate = asyncio.Semaphore(n_at_once)

    async def one(ask: Callable[[], Awaitable[Told]]) -> Told:
        async with gate:
            return await ask()

    return await asyncio.gather(*map(one, asks))


async def all_stored(reader: Reader, n_asks: int) -> list[Told]:
    def asking(n: int) -> Callable[[], Awaitable[Told]]:
        return lambda: reader.ask(HOST, f"/{n % STORED}.png")

    return await at_once(AT_ONCE, [asking(n) for n in range(n_asks)])


async def with_the_living(
    reader: Reader, work: Awaitable[list[Told]]
) -> tuple[list[Told], list[Told]]:
    """Do the work while somebody asks the healthy origin for new and old pictures in turn."""
    living: list[Told] = []
    done = asyncio.ensure_future(work)
    while not done.done():
        living.append(await reader.ask_new(LIVE))
        living.append(await reader.ask(LIVE, "/0.png"))
        await asyncio.sleep(0.02)
    return await done, living


def median(told: list[Told]) -> float:
    return statistics.median(one.took_s for one in told)


def spread(told: list[Told]) -> str:
    took = sorted(one.took_s * 1000 for one in told)
    return f"median {statistics.median(took):.1f}, most {took[-1]:.1f} ms ({len(took)})"


def check_stale(told: list[Told], pictures: dict[str, bytes]) -> None:
    """Each is a whole copy, says that it is stale and how old, and came in time."""
    for number, one in enumerate(told):
        assert one.status == 200, one
        assert one.body == pictures[f"/{number % STORED}.png"]
        assert int(one.headers["Age"]) >= 1
        assert "hit" in one.headers["Cache-Status"]
        assert "ttl=-" in one.headers["Cache-Status"]
    assert max(one.took_s for one in told) < STALE_WAIT_S + NOISE_S


async def back_after(reader: Reader) -> float:
    """Return the seconds until an origin that answers again is asked again."""
    started = time.monotonic()
    async with asyncio.timeout(OPEN_MOST_S + 2):
        while (await reader.ask_new(HOST)).status != 200:  # noqa: ASYNC110  # the program sets no event
            await asyncio.sleep(0.1)  # as a page's readers keep trying
    return time.monotonic() - started


@asynccontextmanager
async def stage(tmp_path: Path, live_port: int, port: int) -> AsyncIterator[Reader]:
    """Run the program before two origins."""
    origins = {HOST: port, LIVE: live_port}
    reached = {host: {"connect_to": f"127.0.0.1:{at}"} for host, at in origins.items()}
    env = {
        "IMAGE_PROXY_ORIGINS": json.dumps(reached),
        "IMAGE_PROXY_FETCH__CONNECT": f"{CONNECT_S}s",
        "IMAGE_PROXY_FETCH__FIRST_BYTE": f"{FIRST_BYTE_S}s",
        "IMAGE_PROXY_CACHE__STALE_WAIT": f"{STALE_WAIT_S}s",
        "IMAGE_PROXY_LOG__ACCESS": "false",
    }
    async with (
        program(tmp_path / "cache", port, env=env) as running,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client,
    ):
        yield Reader(running, client)


@pytest.mark.parametrize("death", Death)
async def test_an_origin_may_be_dead_for_ten_minutes(tmp_path: Path, death: Death) -> None:
    pictures = {
        f"/{n}.png": saved(quadrants(40 + n % 50, 30 + n // 50), "PNG") for n in range(STORED)
    }
    mortal = publisher(pictures, referer_hosts=(), cache_control="max-age=1")
    healthy = publisher(pictures, referer_hosts=(), cache_control="max-age=600")
    port = free_port()
    async with serve(healthy) as live_port, stage(tmp_path, live_port, port) as reader:
        async with serve(mortal, port=port):
            await all_stored(reader, STORED)
            await asyncio.sleep(1.1)  # all have expired
            _, before = await with_the_living(reader, all_stored(reader, STORED))
            await asyncio.sleep(1.1)
        with dead(death, port):
            first, new = await asyncio.gather(
                all_stored(reader, 8), at_once(4, [lambda: reader.ask_new(HOST)] * 4)
            )
            await asyncio.sleep(FIRST_BYTE_S)  # what was asked for those is over
            alone = [await reader.ask_new(HOST) for _ in range(20)]
            told, during = await with_the_living(reader, all_stored(reader, ASKS))
        async with serve(publisher(pictures, referer_hosts=()), port=port):
            back_s = await back_after(reader)
            renewed = [await reader.ask(HOST, f"/{n}.png") for n in range(STORED)]
    n_renewed = sum("fwd=stale" in one.headers["Cache-Status"] for one in renewed)
    show(
        f"{death}: stored, closed breaker: {spread(first)}; then {spread(told)}\n"
        f"new, closed breaker: {spread(new)}; open: {spread(alone)}\n"
        f"open, each: {[(one.status, round(one.took_s * 1000)) for one in alone]}\n"
        f"healthy origin before: {spread(before)}; during: {spread(during)}\n"
        f"asked again after {back_s:.1f} s; {n_renewed} of {STORED} renewed at the next ask"
    )
    check_stale(first, pictures)
    check_stale(told, pictures)
    assert {one.status for one in new} == {STATUS[death]}
    assert max(one.took_s for one in new) < WITHIN_S[death]
    assert sorted(one.took_s for one in alone)[-2] < QUICK_S  # one may be the other process's try
    assert {one.status for one in alone} == {502}
    for one in (*new, *alone):
        assert one.headers["Content-Type"] == "application/problem+json"
    assert {one.status for one in (*before, *during)} == {200}
    assert median(during) < 2 * median(before) + QUICK_S
    assert n_renewed > STORED // 2  # but what was itself found to fail is left alone for longer
