"""Several server processes: one fetch between them, restarts, and a drain that loses nothing."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from proxy.demo.publisher import COUNTS, Counts, publisher, serve
from tests.fakes.house import HOST
from tests.fakes.pictures import quadrants, saved
from tests.fakes.program import Program, program

pytestmark = pytest.mark.slow

FIRST_ASKS = int(os.environ.get("PROVE_ASKS", "200"))  # `make prove`: 500


@dataclass(slots=True)
class Stage:
    """Two server processes before a publisher."""

    running: Program
    pictures: dict[str, bytes]
    counts: Counts


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    pictures = {f"/{n}.jpg": saved(quadrants(800, 600 + n), "JPEG") for n in range(8)}
    app = publisher(pictures)
    async with serve(app) as port, program(tmp_path / "cache", port) as running:
        yield Stage(running, pictures, app[COUNTS])


async def ask(client: aiohttp.ClientSession, stage: Stage, prefix: str, name: str) -> bytes:
    async with client.get(f"{stage.running.base}{prefix}http://{HOST}{name}") as answer:
        body = await answer.read()
    assert answer.status == 200, body
    return body


async def metrics_of(client: aiohttp.ClientSession, stage: Stage) -> str:
    async with client.get(f"{stage.running.base}/-/metrics") as answer:
        return await answer.text()


def answered(metrics: str, route: str) -> int:
    """Return how many requests of a route all processes together have answered."""
    line = rf'^image_proxy_requests_total{{.*route="{route}".*}} (.*)$'
    counts = re.findall(line, metrics, re.MULTILINE)
    return int(sum(map(float, counts)))


def wide() -> aiohttp.ClientSession:
    """Return a client that has as many connections as it is asked things at once."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


async def test_first_asks_of_all_processes_make_one_fetch(stage: Stage) -> None:
    # Connections first, asks then: a process takes in one go what is queued, and each shall
    # have some.
    port = stage.running.port
    streams = [await asyncio.open_connection("127.0.0.1", port) for _ in range(FIRST_ASKS)]
    async with asyncio.timeout(5):
        while sum(shares := stage.running.connections()) < FIRST_ASKS:  # noqa: ASYNC110  # the kernel tells of no event
            await asyncio.sleep(0.01)
    head = f"GET /?http://{HOST}/1.jpg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    for _, writer in streams:
        writer.write(head)
    answers = await asyncio.gather(*(reader.read() for reader, _ in streams))
    for _, writer in streams:
        writer.close()
    bodies = {answer.partition(b"\r\n\r\n")[2] for answer in answers}
    print(f"\n{FIRST_ASKS} first asks, {shares} in the two processes, 1 fetch")  # noqa: T201  # make prove shows it
    assert sum(shares) == FIRST_ASKS
    assert min(shares) > 0
    assert bodies == {stage.pictures["/1.jpg"]}
    assert stage.counts.total == 1


async def test_first_asks_for_a_preset_make_one_fetch_and_one_picture(stage: Stage) -> None:
    async with wide() as client:
        bodies = await asyncio.gather(
            *(ask(client, stage, "/thumbnail/?", "/2.jpg") for _ in range(FIRST_ASKS))
        )
        # An answer is counted when it has left, which its reader may see a moment earlier.
        async with asyncio.timeout(5):
            metrics = ""
            while answered(metrics, "thumbnail") < FIRST_ASKS:
                metrics = await metrics_of(client, stage)
    assert len(set(bodies)) == 1
    assert stage.counts.total == 1
    assert 'image_proxy_made_total{format="jpeg",outcome="ok"} 1.0' in metrics
    assert answered(metrics, "thumbnail") == FIRST_ASKS


async def test_a_killed_process_is_back_within_two_seconds_and_the_other_goes_on(
    stage: Stage,
) -> None:
    before = stage.running.children
    async with wide() as client:
        await ask(client, stage, "/?", "/3.jpg")
        os.kill(before[0], signal.SIGKILL)
        failed, again = 0, 0
        async with asyncio.timeout(2.0):
            while not again:  # until the new one has a connection, so serves
                try:
                    await ask(client, stage, "/?", "/3.jpg")
                except aiohttp.ClientError:
                    failed += 1  # in the killed process's own queue
                _, writer = await asyncio.open_connection("127.0.0.1", stage.running.port)
                shares = dict(
                    zip(stage.running.children, stage.running.connections(), strict=False)
                )
                again = sum(share for pid, share in shares.items() if pid not in before)
                writer.close()
    assert failed <= 1


async def test_a_restart_keeps_what_was_fetched_and_made(tmp_path: Path) -> None:
    app = publisher({"/a.jpg": saved(quadrants(800, 600), "JPEG")})
    metrics = ""
    async with serve(app) as port:
        for _ in range(2):
            async with program(tmp_path / "cache", port) as running, wide() as client:
                stage = Stage(running, {}, app[COUNTS])
                await ask(client, stage, "/?", "/a.jpg")
                await ask(client, stage, "/headimg/?", "/a.jpg")
                metrics = await metrics_of(client, stage)
                running.send(signal.SIGTERM)
                assert await running.ended() == 0
    assert app[COUNTS].total == 1
    assert "image_proxy_made_total{" not in metrics


async def test_sigterm_answers_every_request_of_which_a_byte_was_read(stage: Stage) -> None:
    port = stage.running.port
    target = f"GET /?http://{HOST}/4.jpg HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    halves = [await asyncio.open_connection("127.0.0.1", port) for _ in range(10)]
    for _, writer in halves:
        writer.write(target[:1])
    async with aiohttp.ClientSession() as client:
        await ask(client, stage, "/?", "/4.jpg")  # by now the first bytes were read
    stage.running.send(signal.SIGTERM)
    await asyncio.sleep(1.0)  # past the grace: idle connections are closed by now
    for reader, writer in halves:
        writer.write(target[1:])
        answer = await asyncio.wait_for(reader.read(), 5)
        assert answer.startswith(b"HTTP/1.1 200")
        assert b"Connection: close" in answer
        assert answer.endswith(stage.pictures["/4.jpg"])
        writer.close()
    assert await stage.running.ended() == 0


async def test_sigterm_under_load_loses_no_answer(stage: Stage) -> None:
    whole, broken = 0, []

    async def reader_of(client: aiohttp.ClientSession, number: int) -> None:
        nonlocal whole
        while True:
            try:
                await ask(client, stage, "/?", f"/{number % 8}.jpg")
            except aiohttp.ClientConnectorError:
                return  # nobody listens any more
            except (aiohttp.ClientError, AssertionError) as failure:
                broken.append(repr(failure))
                return
            whole += 1

    async with aiohttp.ClientSession() as client:
        readers = [asyncio.ensure_future(reader_of(client, n)) for n in range(32)]
        await asyncio.sleep(1.0)
        stage.running.send(signal.SIGTERM)
        await asyncio.gather(*readers)
    assert await stage.running.ended() == 0
    assert whole > 100
    assert broken == []
