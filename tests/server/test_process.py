"""One server process in this loop: ready, draining, cut; what it reports about itself."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from proxy.server import process, supervisor
from tests.fakes.house import settings_for
from tests.server.doorway import logged, until

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
READY = b"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"


@dataclass(slots=True)
class Running:
    """A process in this loop."""

    port: int
    stop: asyncio.Event
    ended: "asyncio.Task[None]"

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a connection to it."""
        return await asyncio.open_connection("127.0.0.1", self.port)


@asynccontextmanager
async def running(cache: Path, shutdown: str) -> AsyncIterator[Running]:
    settings = settings_for(cache, 1, {"server": {"shutdown": shutdown}})
    listening = supervisor.bind("127.0.0.1", 0)
    port = listening.getsockname()[1]
    stop, ready = asyncio.Event(), asyncio.Event()
    with logged(settings.log):  # put back what the process sets
        task = asyncio.create_task(
            process.run(
                settings, listening, stop, first=True, picture_workers=0, on_ready=ready.set
            )
        )
        await ready.wait()
        try:
            yield Running(port, stop, task)
        finally:
            stop.set()
            async with asyncio.timeout(10):
                await task


async def heard(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        return head + await reader.readexactly(length)


@pytest.mark.slow
async def test_a_drain_says_so_takes_who_comes_and_then_refuses(tmp_path: Path) -> None:
    async with running(tmp_path, "5s") as one:
        kept, kept_writer = await one.connect()
        kept_writer.write(READY)
        assert (await heard(kept)).startswith(b"HTTP/1.1 200")
        half, half_writer = await one.connect()
        half_writer.write(GET[:1])
        await asyncio.sleep(0.02)  # the byte was read
        one.stop.set()
        await asyncio.sleep(0)
        late, late_writer = await one.connect()
        late_writer.write(READY)
        answer = await heard(late)
        assert answer.startswith(b"HTTP/1.1 503")
        assert json.loads(answer.rpartition(b"\r\n\r\n")[2])["status"] == "unavailable"
        assert b"Connection: close" in answer
        assert await kept.read() == b"", "closed: it is owed nothing"
        with pytest.raises(ConnectionRefusedError):
            await one.connect()
        assert not one.ended.done()
        half_writer.write(GET[1:])
        assert (await heard(half)).startswith(b"HTTP/1.1 200")
        for writer in (kept_writer, half_writer, late_writer):
            writer.close()
        async with asyncio.timeout(2):
            await one.ended


@pytest.mark.slow
async def test_what_is_unanswered_after_shutdown_is_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running(tmp_path, "400ms") as one:
        reader, writer = await one.connect()
        writer.write(GET[:-1])
        await asyncio.sleep(0.02)
        one.stop.set()
        async with asyncio.timeout(2):
            await one.ended
        assert await reader.read() == b""
        writer.close()
    line = json.loads(capsys.readouterr().err)
    assert line["level"] == "warning"
    assert line["event"] == "1 requests were cut after server.shutdown, 0.4 s"


@pytest.mark.slow
async def test_with_nobody_there_a_drain_is_its_grace(tmp_path: Path) -> None:
    async with running(tmp_path, "20s") as one:
        one.stop.set()
        async with asyncio.timeout(1.5):
            await one.ended


@pytest.mark.slow
async def test_a_process_reports_what_it_holds(tmp_path: Path) -> None:
    async with running(tmp_path, "0s"):
        await until(lambda: REGISTRY.get_sample_value("image_proxy_store_bytes", {"tier": "disk"}))
        for name, labels in (
            ("image_proxy_store_bytes", {"tier": "memory"}),
            ("image_proxy_store_objects", {"kind": "original"}),
            ("image_proxy_store_objects", {"kind": "picture"}),
            ("image_proxy_queue", {}),
            ("image_proxy_workers_lost_total", {}),
        ):
            assert REGISTRY.get_sample_value(name, labels) is not None, name


def test_what_waits_in_the_sockets_queue_is_taken_before_it_is_closed() -> None:
    with supervisor.bind("127.0.0.1", 0) as listening:
        clients = [socket.create_connection(listening.getsockname()) for _ in range(3)]
        taken = process._queued(listening)
        assert len(taken) == 3
        assert process._queued(listening) == []
        for held in (*clients, *taken):
            held.close()
