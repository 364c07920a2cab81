"""The fast lane and its readers: slow ones, ones that stop, ones that leave, ones that only wait.

A server process for memory; elsewhere a service in this process, on the loop that servers run on,
with patience for less time than its readers take.
"""

import asyncio
import os
import re
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from proxy.demo.publisher import publisher, serve
from proxy.server import connection
from tests.fakes.browsers import Browser, browsers
from tests.fakes.heads import head
from tests.fakes.house import HOST
from tests.fakes.pictures import noise, saved
from tests.fakes.program import Program, program
from tests.fakes.twins import Twins, on_their_loop, twins_on_uvloop
from tests.server.doorway import until

pytestmark = pytest.mark.slow

LEAVING = int(os.environ.get("PROVE_LEAVING", "200"))  # `make prove`: 1000
SLOW = 200
SMALL = saved(noise(40, 30), "PNG")
LARGE, HUGE = SMALL + bytes(range(256)) * (12 << 10), SMALL + bytes(16 << 20)
PICTURES = {"/a.png": SMALL, "/b.png": LARGE, "/c.png": HUGE, "/d.png": SMALL + bytes(56 << 10)}
SETTINGS = {"cache": {"disk": "1 GiB"}}
RECEIVES = 16 << 10  # bytes of a slow reader's buffer


def ask(name: str, *lines: str) -> bytes:
    return head(f"/?http://{HOST}{name}", "x", "Host: %HOST%", *lines)


@contextmanager
def connected(port: int, number: int) -> Iterator[list[socket.socket]]:
    """Open connections that take little at a time."""
    readers = [socket.socket() for _ in range(number)]
    try:
        for reader in readers:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVES)
            reader.connect(("127.0.0.1", port))
            reader.setblocking(False)  # noqa: FBT003  # the library's own
        yield readers
    finally:
        for reader in readers:
            reader.close()


async def body_of(reader: socket.socket, length: int) -> bytes:
    """Read until ``length`` bytes of a body came, and return them."""
    loop, heard, start = asyncio.get_running_loop(), bytearray(), -1
    while start < 0 or len(heard) < start + length:
        data = await loop.sock_recv(reader, 1 << 18)
        assert data, f"cut after {len(heard)} bytes"
        heard += data
        if start < 0 and b"\r\n\r\n" in heard:
            start = heard.index(b"\r\n\r\n") + 4
    return bytes(heard[start:])


@contextmanager
def opened(cache: Path, *, most_bytes: int = 0, **seconds: float) -> Iterator[Twins]:
    """Open a service whose patience is as given: KEEP_ALIVE_S, SEND_S."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in seconds.items():
            patch.setattr(connection, name, value)
        origin = publisher(PICTURES, cache_control="max-age=6000")
        yield stack.enter_context(twins_on_uvloop(cache, origin, SETTINGS, most_bytes=most_bytes))


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Twins]:
    with opened(tmp_path) as found:
        yield found


@pytest.fixture
def both_hasty(tmp_path: Path) -> Iterator[Twins]:
    with opened(tmp_path, SEND_S=1.0, KEEP_ALIVE_S=0.75) as found:
        yield found


async def learned(both: Twins, *names: str) -> None:
    """Have the lane know pictures, over a connection that is closed again."""
    async with browsers(both.door.port, 1) as (browser,):
        for name in names:
            before = both.n_by_lane
            async with asyncio.timeout(10):
                while both.n_by_lane == before:
                    await browser.ask(f"/?http://{HOST}{name}")
                    await asyncio.sleep(0.01)  # asked at once, it finds the handler still at work


def anonymous_of(pid: int) -> int:
    """Return the bytes of memory that are a process's own."""
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"RssAnon:\s+(\d+) kB", text)
    assert found
    return int(found[1]) << 10


def doubled(pid: int) -> int:
    """Return how many sockets a process has open twice: those that its lane sends to."""
    links: Counter[str] = Counter()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        if handle.is_symlink():
            links[os.readlink(handle)] += 1  # noqa: PTH115  # no path
    return sum(number == 2 for name, number in links.items() if name.startswith("socket:"))


@asynccontextmanager
async def serving(cache: Path) -> AsyncIterator[tuple[Program, Browser]]:
    """Run one process and have its lane know the pictures."""
    env = {"IMAGE_PROXY_LOG__ACCESS": "false"}
    async with (
        serve(publisher(PICTURES, cache_control="max-age=6000")) as port,
        program(cache, port, workers=1, env=env) as running,
        browsers(running.port, 1) as (other,),
    ):
        for _ in range(5):
            for name in PICTURES:
                await other.ask(f"/?http://{HOST}{name}")
        yield running, other


async def test_two_hundred_slow_readers_cost_no_memory_and_keep_nobody_waiting(
    tmp_path: Path,
) -> None:
    loop = asyncio.get_running_loop()
    async with serving(tmp_path) as (running, other):
        (pid,) = running.children
        before = anonymous_of(pid)
        with connected(running.port, SLOW) as readers:
            for reader in readers:
                await loop.sock_sendall(reader, ask("/b.png"))
            async with asyncio.timeout(10):
                while doubled(pid) < SLOW:  # noqa: ASYNC110  # of another process
                    await asyncio.sleep(0.01)
            delays = []
            for _ in range(50):
                asked_at = loop.time()
                assert (await other.ask(f"/?http://{HOST}/a.png")).body == SMALL
                delays.append(loop.time() - asked_at)
            while_slow = anonymous_of(pid) - before
            bodies = await asyncio.gather(*(body_of(one, len(LARGE)) for one in readers))
    assert {sha256(body).digest() for body in bodies} == {sha256(LARGE).digest()}
    assert while_slow < SLOW * len(LARGE) / 16, "no body waits in memory"
    assert sorted(delays)[25] < 0.25
    said = f"{while_slow >> 10} KiB more, others after {sorted(delays)[25] * 1000:.1f} ms"
    print(f"\n{SLOW} slow readers of {len(LARGE) >> 20} MiB: {said}")  # noqa: T201  # make prove shows it


def test_a_reader_that_stops_is_left_and_a_slow_one_is_not(both_hasty: Twins) -> None:
    async def read(both: Twins) -> None:
        loop = asyncio.get_running_loop()
        await learned(both, "/c.png")
        before = both.n_by_lane
        with connected(both.door.port, 2) as (stopped, slow):
            for reader in (stopped, slow):
                await loop.sock_sendall(reader, ask("/c.png"))
            started, n_read = loop.time(), 0
            while loop.time() < started + 3.5:  # longer than any patience here
                # A third of what the kernel holds must go within it, before it takes more.
                n_read += len(await loop.sock_recv(slow, 2 * RECEIVES))
                await asyncio.sleep(0.01)
            line = both.door.lines[-1]
            assert line["error"] == "reader-left: the reader takes nothing"
            assert 0 < line["bytes"] < len(HUGE)
            assert both.n_by_lane == before, "one was cut, one goes on"
            async with asyncio.timeout(20):
                while n_read < len(HUGE):
                    data = await loop.sock_recv(slow, 1 << 20)
                    assert data, "cut"
                    n_read += len(data)
            await until(lambda: both.n_by_lane == before + 1)

    both_hasty.loop.run_until_complete(read(both_hasty))


def test_a_connection_that_only_waits_is_closed_after_hits_too(both_hasty: Twins) -> None:
    async def wait(both: Twins) -> None:
        loop = asyncio.get_running_loop()
        await learned(both, "/a.png")
        async with browsers(both.door.port, 1) as (fresh,):
            for _ in range(8):  # longer than the patience, never as long without an ask
                await asyncio.sleep(0.2)
                assert (await fresh.ask(f"/?http://{HOST}/a.png")).body == SMALL
            asked_at = loop.time()
            async with asyncio.timeout(5):
                assert await fresh.reader.read() == b""
            assert loop.time() - asked_at > 0.7

    both_hasty.loop.run_until_complete(wait(both_hasty))


@on_their_loop
async def test_an_ask_that_waits_when_its_connection_is_taken_is_a_hit_like_any(
    both: Twins,
) -> None:
    await learned(both, "/a.png")
    before = both.n_by_lane
    with connected(both.door.port, 20) as readers:
        for number, reader in enumerate(readers):  # at once: no server has run meanwhile
            reader.send(ask("/a.png") if number % 2 else ask("/a.png", "Range: bytes=0-9"))
        for number, reader in enumerate(readers):
            expected = SMALL if number % 2 else SMALL[:10]
            assert await body_of(reader, len(expected)) == expected
            await asyncio.get_running_loop().sock_sendall(reader, ask("/a.png"))
            assert await body_of(reader, len(SMALL)) == SMALL
    assert both.n_by_lane == before + 30


@on_their_loop
async def test_readers_that_leave_amid_a_body_leave_nothing_open(both: Twins) -> None:
    await learned(both, "/c.png")
    await until(lambda: not both.door.server.open_connections())
    loop, lines = asyncio.get_running_loop(), len(both.door.lines)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # names are enough
    for number in range(LEAVING):
        with connected(both.door.port, 1) as (reader,):
            await loop.sock_sendall(reader, ask("/c.png"))
            await loop.sock_recv(reader, 1 + number * 50)
            if number % 2:  # with a reset
                reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    await until(lambda: not both.door.server.open_connections())
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208  # as above
    left = both.door.lines[lines:]
    assert len(left) == LEAVING
    assert all(line["error"].startswith("reader-left: ") for line in left)


@on_their_loop
async def test_a_burst_of_asks_behind_a_large_one_is_answered_in_order(both: Twins) -> None:
    await learned(both, "/a.png", "/c.png")
    asks = [ask("/a.png"), ask("/a.png", "Range: bytes=0-9")] * 1000
    async with browsers(both.door.port, 1) as (browser,):
        browser.writer.write(ask("/c.png"))
        await asyncio.sleep(0.05)  # it is on its way
        browser.writer.write(b"".join(asks))
        assert (await browser.hear()).body == HUGE
        for number in range(len(asks)):
            assert (await browser.hear()).body == (SMALL[:10] if number % 2 else SMALL)


@on_their_loop
async def test_a_hit_waits_for_what_the_transport_still_holds(both: Twins) -> None:
    await learned(both, "/a.png", "/d.png")
    await until(lambda: not both.door.server.open_connections())
    before, asked = both.n_by_lane, 0
    async with browsers(both.door.port, 1) as (browser,):
        browser.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a stream's can
        await until(both.door.server.open_connections)
        (held,) = both.door.server.open_connections()
        while not (held.transport and held.transport.get_write_buffer_size()):
            browser.writer.write(ask("/d.png", "Range: bytes=1-50000"))
            asked += 1
            await asyncio.sleep(0.005)
        browser.writer.write(ask("/a.png"))
        await asyncio.sleep(0.05)
        browser.writer.transport.resume_reading()  # type: ignore[attr-defined]  # as above
        for _ in range(asked):
            assert (await browser.hear()).body == PICTURES["/d.png"][1:50_001]
        assert (await browser.hear()).body == SMALL
    assert both.n_by_lane == before


@pytest.mark.parametrize("most_bytes", [0, 1 << 20], ids=["from files", "from memory"])
def test_answers_nobody_takes_wait_in_their_order(tmp_path: Path, most_bytes: int) -> None:
    async def read(both: Twins) -> None:
        names = ["/d.png", "/a.png"] * 100
        await learned(both, "/a.png", "/d.png")
        before = both.n_by_lane
        with connected(both.door.port, 1) as (reader,):
            for name in names:
                reader.send(ask(name))
                await asyncio.sleep(0.001)
            await asyncio.sleep(0.1)
            (held,) = both.door.server.open_connections()
            assert held._outlet is not None
            assert held._outlet.is_busy, "more than sockets hold"
            stream, writer = await asyncio.open_connection(sock=reader, limit=1 << 20)
            browser = Browser(stream, writer)
            for name in names:
                assert (await browser.hear()).body == PICTURES[name]
            writer.close()
        assert both.n_by_lane > before + 2

    with opened(tmp_path, most_bytes=most_bytes) as both:
        both.loop.run_until_complete(read(both))
