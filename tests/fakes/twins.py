"""Two servers over one service, one with the fast lane and one without: they must say the same.

Their connections are socket pairs, fed piece by piece: what a reader's bytes are parted into is
decided here, not by the kernel.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import web

from proxy.demo.publisher import serve
from proxy.server.connection import Connection, Server
from proxy.server.process import doors
from tests.server.doorway import Doorway, doorway

_PATIENCE_S = 10.0  # of a test: longer is a hang
_TRIES = 4  # Date, Age and ttl move on by the second: one of these falls within one

_MOVING = re.compile(rb"(?:Date|Age): [^\r]*\r\n|ttl=-?\d+")


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was said on a connection, and whether it was ended."""

    said: bytes
    ended: bool


def still(heard: Heard) -> Heard:
    """Return what was heard without the figures that move by the second."""
    return replace(heard, said=_MOVING.sub(b"", heard.said))


class Wire:
    """One connection to a server. Close it."""

    def __init__(self, ours: socket.socket, connection: Connection) -> None:
        self._ours = ours
        self._heard = bytearray()
        self._ended = False
        self.connection = connection

    @classmethod
    async def open(cls, server: Server) -> "Wire":
        """Connect, and wait until the server is ready for what may come."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)  # noqa: FBT003  # the library's own
        loop = asyncio.get_running_loop()
        _, connection = await loop.connect_accepted_socket(server, theirs)
        assert isinstance(connection, Connection)
        wire = cls(ours, connection)
        await wire.hear()
        return wire

    async def say(self, *pieces: bytes, turns: int = 0) -> Heard:
        """Have the server receive pieces, and return what it answers.

        Its loop turns so often between one and the next.
        """
        for piece in pieces:
            if self._is_over:
                break
            self.connection.data_received(piece)
            for _ in range(turns):
                self._take()
                await asyncio.sleep(0)
        return await self.hear()

    async def hear(self) -> Heard:
        """Return what was said since the last call, once nothing more is to come."""
        async with asyncio.timeout(_PATIENCE_S):
            while not (self._ended or self._is_quiet):
                self._take()
                await asyncio.sleep(0)
        return self.taken()

    def taken(self) -> Heard:
        """Return what was said since the last call."""
        self._take()
        heard, self._heard = bytes(self._heard), bytearray()
        return Heard(heard, self._ended)

    def close(self) -> None:
        """Leave."""
        if self.connection.transport is not None:
            self.connection.transport.abort()
        self._ours.close()

    @property
    def _is_over(self) -> bool:
        transport = self.connection.transport
        return transport is None or transport.is_closing()

    @property
    def _is_quiet(self) -> bool:
        """Tell whether the server waits for more; unlike ``is_idle``, also within a head."""
        connection, transport = self.connection, self.connection.transport
        waiter, outlet = connection._waiter, connection._outlet
        return (
            waiter is not None
            and not waiter.done()
            and not connection._messages
            and not (outlet is not None and outlet.is_busy)
            and transport is not None
            and not transport.get_write_buffer_size()
        )

    def _take(self) -> None:
        try:
            while data := self._ours.recv(1 << 20):
                self._heard += data
        except BlockingIOError:
            return
        except ConnectionError:
            pass
        self._ended = True


@dataclass(frozen=True, slots=True)
class Twins:
    """``fast`` answers with the lane, ``usual`` without, both by the service of ``door``."""

    door: Doorway
    fast: Server
    usual: Server
    loop: asyncio.AbstractEventLoop

    @property
    def n_by_lane(self) -> int:
        """Return how many asks the lane has answered."""
        return self.door.lane.n_answered

    async def once(
        self, server: Server, *pieces: bytes, apart: bool = False, turns: int = 0
    ) -> Heard:
        """Return what a server says to pieces on a new connection.

        ``apart``: each comes only after the answer to what was before it; else ``turns`` later.
        """
        wire = await Wire.open(server)
        try:
            if not apart:
                return await wire.say(*pieces, turns=turns)
            heard = [await wire.say(piece) for piece in pieces]
            return Heard(b"".join(one.said for one in heard), heard[-1].ended)
        finally:
            wire.close()

    async def learn(self, head: bytes) -> None:
        """Ask until the lane knows the answer, if it ever will."""
        await self.once(self.fast, head, head, head)
        await self.learned()

    async def learned(self) -> None:
        """Wait until nothing is being learned."""
        async with asyncio.timeout(_PATIENCE_S):
            while self.door.lane._learning:  # noqa: ASYNC110  # what is learned sets no event
                await asyncio.sleep(0)

    async def agree(self, *pieces: bytes, apart: bool = False, turns: int = 0) -> None:
        """Fail where the two differ."""
        difference = await self.differ(*pieces, apart=apart, turns=turns)
        if difference:
            raise AssertionError(difference)

    async def differ(self, *pieces: bytes, apart: bool = False, turns: int = 0) -> str:
        """Return in what the two differ where both get the same pieces."""
        usual = fast = Heard(b"", ended=False)
        for _ in range(_TRIES):
            fast = await self.once(self.fast, *pieces, apart=apart, turns=turns)
            usual = await self.once(self.usual, *pieces, apart=apart, turns=turns)
            if fast == usual:
                return ""
        # A reload begins to count anew, so that the one behind it finds other figures.
        if b"no-cache" in b"".join(pieces).lower() and still(fast) == still(usual):
            return ""
        return f"to {b' | '.join(pieces)[:2000]!r}\nthe lane {fast}\nusually {usual}"


@asynccontextmanager
async def twins(
    cache: Path,
    origin_port: int,
    more: Mapping[str, Any] | None = None,
    *,
    picture_workers: int = 0,
    most_bytes: int = 0,
) -> AsyncIterator[Twins]:
    """Open both until the block ends; ``most_bytes`` of small bodies are held in memory."""
    async with doorway(
        cache, more, origin_port=origin_port, picture_workers=picture_workers, most_bytes=most_bytes
    ) as door:
        admin, usual = doors(door.parts, door.log, None)
        admin.ready = True
        try:
            yield Twins(door, door.server, usual, asyncio.get_running_loop())
        finally:
            await usual.shutdown(0.01)


@contextmanager
def twins_on_uvloop(
    cache: Path,
    origin: web.Application,
    more: Mapping[str, Any],
    *,
    picture_workers: int = 0,
    most_bytes: int = 0,
) -> Iterator[Twins]:
    """Open both, before an origin of their own, on a loop as servers run on it."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        stack = AsyncExitStack()

        async def opened() -> Twins:
            port = await stack.enter_async_context(serve(origin))
            return await stack.enter_async_context(
                twins(cache, port, more, picture_workers=picture_workers, most_bytes=most_bytes)
            )

        both = runner.run(opened())
        try:
            yield both
        finally:
            runner.run(stack.aclose())


def on_their_loop(
    test: Callable[..., Coroutine[Any, Any, None]],
) -> Callable[..., None]:
    """Run a test of ``both`` on the loop that they live on."""

    @wraps(test)
    def run(both: Twins, **given: object) -> None:
        both.loop.run_until_complete(test(both=both, **given))

    return run
