"""What goes past the transport arrives whole, in order, or the connection ends."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from proxy.server.outlet import Outlet
from proxy.stores.files import BlobFile, Loaded
from proxy.stores.shelf import Identity
from tests.server.doorway import until

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
LARGE = bytes(range(256)) * (8 << 12)  # 8 MiB: more than a socket takes at once


def opened(path: Path, data: bytes) -> BlobFile:
    path.write_bytes(data)
    handle = os.open(path, os.O_RDONLY)
    return BlobFile(handle, len(data), Identity.of(os.fstat(handle)))


class Silent(asyncio.Protocol):
    """A protocol that does nothing."""


@asynccontextmanager
async def pair(patience_s: float = 5.0) -> AsyncIterator[tuple[Outlet, socket.socket]]:
    """Open an outlet of a connection, and the reader's end of it."""
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    transport, _ = await loop.connect_accepted_socket(Silent, ours)
    theirs.settimeout(0)
    outlet = Outlet(transport, loop, patience_s=patience_s)
    try:
        yield outlet, theirs
    finally:
        outlet.close()
        transport.abort()
        theirs.close()
        await asyncio.sleep(0)


async def received(theirs: socket.socket, n_bytes: int) -> bytes:
    loop, data = asyncio.get_running_loop(), bytearray()
    async with asyncio.timeout(5):
        while len(data) < n_bytes and (part := await loop.sock_recv(theirs, 1 << 20)):
            data += part
    return bytes(data)


@pytest.mark.parametrize("n_bytes", [1, 25_000], ids=["a byte", "a picture"])
async def test_what_the_socket_takes_goes_at_once(tmp_path: Path, n_bytes: int) -> None:
    async with pair() as (outlet, theirs):
        assert outlet.send(HEAD, opened(tmp_path / "a", LARGE[:n_bytes]))
        assert not outlet.is_busy
        assert await received(theirs, len(HEAD) + n_bytes) == HEAD + LARGE[:n_bytes]
        assert outlet.send(HEAD, None)
        assert await received(theirs, len(HEAD)) == HEAD


async def test_the_rest_follows_as_the_reader_takes_it(tmp_path: Path) -> None:
    ends: list[OSError | None] = []
    async with pair() as (outlet, theirs):
        assert not outlet.send(HEAD, opened(tmp_path / "a", LARGE))
        outlet.follow(ends.append)
        assert await received(theirs, len(HEAD) + len(LARGE)) == HEAD + LARGE
        await until(lambda: ends)
        assert ends == [None]
        assert not outlet.is_busy
        assert outlet.sent_bytes == len(LARGE)


async def test_a_body_in_memory_follows_likewise() -> None:
    ends: list[tuple[OSError | None, int]] = []
    async with pair() as (outlet, theirs):
        assert outlet.send(HEAD, Loaded(b"small"))
        assert await received(theirs, len(HEAD) + 5) == HEAD + b"small"
        assert not outlet.send(HEAD, Loaded(LARGE))
        assert 0 < outlet.sent_bytes < len(LARGE)
        outlet.follow(lambda failure: ends.append((failure, outlet.sent_bytes)))
        assert await received(theirs, len(HEAD) + len(LARGE)) == HEAD + LARGE
        await until(lambda: ends)
        assert ends == [(None, len(LARGE))]


async def test_a_head_may_wait_for_room_too(tmp_path: Path) -> None:
    ends: list[OSError | None] = []
    head, data = HEAD + bytes(4 << 20), LARGE[: 1 << 20]
    async with pair() as (outlet, theirs):
        assert not outlet.send(head, opened(tmp_path / "a", data))
        assert outlet.sent_bytes == 0
        outlet.follow(ends.append)
        assert await received(theirs, len(head) + len(data)) == head + data
        await until(lambda: ends)
        assert ends == [None]


async def test_a_file_taken_off_the_shelf_is_sent_to_its_end(tmp_path: Path) -> None:
    ends: list[OSError | None] = []
    async with pair() as (outlet, theirs):
        assert not outlet.send(HEAD, opened(tmp_path / "a", LARGE))
        outlet.follow(ends.append)
        (tmp_path / "a").unlink()
        assert await received(theirs, len(HEAD) + len(LARGE)) == HEAD + LARGE


def cut_file(path: Path, _theirs: socket.socket) -> None:
    os.truncate(path, 1)


def leave(_path: Path, theirs: socket.socket) -> None:
    theirs.close()


@pytest.mark.parametrize(
    ("happen", "failure"),
    [
        pytest.param(cut_file, ConnectionAbortedError, id="the file is cut short"),
        pytest.param(leave, BrokenPipeError, id="the reader leaves"),
    ],
)
async def test_what_cannot_be_sent_to_its_end_is_told(
    tmp_path: Path, happen: Callable[[Path, socket.socket], None], failure: type[OSError]
) -> None:
    ends: list[OSError | None] = []
    async with pair() as (outlet, theirs):
        assert not outlet.send(HEAD, opened(tmp_path / "a", LARGE))
        happen(tmp_path / "a", theirs)
        outlet.follow(ends.append)
        if happen is cut_file:
            await received(theirs, len(HEAD) + outlet.sent_bytes)
        await until(lambda: ends)
        assert isinstance(ends[0], failure)
        assert not outlet.is_busy


async def test_a_reader_that_takes_nothing_is_left(tmp_path: Path) -> None:
    ends: list[tuple[OSError | None, int]] = []
    async with pair(patience_s=0.05) as (outlet, _theirs):
        assert not outlet.send(HEAD, opened(tmp_path / "a", LARGE))
        outlet.follow(lambda failure: ends.append((failure, outlet.sent_bytes)))
        await until(lambda: ends)
        ((failure, sent_bytes),) = ends
        assert isinstance(failure, TimeoutError)
        assert 0 < sent_bytes < len(LARGE)


async def test_closing_tells_whoever_follows(tmp_path: Path) -> None:
    ends: list[OSError | None] = []
    async with pair() as (outlet, _theirs):
        assert not outlet.send(HEAD, opened(tmp_path / "a", LARGE))
        outlet.follow(ends.append)
        outlet.close()
        assert isinstance(ends[0], ConnectionResetError)
        outlet.close()
        assert len(ends) == 1
