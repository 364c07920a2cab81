"""A background task is kept until it ends, its failure is told once, and nothing outlives close."""

import asyncio
import gc
import logging

import pytest

from proxy.errors import QueueFull
from proxy.tasks import Tasks


async def test_spawn_returns_a_named_task() -> None:
    async def work() -> int:
        return 7

    task = Tasks().spawn(work(), name="seven")
    assert task.get_name() == "seven"
    assert await task == 7


async def test_a_task_nobody_holds_runs_to_its_end() -> None:
    tasks, ended = Tasks(), asyncio.Event()

    async def work() -> None:
        await asyncio.get_running_loop().create_future()  # held by this frame alone

    async def last() -> None:
        ended.set()

    tasks.spawn(work(), name="forgotten")
    await asyncio.sleep(0)
    gc.collect()
    assert "forgotten" in {task.get_name() for task in asyncio.all_tasks()}
    tasks.spawn(last(), name="last")
    async with asyncio.timeout(5):
        await ended.wait()
    await tasks.close(timeout_s=0)


async def test_close_waits_for_what_ends_in_time() -> None:
    tasks, go, done = Tasks(), asyncio.Event(), list[str]()

    async def work() -> None:
        await go.wait()
        done.append("first")
        tasks.spawn(after(), name="after")

    async def after() -> None:
        for _ in range(5):  # turns of the loop
            await asyncio.sleep(0)
        done.append("after")

    tasks.spawn(work(), name="work")
    asyncio.get_running_loop().call_soon(go.set)
    await tasks.close(timeout_s=5)
    assert done == ["first", "after"], "what was started meanwhile has its time too"


async def test_close_cancels_what_does_not() -> None:
    tasks, seen = Tasks(), list[str]()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            seen.append("cancelled")

    task = tasks.spawn(work(), name="endless")
    await asyncio.sleep(0)
    await tasks.close(timeout_s=0.01)
    assert task.cancelled()
    assert seen == ["cancelled"]


async def test_close_with_nothing_running_returns() -> None:
    await Tasks().close(timeout_s=5)


@pytest.mark.parametrize(
    ("failure", "records"),
    [
        pytest.param(ValueError("a bug"), ["task odd failed"], id="a bug is told once"),
        pytest.param(QueueFull("full"), [], id="a failure of ours is its waiter's matter"),
    ],
)
async def test_failure(
    failure: Exception, records: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        raise failure

    tasks = Tasks()
    with caplog.at_level(logging.ERROR, "proxy.tasks"):
        task = tasks.spawn(work(), name="odd")
        await tasks.close(timeout_s=5)
    assert task.exception() is failure
    assert [record.message for record in caplog.records] == records
