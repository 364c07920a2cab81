"""Readers that keep their connections, one ask at a time on each, and are answered in order."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its head's bytes, and its body."""

    head: bytes
    body: bytes

    @property
    def status(self) -> int:
        """Return the status."""
        return int(self.head.split(b" ", 2)[1])

    def field(self, name: str) -> str:
        """Return a field's value, empty where there is none."""
        found = re.search(rb"(?i)\r\n%b: ([^\r]*)" % name.encode(), self.head)
        return found[1].decode("latin-1") if found else ""


class Browser:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, port: int) -> "Browser":
        """Connect."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))

    async def ask(
        self, target: str, *fields: str, method: str = "GET", body: bytes = b""
    ) -> Answer:
        """Ask, and return the whole answer."""
        lines = [f"{method} {target} HTTP/1.1", "Host: x", *fields]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.writer.write("\r\n".join((*lines, "", "")).encode() + body)
        return await self.hear()

    async def hear(self) -> Answer:
        """Return the next answer, to a GET."""
        async with asyncio.timeout(_PATIENCE_S):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", head)
            return Answer(head, await self.reader.readexactly(int(length[1]) if length else 0))


@asynccontextmanager
async def browsers(port: int, number: int) -> AsyncIterator[list[Browser]]:
    """Open so many connections until the block ends."""
    opened = [await Browser.open(port) for _ in range(number)]
    try:
        yield opened
    finally:
        for one in opened:
            one.writer.close()
