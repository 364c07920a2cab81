"""A publisher with its own log, a door to it, and wishes for its pictures."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from proxy.demo.publisher import serve
from proxy.mirror.wishes import Wish
from proxy.settings import Mirror
from tests.fakes.house import HOST
from tests.fakes.pictures import quadrants, saved

PICTURE = saved(quadrants(64, 48), "PNG")
NOW = Mirror(delay="0s")  # no pause between fetches


class Time:
    """A clock that moves only when somebody sleeps; ``slept`` is what was waited for."""

    def __init__(self) -> None:
        self.at = 1_700_000_000.0
        self.slept: list[float] = []

    def now(self) -> float:
        """Return Unix seconds."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(round(seconds, 6))
        self.at += seconds
        await asyncio.sleep(0)


@dataclass(slots=True)
class Blog:
    """A publisher: any path is a picture. ``begun`` and ``most`` are its log."""

    port: int = 0
    asked: list[str] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)  # by the loop's clock
    now: int = 0
    most: int = 0  # at one time
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    target: int = 0  # how many asks set ``reached``
    gate: asyncio.Event | None = None  # answers wait for it
    takes_s: float = 0.0

    async def answer(self, request: web.Request) -> web.Response:
        """Answer one ask."""
        loop = asyncio.get_running_loop()
        self.begun.append(loop.time())
        self.asked.append(request.raw_path)
        self.now += 1
        self.most = max(self.most, self.now)
        if self.target and len(self.asked) >= self.target:
            self.reached.set()
        try:
            if self.gate is not None:
                await self.gate.wait()
            await asyncio.sleep(self.takes_s)
        finally:
            self.now -= 1
        return web.Response(body=PICTURE, content_type="image/png")


@asynccontextmanager
async def blog(**how: Any) -> AsyncIterator[Blog]:  # noqa: ANN401  # Blog's own
    """Run a publisher on loopback for the block."""
    made = Blog(**how)
    app = web.Application()
    app.router.add_get("/{path:.*}", made.answer)
    async with serve(app) as made.port:
        yield made


def wish(path: str, *presets: str, host: str = HOST) -> Wish:
    """Return a wish for a path of the publisher's."""
    authority = host.partition(":")[0]
    return Wish(source=f"http://{host}{path}", host=authority, presets=presets, references=())


def paths(numbers: Iterable[int]) -> list[Wish]:
    """Return a wish for each number."""
    return [wish(f"/{number}.png") for number in numbers]
