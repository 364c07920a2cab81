"""The queue before the workers: who waits, who is refused, when bytes are loaded."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from proxy.errors import Draining, MakingTimeout, NotDecodable, QueueFull
from proxy.images.plan import plan
from proxy.images.sniff import sniff
from proxy.images.workers import Workers
from proxy.model.picture import Format, Variant
from proxy.model.transform import Transform
from proxy.settings import Images
from tests.fakes.pictures import STILLS

pytestmark = pytest.mark.slow

BOMB = Path(__file__).parents[3] / "shared/corpus/bomb/jpeg-882-scans-8192x4096.jpg"
VARIANT = Variant(
    transform=Transform(width=32, height=24), format=Format.PNG, width=32, height=24, quality=100
)


@pytest_asyncio.fixture(loop_scope="function")
async def workers() -> AsyncIterator[Workers]:
    opened = Workers(Images(queue=2, deadline="2s"), processes=1)
    await opened.start()
    yield opened
    await opened.close()


def loaded(data: bytes = STILLS["JPEG"]) -> Callable[[], Awaitable[bytes]]:
    async def load() -> bytes:
        return data

    return load


async def turns() -> None:
    """Let every task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_picture_is_made(workers: Workers) -> None:
    made = sniff(await workers.make(loaded(), VARIANT))
    assert made is not None
    assert (made.format, made.width, made.height) == (Format.PNG, 32, 24)
    assert (workers.queued, workers.lost) == (0, 0)


async def test_more_than_the_queue_is_refused_and_waiting_holds_no_bytes(
    workers: Workers,
) -> None:
    gate, loads = asyncio.Event(), 0

    async def load() -> bytes:
        nonlocal loads
        loads += 1
        await gate.wait()
        return STILLS["JPEG"]

    jobs = [asyncio.ensure_future(workers.make(load, VARIANT)) for _ in range(3)]
    await turns()
    assert (workers.queued, loads) == (2, 1)
    with pytest.raises(QueueFull):
        await workers.make(load, VARIANT)
    gate.set()
    assert all(await asyncio.gather(*jobs))
    assert (workers.queued, loads) == (0, 3)


async def test_a_waiter_that_leaves_frees_its_place(workers: Workers) -> None:
    gate = asyncio.Event()

    async def load() -> bytes:
        await gate.wait()
        return STILLS["JPEG"]

    working, waiting = (asyncio.ensure_future(workers.make(load, VARIANT)) for _ in range(2))
    await turns()
    waiting.cancel()
    await turns()
    assert workers.queued == 0
    gate.set()
    assert await working


async def test_what_load_raises_frees_the_worker(workers: Workers) -> None:
    async def load() -> bytes:
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError):
        await workers.make(load, VARIANT)
    assert await workers.make(loaded(), VARIANT)


async def test_after_closing_nothing_is_taken() -> None:
    workers = Workers(Images(), processes=1)
    await workers.start()
    gate = asyncio.Event()

    async def load() -> bytes:
        await gate.wait()
        return STILLS["JPEG"]

    working, waiting = (asyncio.ensure_future(workers.make(load, VARIANT)) for _ in range(2))
    await turns()
    closing = asyncio.ensure_future(workers.close())
    await turns()
    with pytest.raises(Draining):
        await workers.make(load, VARIANT)
    gate.set()
    assert await working
    with pytest.raises(Draining):
        await waiting
    await closing


async def test_many_at_once_over_a_hostile_one(workers: Workers) -> None:
    with pytest.raises(NotDecodable):
        await workers.make(loaded(STILLS["PNG"][:80]), VARIANT)
    for _ in range(5):
        assert all(await asyncio.gather(*(workers.make(loaded(), VARIANT) for _ in range(3))))
    assert workers.lost == 0


@pytest.mark.skipif(not BOMB.exists(), reason="the shared corpus is not beside the project")
async def test_the_deadline_holds_for_eight_hundred_scans(workers: Workers) -> None:
    data = BOMB.read_bytes()
    found = sniff(data)
    assert found is not None
    chosen = plan(Transform(width=400, height=300), found, None, Images())
    assert chosen is not None
    with pytest.raises(MakingTimeout):
        async with asyncio.timeout(2 + 1):
            await workers.make(loaded(data), chosen)
    assert workers.lost == 1
    assert await workers.make(loaded(), VARIANT)
