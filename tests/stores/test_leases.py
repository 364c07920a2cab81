"""A lease ends with what it was given for, and with nothing else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from proxy.model.purge import EVERYTHING, Scope, Selector
from proxy.stores.leases import Leases
from tests.stores.makers import blob_of, body, entry

HELD = entry("a", blob_of(body(1)))


@pytest.mark.parametrize(
    "happen",
    [
        pytest.param(lambda held: held.heed(replace(HELD, body=None)), id="another in its place"),
        pytest.param(lambda held: held.heed(replace(HELD, pinned=True)), id="the same, now pinned"),
        pytest.param(lambda held: held.of(replace(HELD, host="b.example")), id="another leased"),
        pytest.param(lambda held: held.end("a"), id="forgotten"),
        pytest.param(lambda held: held.purge((EVERYTHING,)), id="all purged"),
        pytest.param(
            lambda held: held.purge((Selector(Scope.HOST, HELD.host),)), id="its host purged"
        ),
    ],
)
def test_ends(happen: Callable[[Leases], object]) -> None:
    held = Leases()
    lease = held.of(HELD)
    happen(held)
    assert not lease.current


@pytest.mark.parametrize(
    "happen",
    [
        pytest.param(lambda held: held.heed(replace(HELD)), id="read again from the index"),
        pytest.param(lambda held: held.heed(entry("b")), id="another key kept"),
        pytest.param(lambda held: held.end("b"), id="another key forgotten"),
        pytest.param(
            lambda held: held.purge((Selector(Scope.HOST, "b.example"),)), id="another host purged"
        ),
    ],
)
def test_goes_on(happen: Callable[[Leases], object]) -> None:
    held = Leases()
    lease = held.of(HELD)
    happen(held)
    assert lease.current
    assert held.of(replace(HELD)) is lease


def test_an_ended_lease_stays_ended_when_its_entry_comes_back() -> None:
    held = Leases()
    first = held.of(HELD)
    held.end("a")
    again = held.of(HELD)
    assert again.current
    assert not first.current


def test_nothing_is_held_for_whom_nobody_cares_any_more() -> None:
    held = Leases()
    for number in range(100):
        held.of(entry(str(number)))
    assert len(held._held) == 0
