"""A body while it arrives: never more bytes than accepted, never slower than a minimum rate.

Knows no HTTP: it is given something that returns bytes, and the failure to raise where it breaks.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from aiohttp import ClientConnectionError, ClientPayloadError

from proxy.errors import OriginTimeout, OriginTruncated, TooManyBytes
from proxy.fetch.failures import FOREIGN, translated

# A connection that broke inside a body has cut it, whatever class says so.
_CUT = (ClientPayloadError, ClientConnectionError)


class Readable(Protocol):
    """The one method of aiohttp's StreamReader we use."""

    async def readany(self) -> bytes:
        """Return what has arrived, waiting for at least one byte; b"" at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The least an origin must deliver: ``min_bytes`` in every ``window_s`` seconds we wait for it.

    Time the reader of the body takes for itself does not count.
    """

    window_s: float = 10.0
    min_bytes: int = 10 * 1024  # 1 KiB/s: below the slowest line a picture is worth waiting for


PACE = Pace()


async def arriving(
    content: Readable, *, max_bytes: int, pace: Pace, where: str
) -> AsyncGenerator[bytes, None]:
    """Yield the body's bytes as they come; ``where`` names the origin in messages.

    Raises TooManyBytes, OriginTimeout below the pace, and OriginTruncated where the framing breaks.
    """
    clock = asyncio.get_running_loop().time
    total, waited_s, in_window = 0, 0.0, 0
    while True:
        began = clock()
        chunk = await _next(content, within_s=pace.window_s - waited_s, where=where)
        if not chunk:
            return
        total += len(chunk)
        if total > max_bytes:
            raise TooManyBytes(f"{where}: over {max_bytes} bytes while arriving")
        waited_s, in_window = waited_s + clock() - began, in_window + len(chunk)
        if in_window >= pace.min_bytes:
            waited_s, in_window = 0.0, 0
        yield chunk


async def _next(content: Readable, *, within_s: float, where: str) -> bytes:
    """Return the next bytes, b"" at the end; OriginTimeout where none come in time."""
    try:
        async with asyncio.timeout(within_s):
            return await content.readany()
    except TimeoutError as exc:
        raise OriginTimeout(f"{where}: the body arrives too slowly") from exc
    except _CUT as exc:
        raise OriginTruncated(f"{where}: {exc}") from exc
    except FOREIGN as exc:
        raise translated(exc, where) from exc
