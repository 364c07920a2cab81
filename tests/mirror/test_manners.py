"""How long one host is waited for, by a clock that only moves when somebody sleeps."""

import asyncio

import pytest

from proxy.mirror.manners import Manners
from tests.mirror.blog import Time


def towards(time: Time, delay_s: float = 0.25) -> Manners:
    return Manners(delay_s, now=time.now, sleep=time.sleep)


async def test_the_first_turn_is_at_once_and_the_next_are_a_delay_apart() -> None:
    time = Time()
    manners = towards(time)
    await asyncio.gather(*(manners.turn() for _ in range(4)))
    assert time.slept == [0.25, 0.25, 0.25]


async def test_time_that_passed_anyway_is_not_waited_for() -> None:
    time = Time()
    manners = towards(time)
    await manners.turn()
    time.at += 0.2
    await manners.turn()
    time.at += 5.0
    await manners.turn()
    assert time.slept == [0.05]


async def test_failures_in_a_row_are_waited_for_twice_as_long_each() -> None:
    time = Time()
    manners = towards(time)
    for _ in range(7):
        await manners.turn()
        manners.failed(None)
    await manners.turn()
    assert time.slept == [2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]
    manners.answered()
    manners.failed(None)
    await manners.turn()
    assert time.slept[-1] == 2.0, "an answer begins the count anew"


@pytest.mark.parametrize(
    ("said", "slept"), [pytest.param(0.0, 0.25, id="nothing"), pytest.param(77.0, 77.0, id="77 s")]
)
async def test_what_the_host_says_counts(said: float, slept: float) -> None:
    time = Time()
    manners = towards(time)
    await manners.turn()
    manners.failed(said)
    assert await manners.turn()
    assert time.slept == [slept]


async def test_all_who_wait_hear_of_a_failure() -> None:
    time = Time()
    manners = towards(time)
    await manners.turn()
    waiting = asyncio.ensure_future(manners.turn())
    await asyncio.sleep(0)
    manners.failed(30.0)
    await waiting
    assert sum(time.slept) >= 30.0


async def test_who_wants_longer_than_two_minutes_is_left_alone() -> None:
    time = Time()
    manners = towards(time)
    manners.failed(3600.0)
    manners.answered()  # of an ask that was under way
    assert not await manners.turn()
    assert time.slept == []


async def test_a_host_that_answers_nothing_is_left_alone() -> None:
    time = Time()
    manners = towards(time, 0.0)
    for _ in range(3):
        manners.lost()
    manners.answered()
    for _ in range(3):
        manners.lost()
    assert await manners.turn()
    manners.lost()
    assert not await manners.turn()


async def test_a_clock_set_back_stops_nobody_for_a_day() -> None:
    time = Time()
    manners = towards(time)
    await manners.turn()
    time.at -= 86400.0
    await manners.turn()
    assert time.slept == []
