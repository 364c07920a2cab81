"""Two clocks: one that is read as a date, one that measures."""

import time

from proxy import clock


def test_now_is_unix_seconds() -> None:
    assert abs(clock.now() - time.time()) < 5


def test_monotonic_never_goes_back() -> None:
    readings = [clock.monotonic() for _ in range(100)]
    assert readings == sorted(readings)
