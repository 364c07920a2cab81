"""How old a stored response is, and how long it stays fresh (RFC 9111 §4.2).

Pure: ``now`` comes in as Unix seconds. Knows nothing of stores or images.
"""

from dataclasses import dataclass
from functools import lru_cache

from proxy.cache.directives import Directives, delta_seconds
from proxy.cache.policy import cacheable_by_default, is_overruled, policy_of
from proxy.model.dates import read_date
from proxy.model.entry import Head, Times
from proxy.model.headers import Headers
from proxy.model.permit import Profile

_HEURISTIC_SHARE = 0.1  # of the time since Last-Modified: §4.2.2's typical setting
_WITHOUT_LIFETIME = ("no-store", "private", "no-cache")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifetime:
    """How long a response stays fresh, counted from age 0."""

    seconds: float
    by_origin: bool  # the origin's own word, not the operator's default or bounds


def times_of(headers: Headers, requested_at: float, received_at: float) -> Times:
    """Return the four instants a response's age is counted from (§4.2.3).

    Of several Date or Age values the first counts; one that cannot be read counts as absent (§5.1).
    """
    dates = headers.all("Date")
    age = (headers.get("Age") or "").partition(",")[0].strip(" \t")
    return Times(
        requested_at=requested_at,
        received_at=received_at,
        date=read_date(dates[0], received_at) if dates else None,
        age_s=float(delta_seconds(age) or 0),
    )


def current_age(times: Times, now: float) -> float:
    """Return the seconds since the origin made or last validated the response (§4.2.3).

    Never negative, even where our clock lags behind the origin's.
    """
    date = times.received_at if times.date is None else times.date
    apparent = max(0.0, times.received_at - date)
    delay = max(0.0, times.received_at - times.requested_at)  # the clock may have been set back
    initial = max(apparent, times.age_s + delay)
    return initial + max(0.0, now - times.received_at)


def lifetime(head: Head, times: Times, profile: Profile) -> Lifetime:
    """Return how long a response stays fresh by the origin's word and the operator's bounds.

    ``no-store``, ``private`` and ``no-cache`` leave no lifetime, and ``min_ttl`` does not lift
    them: it changes lifetimes only. Nor does it give one to a status that names none.
    """
    return _remembered(head, times, profile)


@lru_cache(maxsize=512)  # each answer asks twice, and the next reader of the same picture again
def _remembered(head: Head, times: Times, profile: Profile) -> Lifetime:
    said = policy_of(head, profile)
    if said.any_of(_WITHOUT_LIFETIME):
        return Lifetime(seconds=0.0, by_origin=True)
    explicit = _explicit(said, head.headers, times)
    if explicit is None and not cacheable_by_default(head, profile):
        return Lifetime(seconds=0.0, by_origin=False)
    if explicit is not None:
        seconds = explicit
    else:
        seconds = profile.default_ttl or _heuristic(head.headers, times)
    bounded = min(max(seconds, profile.min_ttl), profile.max_ttl)
    by_origin = bounded == explicit and not is_overruled(head, profile)
    return Lifetime(seconds=bounded, by_origin=by_origin)


def _explicit(said: Directives, headers: Headers, times: Times) -> float | None:
    """Return s-maxage, else max-age, else Expires less Date, in seconds (§4.2.1)."""
    for name in ("s-maxage", "max-age") if said.members else ():
        seconds = said.seconds(name)
        if seconds is not None:
            return float(seconds)
    stated = set(headers.all("Expires"))
    if not stated or said.targeted:  # RFC 9213 §2.2: beside a targeted field Expires has no say
        return None
    expires = read_date(stated.pop(), times.received_at) if len(stated) == 1 else None
    # §5.3: an invalid date, "0" above all, is in the past; so are two that disagree (§4.2.1).
    return 0.0 if expires is None else max(0.0, expires - _made_at(times))


def _heuristic(headers: Headers, times: Times) -> float:
    """Return a tenth of the time the response had not changed for, in seconds (§4.2.2)."""
    modified = read_date(headers.get("Last-Modified") or "", times.received_at)
    return 0.0 if modified is None else max(0.0, _made_at(times) - modified) * _HEURISTIC_SHARE


def _made_at(times: Times) -> float:
    return times.received_at if times.date is None else times.date
