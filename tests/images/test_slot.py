"""A slot survives whatever happens to the process in it."""

import asyncio
import os
import pickle
import signal
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from proxy import errors
from proxy.errors import (
    Busy,
    MakingTimeout,
    NotDecodable,
    NotServedType,
    PictureError,
    ProxyError,
    WorkerLost,
)
from proxy.images.limits import Limits
from proxy.images.slot import Slot
from proxy.images.sniff import sniff
from proxy.images.worker import clean, make
from proxy.model.picture import Format, Variant
from proxy.model.transform import Transform
from proxy.tasks import Tasks
from tests.fakes.pictures import STILLS, slow_jpeg

pytestmark = pytest.mark.slow

VARIANT = Variant(transform=Transform(width=32, height=24), format=Format.PNG, quality=100)
MAKE = partial(make, variants=(VARIANT,))
PLAIN = STILLS["JPEG"]
SLOW = slow_jpeg()


@pytest_asyncio.fixture(loop_scope="function")
async def slot() -> AsyncIterator[Slot]:
    tasks = Tasks()
    opened = Slot(Limits(max_pixels=50_000_000, max_frames=8, deadline_s=1.0), tasks)
    await opened.ready()
    yield opened
    await opened.close()
    await tasks.close(timeout_s=5.0)


def process(slot: Slot) -> int:
    return next(iter(slot._pool._pool_manager.worker_manager.workers))


async def works(slot: Slot) -> bool:
    (data,) = await slot.run(MAKE, PLAIN)
    made = sniff(data) if isinstance(data, bytes) else None
    return made is not None and made.width == 32


async def test_a_deadline_kills_the_process(slot: Slot) -> None:
    before = process(slot)
    with pytest.raises(MakingTimeout):
        await slot.run(MAKE, SLOW)
    assert not os.path.exists(f"/proc/{before}")  # noqa: ASYNC240, PTH110  # a look at the kernel
    assert slot.lost == 1
    assert await works(slot)


async def test_a_process_killed_at_work_costs_that_picture_only(slot: Slot) -> None:
    job = asyncio.ensure_future(slot.run(MAKE, SLOW))
    await busy(slot)
    os.kill(process(slot), signal.SIGKILL)
    with pytest.raises(WorkerLost):
        await job
    assert slot.lost == 1
    assert await works(slot)


async def test_a_process_killed_idle_costs_nothing(slot: Slot) -> None:
    for _ in range(3):
        os.kill(process(slot), signal.SIGKILL)
        assert await works(slot)
    assert slot.lost == 3


async def test_a_process_is_replaced_after_so_many_jobs(slot: Slot) -> None:
    before = process(slot)
    for _ in range(501):
        assert await slot.run(MAKE, PLAIN)
    assert process(slot) != before
    assert slot.lost == 0


async def test_a_machine_without_room_for_a_process_is_busy() -> None:
    tasks = Tasks()
    starved = Slot(Limits(max_pixels=-26_000_000, max_frames=8, deadline_s=1.0), tasks)
    with pytest.raises(Busy):
        await starved.run(MAKE, PLAIN)
    assert starved.lost == 2
    await starved.close()
    await tasks.close(timeout_s=5.0)


async def test_cancelling_kills_the_job(slot: Slot) -> None:
    job = asyncio.ensure_future(slot.run(MAKE, SLOW))
    await busy(slot)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert slot.lost == 0
    assert await works(slot)


async def test_errors_of_ours_cross_over(slot: Slot) -> None:
    with pytest.raises(NotServedType):
        await slot.run(clean, b"<html/>")
    (refused,) = await slot.run(MAKE, b"no picture")
    assert isinstance(refused, NotDecodable)
    assert slot.lost == 0
    for failure in _worker_failures():
        copied = pickle.loads(pickle.dumps(failure("why")))  # noqa: S301  # our own bytes
        assert type(copied) is failure
        assert copied.args == ("why",)


def _worker_failures() -> list[type[ProxyError]]:
    return [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, PictureError)
    ]


async def busy(slot: Slot) -> None:
    """Return once the slot's process has taken its job."""
    async with asyncio.timeout(5):
        tasks = slot._pool._pool_manager.task_manager.tasks
        while not any(task.started for task in tuple(tasks.values())):  # noqa: ASYNC110  # pebble has no event
            await asyncio.sleep(0)
