"""One word for what the cache did."""

import pytest

from proxy.model.outcome import Outcome


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        pytest.param(Outcome(), "none", id="no cache took part"),
        pytest.param(Outcome(hit=True), "hit", id="a hit of unknown freshness"),
        pytest.param(Outcome(hit=True, ttl=0), "hit", id="a hit at its last second"),
        pytest.param(Outcome(hit=True, ttl=-1), "stale", id="a stale copy"),
        pytest.param(Outcome(fwd="uri-miss", fwd_status=200), "uri-miss", id="a miss"),
        pytest.param(Outcome(fwd="stale", fwd_status=304), "revalidated", id="still the same"),
        pytest.param(Outcome(fwd="stale", fwd_status=200), "expired", id="changed meanwhile"),
        pytest.param(Outcome(fwd="uri-miss", collapsed=True), "collapsed", id="another's fetch"),
    ],
)
def test_label(outcome: Outcome, label: str) -> None:
    assert outcome.label == label


@pytest.mark.parametrize(
    ("outcome", "plain"),
    [
        pytest.param(Outcome(hit=True, ttl=60), True, id="a fresh hit"),
        pytest.param(Outcome(hit=True, ttl=0), True, id="at its last second"),
        pytest.param(Outcome(hit=True, ttl=-1), False, id="a stale copy"),
        pytest.param(Outcome(hit=True, ttl=60, detail="made"), False, id="made just now"),
        pytest.param(Outcome(fwd="uri-miss", ttl=60), False, id="a miss"),
    ],
)
def test_what_is_a_plain_hit(outcome: Outcome, *, plain: bool) -> None:
    assert outcome.is_plain_hit is plain
