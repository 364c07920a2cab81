"""The one place that reads the time."""

import time


def now() -> float:
    """Return Unix seconds: what Date and Age are counted in. May jump when the clock is set."""
    return time.time()


def monotonic() -> float:
    """Return seconds that never jump: what durations are measured in."""
    return time.monotonic()
