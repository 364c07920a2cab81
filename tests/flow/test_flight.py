"""Many who want one thing share one making, and none can spoil it for the others."""

import asyncio

import pytest

from proxy.errors import OriginTimeout
from proxy.flow.flight import Flight
from proxy.tasks import Tasks


class Kitchen:
    """A making that waits until it is told to end, and counts how often it was begun."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.begun = 0
        self.go = asyncio.Event()
        self._failure = failure

    async def make(self) -> str:
        """Return a dish once it may."""
        self.begun += 1
        await self.go.wait()
        if self._failure:
            raise self._failure
        return f"dish {self.begun}"


async def test_five_hundred_share_one_making() -> None:
    flight, kitchen = Flight[str](Tasks()), Kitchen()
    asks = [asyncio.ensure_future(flight.share("k", kitchen.make)) for _ in range(500)]
    await asyncio.sleep(0)
    kitchen.go.set()
    answers = await asyncio.gather(*asks)
    assert kitchen.begun == 1
    assert [joined for _, joined in answers].count(False) == 1
    assert {dish for dish, _ in answers} == {"dish 1"}


async def test_other_keys_are_made_apart() -> None:
    flight, kitchen = Flight[str](Tasks()), Kitchen()
    kitchen.go.set()
    await asyncio.gather(flight.share("a", kitchen.make), flight.share("b", kitchen.make))
    assert kitchen.begun == 2


async def test_a_failure_goes_to_all_and_the_next_ask_tries_again() -> None:
    flight, kitchen = Flight[str](Tasks()), Kitchen(OriginTimeout("late"))
    asks = [asyncio.ensure_future(flight.share("k", kitchen.make)) for _ in range(3)]
    await asyncio.sleep(0)
    kitchen.go.set()
    failures = await asyncio.gather(*asks, return_exceptions=True)
    assert all(isinstance(failure, OriginTimeout) for failure in failures)
    with pytest.raises(OriginTimeout):
        await flight.share("k", kitchen.make)
    assert kitchen.begun == 2


async def test_the_first_who_leaves_kills_nothing() -> None:
    flight, kitchen = Flight[str](Tasks()), Kitchen()
    first = asyncio.ensure_future(flight.share("k", kitchen.make))
    second = asyncio.ensure_future(flight.share("k", kitchen.make))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    kitchen.go.set()
    assert await second == ("dish 1", True)
    assert first.cancelled()


async def test_what_all_left_is_made_all_the_same() -> None:
    tasks = Tasks()
    flight, kitchen = Flight[str](tasks), Kitchen()
    only = asyncio.ensure_future(flight.share("k", kitchen.make))
    await asyncio.sleep(0)
    only.cancel()
    kitchen.go.set()
    await tasks.close(timeout_s=1)
    assert kitchen.begun == 1


async def test_what_was_begun_for_nobody_is_shared_with_who_comes() -> None:
    flight, kitchen = Flight[str](Tasks()), Kitchen()
    begun = flight.begin("k", kitchen.make)
    assert flight.begin("k", kitchen.make) is begun
    ask = asyncio.ensure_future(flight.share("k", kitchen.make))
    await asyncio.sleep(0)
    kitchen.go.set()
    assert await ask == ("dish 1", True)
    assert kitchen.begun == 1
