"""A slot survives whatever happens to the process in it."""

import asyncio
import os
import pickle
import signal
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
import pytest_asyncio

from proxy import errors
from proxy.errors import (
    BodyLost,
    Busy,
    MakingTimeout,
    NotDecodable,
    NotServedType,
    PictureError,
    ProxyError,
    WorkerLost,
)
from proxy.images import slot as slots
from proxy.images.limits import Limits
from proxy.images.slot import Slot
from proxy.images.sniff import sniff
from proxy.images.worker import Making, clean
from proxy.model.body import Placed
from proxy.model.picture import Format, Variant
from proxy.model.transform import Transform
from proxy.tasks import Tasks
from tests.fakes.inside import evaluate
from tests.fakes.pictures import STILLS, slow_jpeg

pytestmark = pytest.mark.slow

VARIANT = Variant(transform=Transform(width=32, height=24), format=Format.PNG, quality=100)
MAKE = Making((VARIANT,))
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
    assert slot._process is not None
    return slot._process.pid


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


async def test_a_process_that_leaks_is_replaced(slot: Slot) -> None:
    before = process(slot)
    for _ in range(20):
        assert await works(slot)
    assert process(slot) == before
    await slot.run(evaluate, b"globals().setdefault('leak', b'!' * (90 << 20)).find(b'?')")
    assert process(slot) != before
    assert await works(slot)
    assert slot.lost == 0


async def test_a_process_is_replaced_after_so_many_jobs(
    slot: Slot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "_JOBS_MAX", 5)
    before = process(slot)
    for _ in range(5):
        assert await works(slot)
    assert process(slot) != before
    assert slot.lost == 0


async def test_what_a_large_picture_took_is_given_back(slot: Slot) -> None:
    before = process(slot)
    held = b"__import__('proxy.images.worker').images.worker._held_bytes()"
    await slot.run(evaluate, b"len([b'!' * (1 << 20) for _ in range(150)])")
    assert await slot.run(evaluate, held + b" < 72 << 20")
    assert process(slot) == before


async def test_a_placed_body_is_read_and_checked_in_the_process(slot: Slot, tmp_path: Path) -> None:
    place = tmp_path / "blob"
    placed = Placed(str(place), sha256(PLAIN).hexdigest())
    place.write_bytes(PLAIN)
    assert await slot.run(MAKE, placed) == await slot.run(MAKE, PLAIN)
    place.write_bytes(PLAIN[:-1] + b"?")
    with pytest.raises(BodyLost):
        await slot.run(MAKE, placed)
    place.unlink()
    with pytest.raises(BodyLost):
        await slot.run(MAKE, placed)
    assert slot.lost == 0


async def test_a_bug_in_a_work_is_told_with_its_place(slot: Slot) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError") as told:
        await slot.run(evaluate, b"1 / 0")
    assert "inside.py" in told.value.__notes__[0]
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
        while slot._process is None or not slot._process.busy:  # noqa: ASYNC110  # no event
            await asyncio.sleep(0)
