"""An origin that cannot be reached is left alone, and tried again by one ask at a time."""

import pytest

from proxy.cache.breaker import CLOSED, Breaker, after
from proxy.errors import (
    BodyLost,
    NotServedType,
    OriginStatus,
    OriginTimeout,
    OriginTruncated,
    OriginUnreachable,
    ProxyError,
)

REFUSED = OriginUnreachable("refused")


def failed(times: int, now: float = 100.0) -> Breaker:
    """Return the state after so many failures, each as soon as asking was allowed again."""
    breaker = CLOSED
    for _ in range(times):
        breaker = after(breaker, REFUSED, max(now, breaker.open_until))
    return breaker


@pytest.mark.parametrize(
    ("times", "open_s"),
    [
        pytest.param(0, 0.0, id="nothing failed"),
        pytest.param(4, 0.0, id="four failures are weather"),
        pytest.param(5, 5.0, id="the fifth opens it"),
        pytest.param(6, 10.0, id="a failed try doubles"),
        pytest.param(9, 60.0, id="never longer than a minute"),
        pytest.param(5000, 60.0, id="for ever"),
    ],
)
def test_it_opens(times: int, open_s: float) -> None:
    breaker = failed(times)
    assert breaker.is_tripped == (open_s > 0)
    assert breaker.open_until - breaker.since == open_s
    assert not breaker.is_open(breaker.since + open_s)
    assert not breaker.is_open(breaker.since - 1), "the clock was set back"
    if open_s:
        assert breaker.is_open(breaker.since + open_s - 0.01)


@pytest.mark.parametrize(
    "failure",
    [None, OriginStatus(500, "down"), OriginTruncated("cut"), NotServedType("HTML")],
    ids=["an answer", "a status", "a cut body", "a page"],
)
def test_an_origin_that_answers_is_not_broken(failure: ProxyError | None) -> None:
    assert after(failed(7), failure, 200.0) == CLOSED


def test_what_fails_while_it_is_open_does_not_count_again() -> None:
    breaker = failed(5)
    assert after(breaker, REFUSED, breaker.since + 1) == breaker


def test_a_failure_of_ours_changes_nothing() -> None:
    assert after(failed(7), BodyLost("disk"), 200.0) == failed(7)


def test_timeouts_count_too() -> None:
    assert after(failed(4), OriginTimeout("late"), 100.0).is_open(100.0)
