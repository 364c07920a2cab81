"""A failure is remembered as long as its class deserves, and longer as it repeats."""

import pytest

from proxy.cache.failures import Remembered, again, remember
from proxy.errors import (
    BadAddress,
    HostNotAllowed,
    NotServedType,
    OriginStatus,
    OriginTimeout,
    OriginUnreachable,
    ProxyError,
    QueueFull,
)


def in_a_row(failure: ProxyError, times: int) -> Remembered:
    before = None
    for _ in range(times):
        before = remember(failure, before, now=1000.0, jitter=0.0)
    assert before is not None
    return before


@pytest.mark.parametrize(
    ("failure", "times", "seconds"),
    [
        pytest.param(OriginTimeout("late"), 1, 30.0, id="a timeout, once"),
        pytest.param(OriginTimeout("late"), 2, 60.0, id="twice: doubled"),
        pytest.param(OriginTimeout("late"), 50, 3600.0, id="never longer than an hour"),
        pytest.param(OriginUnreachable("refused"), 1, 10.0, id="refused"),
        pytest.param(OriginStatus(404, "gone"), 1, 30.0, id="not found, once"),
        pytest.param(OriginStatus(404, "gone"), 50, 86400.0, id="not found: up to a day"),
        pytest.param(OriginStatus(410, "gone"), 50, 86400.0, id="gone: up to a day"),
        pytest.param(OriginStatus(503, "down"), 50, 3600.0, id="another status: up to an hour"),
        pytest.param(NotServedType("HTML"), 1, 60.0, id="a page instead of a picture"),
    ],
)
def test_how_long(failure: ProxyError, times: int, seconds: float) -> None:
    kept = in_a_row(failure, times)
    assert kept.until == 1000.0 + seconds
    assert kept.holds(1000.0)
    assert not kept.holds(kept.until)
    assert not kept.holds(999.0), "the clock was set back"
    assert kept.times == times


@pytest.mark.parametrize(
    ("said_s", "seconds"),
    [
        pytest.param(7, 30.0, id="less than it deserves"),
        pytest.param(77, 77.0, id="more, and no tenth less"),
        pytest.param(86400, 3600.0, id="never longer than an hour"),
    ],
)
def test_an_origin_that_says_when_to_ask_again_is_left_alone_till_then(
    said_s: int, seconds: float
) -> None:
    kept = remember(OriginStatus(429, "later", said_s), None, now=0.0, jitter=0.0)
    assert kept is not None
    assert kept.until == seconds
    spread = remember(OriginStatus(429, "later", said_s), None, now=0.0, jitter=-1.0)
    assert spread is not None
    assert spread.until == max(27.0, min(said_s, 3600))


@pytest.mark.parametrize("failure", [BadAddress("x"), HostNotAllowed("x"), QueueFull("x")])
def test_what_is_the_asks_or_our_own_is_never_remembered(failure: ProxyError) -> None:
    assert remember(failure, None, now=0.0, jitter=0.0) is None


def test_the_next_asks_are_spread_by_a_tenth() -> None:
    for jitter, until in ((-1.0, 27.0), (1.0, 33.0)):
        kept = remember(OriginTimeout("late"), None, now=0.0, jitter=jitter)
        assert kept is not None
        assert kept.until == pytest.approx(until)


@pytest.mark.parametrize("failure", [OriginStatus(404, "none"), OriginTimeout("late")])
def test_it_comes_again_as_what_it_was(failure: ProxyError) -> None:
    once_more = again(in_a_row(failure, 3))
    assert type(once_more) is type(failure)
    assert once_more.status == failure.status
    assert "3 in a row" in str(once_more)
