"""A client that sends exactly the bytes it is told to, and reads every answer that comes back."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass

from proxy.model.headers import Headers

_PATIENCE_S = 20.0
_MAX_BYTES = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One answer as it stood on the wire."""

    status: int
    headers: Headers
    body: bytes


async def converse(port: int, *parts: bytes) -> list[Heard]:
    """Send bytes on one new connection, each part after the answer to the one before it.

    Return every answer until the service closes the connection: the last part has to see to that.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_MAX_BYTES)
    heard: list[Heard] = []
    try:
        async with asyncio.timeout(_PATIENCE_S):
            with suppress(ConnectionError):  # it need not read what it has refused
                for part in parts:
                    writer.write(part)
                    await writer.drain()
                    heard += await _answers(reader, at_most=None if part is parts[-1] else 1)
    finally:
        writer.close()
    return heard


async def _answers(reader: asyncio.StreamReader, at_most: int | None) -> list[Heard]:
    """Read so many answers, or all until the end. Content-Length frames all this service sends."""
    heard: list[Heard] = []
    while len(heard) != at_most:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as end:
            if end.partial:
                raise AssertionError(f"no answer but {end.partial[:200]!r}") from end
            break
        first, *lines = head.decode("latin-1").split("\r\n")[:-2]
        found = re.fullmatch(r"HTTP/(?:0\.9|1\.[01]) ([0-9]{3}) .*", first)
        assert found, f"no status line: {first[:200]}"
        headers = Headers.of((name, value.strip()) for name, _, value in map(_parted, lines))
        body = await reader.readexactly(int(headers.get("Content-Length") or 0))
        heard.append(Heard(status=int(found[1]), headers=headers, body=body))
    return heard


def _parted(line: str) -> tuple[str, str, str]:
    return line.partition(":")
