"""The queue before the workers: who waits, who is refused, when bytes are loaded."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from proxy.errors import (
    Draining,
    MakingTimeout,
    NotDecodable,
    NotServedType,
    QueueFull,
    WorkerLost,
)
from proxy.images.plan import plan
from proxy.images.sniff import sniff
from proxy.images.worker import Work
from proxy.images.workers import Workers
from proxy.model.body import Placed
from proxy.model.picture import Format, Variant
from proxy.model.transform import Transform
from proxy.settings import Images
from tests.fakes.pictures import STILLS, saved
from tests.images.test_fingerprint import notice

pytestmark = pytest.mark.slow

BOMB = Path(__file__).parents[3] / "shared/corpus/bomb/jpeg-882-scans-8192x4096.jpg"
VARIANT = Variant(transform=Transform(width=32, height=24), format=Format.PNG, quality=100)
SMALLER = Variant(transform=Transform(width=16, height=12), format=Format.PNG, quality=100)
_names = count()


def other() -> str:
    """Return the name of one more original: what is made of it is a work of its own."""
    return f"original {next(_names)}"


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
    made = sniff(await workers.make(other(), loaded(), VARIANT))
    assert made is not None
    assert (made.format, made.width, made.height) == (Format.PNG, 32, 24)
    assert (workers.queued, workers.lost) == (0, 0)


async def test_what_waits_for_the_same_original_is_made_of_one_loading(workers: Workers) -> None:
    gate, loads = asyncio.Event(), 0

    async def load() -> bytes:
        nonlocal loads
        loads += 1
        await gate.wait()
        return STILLS["JPEG"]

    wanted = (VARIANT, SMALLER, VARIANT)
    jobs = [asyncio.ensure_future(workers.make("the same", load, each)) for each in wanted]
    await turns()
    gate.set()
    made = [sniff(data) for data in await asyncio.gather(*jobs)]
    assert [found and found.width for found in made] == [32, 16, 32]
    assert loads == 1
    assert await workers.make("the same", load, SMALLER)  # what has begun takes no more
    assert loads == 2


async def test_a_picture_that_kills_its_worker_costs_the_others_of_its_batch_nothing(
    workers: Workers,
) -> None:
    gate, killed = asyncio.Event(), False

    async def load() -> bytes:
        await gate.wait()
        return STILLS["JPEG"]

    async def dying(work: Work[Any], data: bytes | Placed) -> Any:  # noqa: ANN401  # whatever the work gives
        nonlocal killed
        if not killed:
            killed = True
            raise WorkerLost("killed from outside")
        return await run(work, data)

    (slot,) = workers._slots
    run, slot.run = slot.run, dying  # type: ignore[method-assign, assignment]  # a death at the right moment
    jobs = [asyncio.ensure_future(workers.make("it", load, each)) for each in (VARIANT, SMALLER)]
    await turns()
    gate.set()
    assert all(await asyncio.gather(*jobs))
    assert killed


async def test_a_worker_says_how_a_picture_looks(workers: Workers) -> None:
    looks = [await workers.fingerprint(saved(notice(), form)) for form in ("PNG", "JPEG")]
    assert looks[0]
    assert (looks[0] ^ looks[1]).bit_count() <= 2
    with pytest.raises(NotDecodable):
        await workers.fingerprint(b"no picture")


async def test_facts_and_clean_svg_come_from_the_same_processes(workers: Workers) -> None:
    assert json.loads(await workers.describe(loaded()))["format"] == "jpeg"
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4"/></svg>'
    assert b"<rect" in await workers.clean(svg)
    with pytest.raises(NotServedType):
        await workers.clean(b"<html/>")


async def test_more_than_the_queue_is_refused_and_waiting_holds_no_bytes(
    workers: Workers,
) -> None:
    gate, loads = asyncio.Event(), 0

    async def load() -> bytes:
        nonlocal loads
        loads += 1
        await gate.wait()
        return STILLS["JPEG"]

    jobs = [asyncio.ensure_future(workers.make(other(), load, VARIANT)) for _ in range(3)]
    await turns()
    assert (workers.queued, loads) == (2, 1)
    with pytest.raises(QueueFull):
        await workers.make(other(), load, VARIANT)
    gate.set()
    assert all(await asyncio.gather(*jobs))
    assert (workers.queued, loads) == (0, 3)


async def test_a_waiter_that_leaves_frees_its_place(workers: Workers) -> None:
    gate = asyncio.Event()

    async def load() -> bytes:
        await gate.wait()
        return STILLS["JPEG"]

    working, waiting = (
        asyncio.ensure_future(workers.make(other(), load, VARIANT)) for _ in range(2)
    )
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
        await workers.make(other(), load, VARIANT)
    assert await workers.make(other(), loaded(), VARIANT)


async def test_who_comes_as_the_loading_fails_begins_anew(workers: Workers) -> None:
    gate, digest = asyncio.Event(), other()

    async def load() -> bytes:
        gate.set()
        raise FileNotFoundError("gone")

    async def late() -> bytes:
        await gate.wait()  # to go on while the first work ends
        return await workers.make(digest, loaded(), SMALLER)

    waiting = asyncio.ensure_future(late())
    await turns()
    with pytest.raises(FileNotFoundError):
        await workers.make(digest, load, VARIANT)
    assert await waiting


async def test_after_closing_nothing_is_taken() -> None:
    workers = Workers(Images(), processes=1)
    await workers.start()
    gate = asyncio.Event()

    async def load() -> bytes:
        await gate.wait()
        return STILLS["JPEG"]

    working, waiting = (
        asyncio.ensure_future(workers.make(other(), load, VARIANT)) for _ in range(2)
    )
    await turns()
    closing = asyncio.ensure_future(workers.close())
    await turns()
    with pytest.raises(Draining):
        await workers.make(other(), load, VARIANT)
    gate.set()
    assert await working
    with pytest.raises(Draining):
        await waiting
    await closing


async def test_many_at_once_over_a_hostile_one(workers: Workers) -> None:
    with pytest.raises(NotDecodable):
        await workers.make(other(), loaded(STILLS["PNG"][:80]), VARIANT)
    for _ in range(5):
        assert all(
            await asyncio.gather(*(workers.make(other(), loaded(), VARIANT) for _ in range(3)))
        )
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
            await workers.make(other(), loaded(data), chosen)
    assert workers.lost == 1
    assert await workers.make(other(), loaded(), VARIANT)
