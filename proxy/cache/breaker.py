"""When an origin that cannot be reached is left alone: a circuit breaker.

Pure. Counts failures to connect and timeouts in a row, nothing else: an origin that answers, with
whatever status, is not broken. After ``_LIMIT`` it is open: nobody asks until ``open_until``; then
one ask at a time may try (half-open), and its success closes it.
"""

from dataclasses import dataclass

from proxy.errors import (
    Busy,
    OriginNotFound,
    OriginTimeout,
    OriginTls,
    OriginUnreachable,
    ProxyError,
)

_LIMIT = 5  # failures in a row
_OPEN_S, _MOST_S = 5.0, 60.0
_BREAKING = (OriginUnreachable, OriginTimeout, OriginNotFound, OriginTls)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """One origin's state. ``since`` and ``open_until`` are in Unix seconds; 0: closed."""

    failures: int = 0
    since: float = 0.0  # when it was opened: a clock set back must not keep it so for a day
    open_until: float = 0.0

    def is_open(self, now: float) -> bool:
        """Tell whether nobody may ask just now."""
        return self.since <= now < self.open_until

    @property
    def is_tripped(self) -> bool:
        """Tell whether it was opened and has not been closed: only one ask at a time may try."""
        return self.open_until > 0


CLOSED = Breaker()


def after(breaker: Breaker, failure: ProxyError | None, now: float) -> Breaker:
    """Return the state after an ask that ended in ``failure``, or None where it was answered.

    Asks that were under way when it opened do not count again; a failure of ours says nothing.
    """
    if isinstance(failure, Busy) or (isinstance(failure, _BREAKING) and breaker.is_open(now)):
        return breaker
    if not isinstance(failure, _BREAKING):
        return CLOSED
    failures = breaker.failures + 1
    if failures < _LIMIT:
        return Breaker(failures=failures)
    seconds = min(_OPEN_S * 2.0 ** min(failures - _LIMIT, 10), _MOST_S)
    return Breaker(failures=failures, since=now, open_until=now + seconds)
