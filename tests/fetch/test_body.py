"""The pace and the cap, on a stream without a socket; over one: test_client.py."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from proxy.errors import OriginTimeout, OriginTruncated, OriginUnreachable, ProxyError, TooManyBytes
from proxy.fetch.body import Pace, arriving


class Stream:
    """Returns pieces in turn; an exception among them is raised, None is a silence for ever."""

    def __init__(self, *pieces: bytes | Exception | None) -> None:
        self._pieces = iter(pieces)

    async def readany(self) -> bytes:
        """Return the next piece, b"" after the last."""
        piece = next(self._pieces, b"")
        if piece is None:
            await asyncio.Event().wait()
        if isinstance(piece, Exception):
            raise piece
        return piece or b""


def read(stream: Stream, max_bytes: int = 100, pace: Pace | None = None) -> AsyncIterator[bytes]:
    return arriving(stream, max_bytes=max_bytes, pace=pace or Pace(), where="h")


async def test_the_pieces_come_as_they_are() -> None:
    assert [piece async for piece in read(Stream(b"a", b"bc"))] == [b"a", b"bc"]


async def test_exactly_as_many_bytes_as_accepted_pass() -> None:
    assert [piece async for piece in read(Stream(b"ab", b"c"), max_bytes=3)] == [b"ab", b"c"]


@pytest.mark.parametrize(
    ("stream", "failure"),
    [
        pytest.param(Stream(b"x" * 99, b"xx"), TooManyBytes, id="a byte over the cap"),
        pytest.param(Stream(b"a", None), OriginTimeout, id="silence"),
        pytest.param(Stream(aiohttp.ClientPayloadError()), OriginTruncated, id="framing"),
        pytest.param(Stream(aiohttp.ClientConnectionError()), OriginTruncated, id="connection"),
        pytest.param(Stream(aiohttp.ClientOSError()), OriginTruncated, id="reset"),
        pytest.param(Stream(OSError("x")), OriginUnreachable, id="the system's own"),
    ],
)
async def test_failures(stream: Stream, failure: type[ProxyError]) -> None:
    with pytest.raises(failure):
        [piece async for piece in read(stream, pace=Pace(window_s=0.01))]


async def test_the_time_the_reader_takes_is_not_the_origin_s() -> None:
    slow_reader = read(Stream(*[b"x"] * 5), pace=Pace(window_s=0.01))
    pieces = []
    async for piece in slow_reader:
        pieces.append(piece)
        await asyncio.sleep(0.005)  # a slow client: five times this is over the window
    assert len(pieces) == 5
