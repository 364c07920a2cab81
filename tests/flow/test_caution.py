"""What failed lately is not asked again, in any process; what succeeded is forgotten."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from proxy.dialects.address import parse_source
from proxy.errors import (
    BadAddress,
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
    await street.here.learn("k", ONE, OriginTimeout("late"))
    for caution in (street.here, street.there):
        with pytest.raises(OriginTimeout, match="remembered"):
            caution.admit("k", ONE)
    street.here.admit("another", OTHER)
    street.now.at += 30.0
    street.here.admit("k", ONE)


async def test_it_is_remembered_longer_as_it_repeats_and_forgotten_by_a_success(
    street: Street,
) -> None:
    for seconds in (30.0, 60.0, 120.0):
        await street.here.learn("k", ONE, OriginStatus(404, "none"))
        street.now.at += seconds - 1
        with pytest.raises(OriginStatus):
            street.here.admit("k", ONE)
        street.now.at += 1
        street.here.admit("k", ONE)
    await street.here.learn("k", ONE, None)
    await street.here.learn("k", ONE, OriginStatus(404, "none"))
    street.now.at += 30.0
    street.here.admit("k", ONE)


@pytest.mark.parametrize("failure", [BadAddress("x"), QueueFull("x")])
async def test_what_is_no_fault_of_the_source_is_not_remembered(
    street: Street, failure: ProxyError
) -> None:
    await street.here.learn("k", ONE, failure)
    street.here.admit("k", ONE)


async def test_a_purge_forgets(street: Street) -> None:
    await street.here.learn("k", ONE, OriginStatus(404, "none"))
    await street.store.purge(Selector(Scope.SOURCE, ONE.url))
    street.here.admit("k", ONE)


async def test_nothing_is_remembered_where_the_operator_does_not_want_it(street: Street) -> None:
    await street.forgetful.learn("k", ONE, OriginStatus(404, "none"))
    street.forgetful.admit("k", ONE)


async def test_an_origin_that_cannot_be_reached_is_left_alone_and_tried_by_one(
    street: Street,
) -> None:
    for n in range(5):
        street.here.admit(f"k{n}", ONE)
        await street.here.learn(f"k{n}", ONE, REFUSED)
    for caution in (street.here, street.there):
        with pytest.raises(OriginUnreachable, match="left alone after 5"):
            caution.admit("new", OTHER)
    street.here.admit("new", ELSEWHERE)
    street.now.at += 5.0
    street.here.admit("new", OTHER)  # the one that tries
    with pytest.raises(OriginUnreachable, match="left alone"):
        street.here.admit("another", OTHER)
    await street.here.learn("new", OTHER, None)
    street.here.admit("another", OTHER)
    street.there.admit("another", OTHER)


async def test_a_note_of_another_release_is_no_note(street: Street) -> None:
    await street.store.note("failure k", {"strange": 1}, until=street.now.at + 60)
    street.here.admit("k", ONE)
