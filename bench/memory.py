"""What the processes take once they have made 2,000 pictures: Pss, by role, against issue 6.

    python bench/memory.py [--pictures 2000]

A real ``image-proxy serve`` as it is set by default, the demo's publisher as its origin. Every
picture is another; between them stand as many asks for what is there already. Exits 1 above a
bound: 120 MB and its ``[cache] memory`` for a server, 90 MB for a picture worker. A worker is
replaced every 500 works, so the most that was seen between asks is held against the bounds, too.
"""
# a folder of programs

import argparse
import asyncio
import json
import re
import shutil
import statistics
import sys
from collections import deque
from collections.abc import Iterator
from itertools import product

import aiohttp
from service import SERVER, WORK, WORKER, Service, Size, running
from yarl import URL

from proxy.demo.pictures import PICTURES
from proxy.demo.publisher import publisher, serve

HOST = "image.woshipm.com"
MB = 1_000_000
BOUNDS = {SERVER: 120 * MB, WORKER: 90 * MB}
READERS = 8
ACCEPTED = ("image/avif,image/webp,*/*", "image/webp,*/*", "*/*")
PRESETS = ("thumbnail", "headimg")
_SETTLE_S = 2.0  # a recycled worker is up again in half a second
AGAIN = 500  # the latest asks, of which one is asked again after each new one

Ask = tuple[str, str]  # target, Accept


class Readers:
    """A few at a time, they ask for what there is not yet, and for what there is."""

    def __init__(
        self,
        client: aiohttp.ClientSession,  # noqa: TID251  # it asks ourselves
        base: str,
        paths: list[str],
    ) -> None:
        self._client = client
        self._base = base
        self._new = _asks(paths)
        self._past: deque[Ask] = deque(maxlen=AGAIN)
        self.n_asked = self.n_failed = 0

    async def ask(self, n_asks: int) -> None:
        """Ask so often for something new, and as often for something old."""
        await asyncio.gather(*(self._read(n_asks // READERS) for _ in range(READERS)))

    async def _read(self, n_asks: int) -> None:
        for _ in range(n_asks):
            new = next(self._new)
            await self._get(new)
            self._past.append(new)
            await self._get(self._past[self.n_asked * 7 % len(self._past)])

    async def _get(self, ask: Ask) -> None:
        target, accepted = ask
        url = URL(self._base + target, encoded=True)
        async with self._client.get(url, headers={"Accept": accepted}) as answer:
            await answer.read()
            self.n_asked += 1
            self.n_failed += answer.status != 200  # noqa: PLR2004  # OK


def _asks(paths: list[str]) -> Iterator[Ask]:
    for path, preset, accepted in product(paths, PRESETS, ACCEPTED):
        yield f"/{preset}/?http://{HOST}{path}", accepted


def _originals(n: int) -> dict[str, bytes]:
    """Return pictures by path, as many; no two alike, because more than the picture follows."""
    drawn = dict(PICTURES.items())
    found: dict[str, bytes] = {}
    for number in range(-(-n // len(drawn))):
        for path, data in drawn.items():
            found[f"/{number}{path}"] = data + b"%08d" % number
    return found


def _made(service: Service) -> int:
    """Return how many pictures were made, by its own account."""
    _, page = service.ask("/-/metrics")
    told = re.findall(rb'^image_proxy_made_total\{.*outcome="ok".*\} (\S+)$', page, re.MULTILINE)
    return int(sum(map(float, told)))


async def _ask_until(service: Service, n_pictures: int, paths: list[str]) -> dict[str, int]:
    """Return the most one process of each role took meanwhile."""
    most: dict[str, int] = {}
    base = f"http://127.0.0.1:{service.port}"
    async with aiohttp.ClientSession() as client:  # noqa: TID251  # it asks ourselves
        readers = Readers(client, base, paths)
        while (made := await asyncio.to_thread(_made, service)) < n_pictures:
            _say(f"\r{made} of {n_pictures} pictures made, {readers.n_asked} asks")
            await readers.ask(max(READERS, min(200, n_pictures - made)))
            if readers.n_failed:
                raise SystemExit(f"{readers.n_failed} of {readers.n_asked} asks were not answered")
            for size in service.sizes():
                most[size.role] = max(most.get(size.role, 0), size.pss)
    _say(f"\r{made} pictures made, {readers.n_asked} asks, half of them again\n")
    return most


async def _measure(n_pictures: int, memory: str) -> tuple[list[Size], dict[str, int], list[Size]]:
    """Return what the processes take before, at most, and after."""
    cache = WORK / "memory-cache"
    shutil.rmtree(cache, ignore_errors=True)
    originals = _originals(n_pictures // (len(PRESETS) * len(ACCEPTED)) * 2 + 1)
    async with serve(publisher(originals)) as origin_port:
        settings = {
            "IMAGE_PROXY_CACHE__MEMORY": memory,
            "IMAGE_PROXY_ORIGINS": json.dumps(
                {HOST: {"connect_to": f"127.0.0.1:{origin_port}", "referer": "origin"}}
            ),
        }
        with running(cache, settings) as service:
            await asyncio.to_thread(service.first_answer, "/-/ready")
            await asyncio.sleep(_SETTLE_S)
            before = service.sizes()
            most = await _ask_until(service, n_pictures, list(originals))
            await asyncio.sleep(_SETTLE_S)
            after = service.sizes()
    shutil.rmtree(cache, ignore_errors=True)
    return before, most, after


def _table(
    before: list[Size], most: dict[str, int], after: list[Size], bounds: dict[str, int]
) -> list[str]:
    """Print what was measured; return what is above its bound."""
    print(f"{'Pss in MB':18}{'before':>8}{'most':>8}{'after':>8}{'(alone)':>9}{'bound':>8}")
    for size in after:
        then = [one.pss for one in before if one.role == size.role]
        bound = bounds.get(size.role)
        print(
            f"{size.role:18}{statistics.mean(then or [0]) / MB:8.1f}"
            f"{most.get(size.role, 0) / MB:8.1f}{size.pss / MB:8.1f}{size.private / MB:9.1f}"
            + (f"{bound / MB:8.0f}" if bound else "")
        )
    print(f"{'together':34}{sum(size.pss for size in after) / MB:8.1f}")
    seen = [*most.items(), *((size.role, size.pss) for size in after)]
    return [
        f"{role}: {pss / MB:.1f} MB" for role, pss in seen if role in bounds and pss > bounds[role]
    ]


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--memory-mib", type=int, default=32, help="[cache] memory of a server")
    given = parser.parse_args()
    before, most, after = asyncio.run(_measure(given.pictures, f"{given.memory_mib} MiB"))
    bounds = {**BOUNDS, SERVER: BOUNDS[SERVER] + given.memory_mib * (1 << 20)}
    missed = _table(before, most, after, bounds)
    for line in missed:
        print("above its bound:", line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
