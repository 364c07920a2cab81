"""How long a failure is remembered: a broken picture must not cost its origin an ask a view.

Pure. A failure's class says how long (``remembered_s``), its origin may ask for more; each
repetition doubles it, a success or a purge forgets it. Times are Unix seconds; ``jitter`` (−1 to 1)
spreads the next asks.
"""

from dataclasses import dataclass
from http import HTTPStatus

from proxy.errors import OriginStatus, ProxyError

_MOST_S = 3600.0
_GONE_MOST_S = 86400.0
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_SPREAD = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A failure that is given again, without asking, until ``until``.

    ``since`` is when it happened: a clock set back must not make it last a day.
    """

    slug: str
    status: int
    message: str
    times: int  # in a row, this one included
    since: float
    until: float

    def holds(self, now: float) -> bool:
        """Tell whether it is to be given again."""
        return self.since <= now < self.until


def remember(
    failure: ProxyError, before: Remembered | None, *, now: float, jitter: float
) -> Remembered | None:
    """Return what to remember of a failure; None where its class is never remembered."""
    if not failure.remembered_s:
        return None
    times = before.times + 1 if before is not None else 1
    most = _GONE_MOST_S if failure.status in _GONE else _MOST_S
    deserved = min(failure.remembered_s * 2.0 ** min(times - 1, 30), most) * (1 + _SPREAD * jitter)
    seconds = max(deserved, min(failure.retry_after_s or 0, most))
    return Remembered(
        slug=failure.slug(),
        status=int(failure.status),
        message=str(failure),
        times=times,
        since=now,
        until=now + seconds,
    )


def again(remembered: Remembered) -> ProxyError:
    """Return the remembered failure, as if it had just happened."""
    message = f"{remembered.message} (remembered; {remembered.times} in a row)"
    if remembered.slug == OriginStatus.slug():
        return OriginStatus(remembered.status, message)
    return _classes().get(remembered.slug, ProxyError)(message)


def _classes() -> dict[str, type[ProxyError]]:
    found, left = {}, [ProxyError]
    while left:
        known = left.pop()
        left += known.__subclasses__()
        found[known.slug()] = known
    return found
