"""Making under load and under attack: bounded memory, a quick loop, workers that come back.

A fraction of full size as tests; ``make prove`` sets PROVE_LARGE and PROVE_WORKERS and shows the
figures.
"""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from PIL import Image

from proxy.demo.publisher import serve
from tests.fakes.family import lost_workers, memory_bytes, picture_workers
from tests.fakes.house import HOST
from tests.fakes.pictures import noise, saved
from tests.fakes.program import Program, program
from tests.fakes.pulse import pulse

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]

LARGE = int(os.environ.get("PROVE_LARGE", "80"))  # `make prove`: 200
BLOWS = int(os.environ.get("PROVE_WORKERS", "4"))  # `make prove`: 100
MEMORY_MAX = 1.5e9  # bytes, of all processes
LAG_MS = 20.0
DEADLINE_S, SLACK_S, BACK_S = 2.0, 1.0, 1.0
ENV = {"IMAGE_PROXY_CACHE__DISK": "4 GiB", "IMAGE_PROXY_LOG__ACCESS": "false"}


def large(side: int = 5472) -> list[bytes]:
    """Return a picture, 3:2, in the three ways that cost a decoder most; 5472: 20 megapixels."""
    blocks = noise(side // 72, side // 108).resize((side, side * 2 // 3), Image.Resampling.NEAREST)
    return [
        saved(blocks, "JPEG"),
        saved(blocks, "JPEG", progressive=True),
        saved(blocks, "PNG", compress_level=1),
    ]


@asynccontextmanager
async def host_of(kinds: list[bytes]) -> AsyncIterator[int]:
    """Serve ``/N``: the N-th kind in turn, with bytes after its end that no other number has."""

    async def answer(request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        body = kinds[number % len(kinds)] + number.to_bytes(4)
        return web.Response(body=body, content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/{number}", answer)
    async with serve(app) as port:
        yield port


def client() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


async def thumbnail(session: aiohttp.ClientSession, base: str, number: int) -> str:
    """Ask for a number's thumbnail and return the status; 503 with when to come again."""
    async with session.get(f"{base}/thumbnail/?http://{HOST}/{number}") as answer:
        await answer.read()
        told = f"{answer.status}"
        return f"{told} later" if "Retry-After" in answer.headers else told


async def watch(pid: int, peak: list[int]) -> None:
    """Keep the highest memory of a program in ``peak`` until cancelled."""
    while True:
        peak[0] = max(peak[0], await asyncio.to_thread(memory_bytes, pid))
        await asyncio.sleep(0.05)


async def test_a_crowd_of_large_pictures(tmp_path: Path) -> None:
    peak = [0]
    async with (
        host_of(large()) as port,
        program(tmp_path / "busy", port, workers=1, env=ENV) as running,
        program(tmp_path / "empty", port, workers=1, env=ENV) as empty,
        client() as session,
    ):
        async with pulse(running.port) as before:
            await asyncio.sleep(2)
        watching = asyncio.ensure_future(watch(running.pid, peak))
        async with pulse(running.port) as busy, pulse(empty.port) as beside:
            asks = (thumbnail(session, running.base, number) for number in range(LARGE))
            told = Counter(await asyncio.gather(*asks))
        watching.cancel()
        lost = await lost_workers(running.base)
    show(
        f"{LARGE} thumbnails of 20 megapixels at once: {dict(told)}; at most "
        f"{peak[0] / 1e6:.0f} MB in all processes; {lost} workers lost; 99 of 100 health asks "
        f"within {busy.share(0.99):.1f} ms (median {busy.share(0.5):.1f}), of an empty service "
        f"beside it {beside.share(0.99):.1f}, before the load {before.share(0.99):.1f}"
    )
    assert set(told) <= {"200", "503 later"}
    assert lost == 0
    assert peak[0] < MEMORY_MAX
    assert busy.share(0.99) < beside.share(0.99) + LAG_MS


class Ring:
    """Blows at the workers of one service, and what its readers felt."""

    def __init__(self, running: Program, session: aiohttp.ClientSession) -> None:
        self._running = running
        self._session = session
        self._numbers = count()
        self._chance = random.Random(4)  # noqa: S311  # where a blow falls
        # Seconds until all who were there were told, then who came next, then who found it whole.
        self.slowest = [0.0, 0.0, 0.0]
        self.told: Counter[str] = Counter()

    async def whole(self) -> None:
        """Let every worker make something."""
        assert set(await self._ask()) == {"200"}

    async def blow(self, number: signal.Signals) -> int:
        """Send one worker a signal, idle or at work, and return how many asks failed of it."""
        now = asyncio.get_running_loop().time
        there = asyncio.ensure_future(self._ask())
        await asyncio.sleep(self._chance.uniform(0.0, 0.15))  # a picture takes about 0.1 s
        os.kill(self._chance.choice(picture_workers(self._running.pid)), number)
        struck = now()
        told = await there
        there_s = now() - struck
        told += await self._ask()
        next_s = now() - struck - there_s
        await self.whole()
        back_s = now() - struck - there_s - next_s
        self.slowest = list(map(max, self.slowest, (there_s, next_s, back_s)))
        self.told.update(told)
        return sum(status != "200" for status in told)

    async def _ask(self) -> list[str]:
        """Ask for as many pictures as there are workers, none of them asked before."""
        asks = (thumbnail(self._session, self._running.base, next(self._numbers)) for _ in range(2))
        return await asyncio.gather(*asks)


@asynccontextmanager
async def ring(tmp_path: Path) -> AsyncIterator[Ring]:
    env = {**ENV, "IMAGE_PROXY_IMAGES__DEADLINE": f"{DEADLINE_S}s"}
    async with (
        host_of(large(2700)) as port,
        program(tmp_path / "cache", port, workers=1, env=env) as running,
        client() as session,
    ):
        fighting = Ring(running, session)
        await fighting.whole()
        yield fighting
        async with asyncio.timeout(BACK_S + SLACK_S):  # what was struck last is being ended
            while len(picture_workers(running.pid)) != 2:  # noqa: ASYNC110  # the kernel tells of no event
                await asyncio.sleep(0.05)


async def fight(tmp_path: Path, number: signal.Signals) -> tuple[Ring, list[int]]:
    async with ring(tmp_path) as fighting:
        failed = [await fighting.blow(number) for _ in range(BLOWS)]
    there_s, next_s, back_s = fighting.slowest
    show(
        f"{BLOWS} × {number.name} to a picture worker: {dict(fighting.told)}; at most "
        f"{max(failed)} failed of one; told after {there_s:.2f} s at most, who came next after "
        f"{next_s:.2f} s, who came then after {back_s:.2f} s"
    )
    return fighting, failed


async def test_a_killed_worker_costs_one_ask_and_is_back(tmp_path: Path) -> None:
    fighting, failed = await fight(tmp_path, signal.SIGKILL)
    assert max(failed) <= 1
    assert max(fighting.slowest) < BACK_S


async def test_a_hung_worker_costs_one_ask_and_is_back(tmp_path: Path) -> None:
    fighting, failed = await fight(tmp_path, signal.SIGSTOP)
    assert max(failed) <= 1
    assert max(fighting.slowest) < DEADLINE_S + SLACK_S
    assert fighting.slowest[-1] < BACK_S


def show(figures: str) -> None:
    """Say what was measured (``-s``)."""
    sys.stdout.write(f"\n{figures}\n")
