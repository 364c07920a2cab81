"""Many clients at once: a connection each, all open before the first byte is asked for."""

import asyncio
import os
import re
import resource
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_AT_ONCE = 200  # connects under way: fewer than any listener's backlog
_SPARE_FILES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one client was told; ``after_s`` counts from when the last one had asked."""

    status: int
    head: str
    body: bytes
    after_s: float


class Crowd:
    """Clients connected to one port."""

    def __init__(
        self, port: int, streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
    ) -> None:
        self._port = port
        self._streams = streams
        self._asked_at = 0.0

    async def ask(self, target: str, first: int = 0, last: int | None = None) -> None:
        """Send the same request on the connections [first, last)."""
        lines = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
        for _, writer in self._streams[first:last]:
            writer.write(lines)
        for _, writer in self._streams[first:last]:
            await writer.drain()
        self._asked_at = time.monotonic()

    def leave(self, number: int) -> None:
        """Close one client's socket, whatever it still waits for."""
        self._streams[number][1].transport.abort()

    async def heard(self) -> None:
        """Wait until the service has read everything that was sent."""
        await _all_taken(self._port)

    async def told(self, first: int = 0) -> list[Told]:
        """Return what the clients from ``first`` on are told, all of it."""
        return await asyncio.gather(*(self._one(reader) for reader, _ in self._streams[first:]))

    async def _one(self, reader: asyncio.StreamReader) -> Told:
        data = await reader.read()
        head, _, body = data.partition(b"\r\n\r\n")
        found = re.match(rb"HTTP/1\.1 ([0-9]{3}) ", head)
        return Told(
            status=int(found[1]) if found else 0,
            head=head.decode("latin-1"),
            body=body,
            after_s=time.monotonic() - self._asked_at,
        )


async def _all_taken(port: int) -> None:
    """Wait until who listens at a port has accepted every connection and read every byte."""
    async with asyncio.timeout(60):
        while _waiting(port):  # noqa: ASYNC110  # another process reads, and sets no event of ours
            await asyncio.sleep(0.05)


def _waiting(port: int) -> int:
    """Return how many sockets of a port have something in their receive queue.

    A listening one (state 0A) has there the connections that nobody has accepted yet.
    """
    ours = f":{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(
        line[1].endswith(ours) and line[3] in ("01", "0A") and not line[4].endswith(":00000000")
        for line in lines
    )


def make_room(n_clients: int) -> None:
    """Let this process, and those it starts, have so many clients; skip where it may not."""
    wanted = 2 * n_clients + _SPARE_FILES  # both ends, should one process have all of them
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        pytest.skip(f"{n_clients} clients need {wanted} open files, {hard} are allowed")
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@asynccontextmanager
async def crowd(port: int, n_clients: int, processes: Sequence[int] = ()) -> AsyncIterator[Crowd]:
    """Connect so many clients to 127.0.0.1 for the block, a like share to each of ``processes``.

    Who accepts is the kernel's choice: so while a share connects, the other processes stand still.
    """
    gate = asyncio.Semaphore(_AT_ONCE)
    streams: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def connect() -> None:
        async with gate:
            streams.append(await asyncio.open_connection("127.0.0.1", port))

    for number, accepting in enumerate(processes or (0,)):
        others = [pid for pid in processes if pid != accepting]
        try:
            for pid in others:
                os.kill(pid, signal.SIGSTOP)
            share = n_clients * (number + 1) // max(1, len(processes)) - len(streams)
            await asyncio.gather(*(connect() for _ in range(share)))
            await _all_taken(port)
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)
    try:
        yield Crowd(port, streams)
    finally:
        for _, writer in streams:
            writer.close()
