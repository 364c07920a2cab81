"""What is counted is taken once, in the bucket Prometheus would put it in."""

from math import inf

import pytest

from proxy.observe.tally import Tally

HIT, MISS = ("original", "200", "hit"), ("original", "200", "uri-miss")


def test_what_was_counted_is_taken_once() -> None:
    tally = Tally((0.1, inf))
    for labels, seconds in ((HIT, 0.05), (HIT, 0.05), (MISS, 3.0)):
        tally.add(labels, seconds)
    counted = tally.take()
    assert counted.requests == {HIT: 2, MISS: 1}
    assert counted.buckets == [2, 1]
    assert counted.seconds == pytest.approx(3.1)
    assert tally.take().requests == {}
    assert sum(tally.take().buckets) == 0


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [
        pytest.param(0.0, 0, id="nothing"),
        pytest.param(0.1, 0, id="a bound belongs to its own bucket (le: less or equal)"),
        pytest.param(0.1000001, 1, id="just above"),
        pytest.param(1e9, 2, id="beyond all"),
    ],
)
def test_buckets(seconds: float, bucket: int) -> None:
    tally = Tally((0.1, 1.0, inf))
    tally.add(HIT, seconds)
    assert tally.take().buckets.index(1) == bucket
