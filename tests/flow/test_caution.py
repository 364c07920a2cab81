"""What failed lately is not asked again, in any process; what succeeded is forgotten."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from proxy.dialects.address import parse_source
from proxy.errors import (
    BadAddress,
    BodyLost,
    OriginStatus,
    OriginTimeout,
    OriginUnreachable,
    ProxyError,
    QueueFull,
)
from proxy.flow.caution import Caution
from proxy.model.purge import Scope, Selector
from proxy.settings import Cache
from proxy.stores.store import Store
from tests.stores.makers import Clock

ONE = parse_source("http://one.example/a.jpg")
OTHER = parse_source("http://one.example/b.jpg")
ELSEWHERE = parse_source("http://two.example/a.jpg")
REFUSED = OriginUnreachable("refused")


class Street:
    """Two processes' cautions over one store, and a clock that is moved by hand."""

    def __init__(self, store: Store, now: Clock) -> None:
        self.store, self.now = store, now
        self.here, self.there = (
            Caution(store, remember_failures=True, now=now, jitter=lambda: 0.0) for _ in range(2)
        )
        self.forgetful = Caution(store, remember_failures=False, now=now, jitter=lambda: 0.0)


@pytest_asyncio.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    """Open a store in memory."""
    now = Clock()
    settings = Cache(dir=str(tmp_path))
    store = await Store.open(settings, now=now, tasks=None, backend="memory")
    yield Street(store, now)
    await store.close()


async def test_a_failure_is_given_again_until_its_time_is_over(street: Street) -> None:
    await street.here.learn("k", ONE, OriginTimeout("late"), tries=False)
    for caution in (street.here, street.there):
        with pytest.raises(OriginTimeout, match="remembered"):
            caution.admit("k", ONE)
    street.here.admit("another", OTHER)
    street.now.at += 30.0
    street.here.admit("k", ONE)


async def test_a_remembered_failure_tells_when_it_may_be_asked_again(street: Street) -> None:
    await street.here.learn("k", ONE, OriginTimeout("late"), tries=False)
    street.now.at += 8.5
    with pytest.raises(OriginTimeout) as told:
        street.here.admit("k", ONE)
    assert told.value.retry_after_s == 22


async def test_it_is_remembered_longer_as_it_repeats_and_forgotten_by_a_success(
    street: Street,
) -> None:
    for seconds in (30.0, 60.0, 120.0):
        await street.here.learn("k", ONE, OriginStatus(404, "none"), tries=False)
        street.now.at += seconds - 1
        with pytest.raises(OriginStatus):
            street.here.admit("k", ONE)
        street.now.at += 1
        street.here.admit("k", ONE)
    await street.here.learn("k", ONE, None, tries=False)
    await street.here.learn("k", ONE, OriginStatus(404, "none"), tries=False)
    street.now.at += 30.0
    street.here.admit("k", ONE)


@pytest.mark.parametrize("failure", [BadAddress("x"), QueueFull("x")])
async def test_what_is_no_fault_of_the_source_is_not_remembered(
    street: Street, failure: ProxyError
) -> None:
    await street.here.learn("k", ONE, failure, tries=False)
    street.here.admit("k", ONE)


async def test_a_purge_forgets(street: Street) -> None:
    await street.here.learn("k", ONE, OriginStatus(404, "none"), tries=False)
    await street.store.purge(Selector(Scope.SOURCE, ONE.url))
    street.here.admit("k", ONE)


async def test_nothing_is_remembered_where_the_operator_does_not_want_it(street: Street) -> None:
    await street.forgetful.learn("k", ONE, OriginStatus(404, "none"), tries=False)
    street.forgetful.admit("k", ONE)


async def opened(street: Street) -> None:
    """Have five asks at once fail, as asks do that wait for one dead origin."""
    asks = [(f"k{n}", street.here.admit(f"k{n}", ONE)) for n in range(5)]
    await asyncio.gather(
        *(street.here.learn(key, ONE, REFUSED, tries=tries) for key, tries in asks)
    )


async def test_an_origin_that_cannot_be_reached_is_left_alone_and_tried_by_one(
    street: Street,
) -> None:
    await opened(street)
    for caution in (street.here, street.there):
        with pytest.raises(OriginUnreachable, match="left alone after 5"):
            caution.admit("new", OTHER)
    assert not street.here.admit("new", ELSEWHERE)
    street.now.at += 5.0
    assert street.here.admit("new", OTHER), "the one that tries"
    with pytest.raises(OriginUnreachable, match="left alone"):
        street.here.admit("another", OTHER)
    await street.here.learn("late", OTHER, OriginTimeout("late"), tries=False)
    await street.here.learn("new", OTHER, None, tries=True)
    for caution in (street.here, street.there):
        assert not caution.admit("another", OTHER)


async def test_asks_under_way_when_it_opens_do_not_make_it_longer(street: Street) -> None:
    await opened(street)
    for n in range(20):
        await street.here.learn(f"late {n}", ONE, REFUSED, tries=False)
    street.now.at += 5.0
    assert street.here.admit("new", OTHER)


async def test_who_was_cancelled_while_trying_lets_the_next_try(street: Street) -> None:
    await opened(street)
    street.now.at += 5.0
    assert street.here.admit("new", OTHER)
    street.here.leave(OTHER, tries=True)
    assert street.here.admit("new", OTHER)


async def test_a_failure_of_ours_says_nothing_of_the_origin(street: Street) -> None:
    await opened(street)
    await street.here.learn("k", ONE, BodyLost("disk"), tries=False)
    with pytest.raises(OriginUnreachable, match="left alone"):
        street.here.admit("new", OTHER)


async def test_a_clock_set_back_a_day_keeps_nothing_shut(street: Street) -> None:
    await opened(street)
    street.now.at -= 86400.0
    street.here.admit("k0", ONE)


async def test_purging_the_host_opens_the_way(street: Street) -> None:
    await opened(street)
    await street.store.purge(Selector(Scope.HOST, ONE.host))
    for caution in (street.here, street.there):
        assert not caution.admit("new", OTHER)


async def test_the_origins_that_are_counted_are_bounded(street: Street) -> None:
    for n in range(5000):
        source = parse_source(f"http://h{n}.example/")
        await street.forgetful.learn("k", source, REFUSED, tries=False)
    assert len(street.forgetful._breakers) == 4096


async def test_a_note_of_another_release_is_no_note(street: Street) -> None:
    await street.store.note("failure k", {"strange": 1}, until=street.now.at + 60)
    street.here.admit("k", ONE)
