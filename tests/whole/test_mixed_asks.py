"""Two processes over one store under mixed asks and purges: nothing corrupt, every purge obeyed."""

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import aiohttp
import pytest

from proxy.demo.publisher import COUNTS, publisher, serve
from tests.fakes.house import HOST
from tests.fakes.pictures import quadrants, saved
from tests.fakes.program import Program, program

pytestmark = pytest.mark.slow

ASKS = int(os.environ.get("PROVE_MIXED", "1500"))  # `make prove`: 36000, ten a second for an hour
READERS = 32
TOKEN = {"IMAGE_PROXY_ADMIN__TOKEN": "token"}


class Asking:
    """What was asked, and whether each answer was what it had to be."""

    def __init__(self, running: Program, pictures: Mapping[str, bytes]) -> None:
        self.running = running
        self.pictures = pictures
        self.tally: Counter[str] = Counter()
        self.made: dict[str, set[str]] = {}  # digests of what was given as a picture, by target
        self.busiest = [0, 0]  # connections at once, by process
        self.left = ASKS

    async def read(self, client: aiohttp.ClientSession, chance: random.Random) -> None:
        """Ask in every way a reader may, until enough was asked."""
        ways = (self.original, self.preset, self.part, self.unchanged, self.purge)
        while self.left > 0:
            self.left -= 1
            (way,) = chance.choices(ways, weights=(40, 40, 10, 9, 1))
            await way(client, chance.choice(list(self.pictures)))

    async def original(self, client: aiohttp.ClientSession, name: str) -> None:
        """Ask for the original: its bytes."""
        async with client.get(f"{self.running.base}/?http://{HOST}{name}") as answer:
            assert await answer.read() == self.pictures[name]
            self.tally["hit" if "hit" in answer.headers["Cache-Status"] else "miss"] += 1

    async def preset(self, client: aiohttp.ClientSession, name: str) -> None:
        """Ask for a picture: the same bytes every time."""
        target = f"/thumbnail/?http://{HOST}{name}"
        async with client.get(f"{self.running.base}{target}") as answer:
            body = await answer.read()
            assert answer.status == 200
        self.made.setdefault(target, set()).add(sha256(body).hexdigest())
        self.tally["picture"] += 1

    async def part(self, client: aiohttp.ClientSession, name: str) -> None:
        """Ask for a part of the original."""
        headers = {"Range": "bytes=10-99"}
        url = f"{self.running.base}/?http://{HOST}{name}"
        async with client.get(url, headers=headers) as answer:
            assert await answer.read() == self.pictures[name][10:100]
        self.tally["part"] += 1

    async def unchanged(self, client: aiohttp.ClientSession, name: str) -> None:
        """Ask whether the original has changed."""
        headers = {"If-None-Match": f'"{sha256(self.pictures[name]).hexdigest()[:16]}"'}
        url = f"{self.running.base}/?http://{HOST}{name}"
        async with client.get(url, headers=headers) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
        self.tally["unchanged"] += 1

    async def purge(self, client: aiohttp.ClientSession, name: str) -> None:
        """Let go of the original and its pictures; look who has how many connections."""
        wish = json.dumps({"source": f"http://{HOST}{name}"})
        async with client.post(
            f"{self.running.base}/-/purge", data=wish, headers={"Authorization": "Bearer token"}
        ) as answer:
            assert answer.status == 200
        self.tally["purge"] += 1
        self.busiest = list(map(max, self.busiest, self.running.connections()))


async def test_an_hour_of_mixed_asks(tmp_path: Path) -> None:
    pictures = {f"/{n}.jpg": saved(quadrants(600 + n, 450), "JPEG") for n in range(40)}
    app = publisher(pictures, cache_control="max-age=2")
    async with (
        serve(app) as port,
        program(tmp_path / "cache", port, env=TOKEN) as running,
        # A connection an ask: each goes to whichever process takes it.
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as client,
    ):
        asking = Asking(running, pictures)
        readers = (asking.read(client, random.Random(n)) for n in range(READERS))  # noqa: S311
        await asyncio.gather(*readers)
        assert not [line for line in running.lines if line.get("level") in ("error", "critical")]
    assert min(asking.busiest) > 0
    assert {len(digests) for digests in asking.made.values()} == {1}, "one picture, one body"
    said = f"{dict(asking.tally)}; at most {asking.busiest} at once; {app[COUNTS].total} fetches"
    print(f"\n{ASKS} asks: {said}")  # noqa: T201  # make prove shows it
