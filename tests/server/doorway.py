"""A door on loopback without picture workers: opens in milliseconds, its log lines at hand."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from proxy import clock, wiring
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.model.trace import Trace
from proxy.observe import logs
from proxy.observe.access import AccessLog
from proxy.server.connection import Server
from proxy.server.fastlane import FastLane
from proxy.server.process import doors
from proxy.server.ready import Ready
from proxy.settings import Log
from tests.fakes.house import settings_for

if TYPE_CHECKING:
    from proxy.flow.flow import Flow

NOWHERE = 1  # a port no origin listens on


class Given:
    """Passes for a Flow: answers what it was told to, or raises it."""

    def __init__(self, turn: Reply | Exception) -> None:
        self.turn = turn

    async def answer(self, _request: Request, _trace: Trace) -> Reply:
        """Return the reply, or raise."""
        if isinstance(self.turn, Exception):
            raise self.turn
        return self.turn


class Watched(FastLane):
    """A fast lane that counts what it answered."""

    n_answered = 0

    def answered(self, reply: Ready, client: str, now: float) -> None:
        """Count, and do what it does."""
        self.n_answered += 1
        super().answered(reply, client, now)


@dataclass(frozen=True, slots=True)
class Doorway:
    """An open door. ``parts`` is the service behind it."""

    port: int
    parts: wiring.Service
    server: Server
    written: StringIO
    log: AccessLog
    lane: "Watched"

    async def exchange(self, *sent: bytes) -> bytes:
        """Send bytes on a new connection and return all that comes until it is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for part in sent:
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(10):
            heard = await reader.read()
        writer.close()
        return heard

    async def ask(self, target: str, *fields: str, method: str = "GET") -> tuple[int, bytes]:
        """Ask on a connection that ends with the answer; return its status and body."""
        lines = [f"{method} {target} HTTP/1.1", "Host: x", "Connection: close", *fields, "", ""]
        heard = await self.exchange("\r\n".join(lines).encode())
        head, _, body = heard.partition(b"\r\n\r\n")
        return int(head.split(b" ")[1]), body

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return the log lines so far."""
        self.log.flush()
        return [json.loads(line) for line in self.written.getvalue().splitlines()]


@asynccontextmanager
async def doorway(  # noqa: PLR0913  # what a door may be like; all but two by name
    cache: Path,
    more: Mapping[str, Any] | None = None,
    *,
    origin_port: int = NOWHERE,
    turn: Reply | Exception | None = None,
    fast: bool = True,
    picture_workers: int = 0,
    most_bytes: int = 0,
) -> AsyncIterator[Doorway]:
    """Open a door until the block ends; with ``turn`` that is what flow says to all.

    ``fast`` False: without the fast lane, which holds ``most_bytes`` of small bodies in memory.
    With no picture workers no picture is made.
    """
    settings = settings_for(cache, origin_port, {"log": {"access": True}, **(more or {})})
    async with wiring.service(settings, picture_workers=picture_workers) as whole:
        parts = whole if turn is None else replace(whole, flow=cast("Flow", Given(turn)))
        loop = asyncio.get_running_loop()
        with logged(Log(format="json")) as written:
            access = Log(format="json", access=settings.log.access)
            log = AccessLog(access, parts.metrics.tally, written)
            lane = Watched(
                store=parts.store,
                log=log,
                tasks=parts.tasks,
                now=clock.now,
                most_bytes=most_bytes,
            )
            admin, server = doors(parts, log, lane if fast else None)
            listener = await loop.create_server(server, "127.0.0.1", 0)
            admin.ready = True
            port = listener.sockets[0].getsockname()[1]
            try:
                yield Doorway(port, parts, server, written, log, lane)
            finally:
                listener.close()
                await server.shutdown(0.01)


@contextmanager
def logged(settings: Log) -> Iterator[StringIO]:
    """Send all logging to the text that is returned, and put back what was there."""
    root = logging.getLogger()
    handlers, level, written = root.handlers, root.level, StringIO()
    logs.configure(settings, written)
    try:
        yield written
    finally:
        root.handlers = handlers
        root.setLevel(level)


async def until(happened: Callable[[], object]) -> None:
    """Let the loop turn until what is waited for is there; a TimeoutError after 5 s."""
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110  # what happens elsewhere sets no event for tests
            await asyncio.sleep(0.001)
