"""Places at an origin."""

import asyncio

import pytest

from proxy.fetch.slots import Slots


async def test_no_more_hold_a_key_than_there_are_places() -> None:
    slots, holding, most = Slots(3), 0, 0

    async def ask() -> None:
        nonlocal holding, most
        async with slots.hold("a"):
            holding += 1
            most = max(most, holding)
            await asyncio.sleep(0)
            holding -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(ask())
    assert most == 3
    assert len(slots) == 0


async def test_keys_do_not_wait_for_each_other() -> None:
    slots = Slots(1)
    async with slots.hold("a"), slots.hold("b"):
        assert len(slots) == 2


async def test_who_gives_up_waiting_leaves_the_place_to_others() -> None:
    slots = Slots(1)
    async with slots.hold("a"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0), slots.hold("a"):
                pass
    async with asyncio.timeout(1), slots.hold("a"):
        assert len(slots) == 1
    assert len(slots) == 0
