"""What to do for an ask, with what is stored (RFC 9111 §4, §5.2.1).

A client's directives are preferences (§5.2.1), and no reader's reload may become an origin's load:
``no-cache``, ``max-age`` and ``min-fresh`` are honoured, for each costs one conditional request
that flow shares among all who wait; ``only-if-cached`` costs none. ``no-store`` forbids keeping
what comes (``storing``), not using what is kept. ``max-stale`` spares its reader the wait for a
validation, no more; Pragma (deprecated, §5.4) and a reader's stale-if-error change nothing.
"""

from dataclasses import dataclass
from typing import Literal

from proxy.cache.directives import FOREVER_S, Directives, directives_of
from proxy.cache.freshness import current_age, lifetime
from proxy.cache.policy import policy_of
from proxy.cache.vary import matches
from proxy.model.dates import read_date
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.permit import Profile
from proxy.model.values import is_sendable

# §4.2.4; s-maxage implies proxy-revalidate (§5.2.2.10).
_FORBIDS_STALE = ("must-revalidate", "proxy-revalidate", "no-cache", "s-maxage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """Serve the stored copy; ``ttl_s`` seconds of freshness are left."""

    ttl_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Validate, and serve the stored copy meanwhile or where that fails.

    ``conditions`` go with the request; they are empty where the copy has no validator. ``ttl_s`` is
    zero or negative. ``at_once``: the copy is served without waiting for the validation, for
    stale-while-revalidate (RFC 5861 §3) or the client's max-stale covers it.
    """

    conditions: Headers
    ttl_s: float
    at_once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Validate:
    """Validate before anything is served; if that fails, ``may_serve_stale`` has the word.

    ``because`` is RFC 9211's reason to go forward: the copy is stale, or the request asked for it.
    """

    conditions: Headers
    because: Literal["stale", "request"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Nothing that may answer is stored: ask the origin.

    ``because`` is RFC 9211's reason: nothing of this URL, or only what Vary keeps from this client.
    """

    because: Literal["uri-miss", "vary-miss"] = "uri-miss"


@dataclass(frozen=True, slots=True)
class Refuse:
    """The request forbids asking the origin, and nothing stored may be served (§5.2.1.7)."""


Decision = Fresh | Stale | Validate | Fetch | Refuse


def decide(
    entry: Entry | None,
    asked: Headers,
    profile: Profile,
    now: float,
    *,
    passed: Headers = Headers(),
) -> Decision:
    """Return what to do; ``asked`` are the client's header fields, ``entry`` an original's or None.

    ``passed`` are those that go on to the origin (``passing``); ``now`` is in Unix seconds.
    """
    wanted = directives_of(asked)
    if entry is None:
        decision: Decision = Fetch()
    elif not matches(entry, passed):
        decision = Fetch(because="vary-miss")
    else:
        decision = _with_a_copy(entry, wanted, profile, now)
    if "only-if-cached" in wanted and not isinstance(decision, Fresh):
        return Refuse()
    return decision


def may_serve_stale(entry: Entry, profile: Profile) -> bool:
    """Tell whether a stale copy may be served where the origin cannot be asked (§4.2.4).

    A pinned copy is the operator's word and may always. stale-if-error (RFC 5861 §4) allows what is
    allowed anyway, for as long as the copy is held, and lifts none of these prohibitions.
    """
    said = policy_of(entry.head, profile)
    return entry.pinned or not said.any_of(_FORBIDS_STALE)


def _with_a_copy(entry: Entry, wanted: Directives, profile: Profile, now: float) -> Decision:
    age = current_age(entry.times, now)
    ttl = lifetime(entry.head, entry.times, profile).seconds - age
    asked_for = _wants_younger(wanted, age, ttl)
    if ttl > 0 and not asked_for:  # §4.2: fresh while its lifetime exceeds its age
        return Fresh(ttl_s=ttl)
    conditions = _conditions(entry.head.headers)
    if ttl > 0:
        return Validate(conditions=conditions, because="request")
    if asked_for or not may_serve_stale(entry, profile):
        return Validate(conditions=conditions, because="stale")
    said = policy_of(entry.head, profile)
    window = max(said.seconds("stale-while-revalidate") or 0, _accepts_stale(wanted))
    return Stale(conditions=conditions, ttl_s=ttl, at_once=-ttl < window)


def _accepts_stale(wanted: Directives) -> int:
    """Return for how many seconds past its lifetime a copy will do (§5.2.1.2); alone: any."""
    named = [value for name, value in wanted.members if name == "max-stale"]
    return FOREVER_S if None in named else wanted.seconds("max-stale") or 0


def _wants_younger(wanted: Directives, age: float, ttl: float) -> bool:
    oldest, reserve = wanted.seconds("max-age"), wanted.seconds("min-fresh")
    return (
        "no-cache" in wanted
        or (oldest is not None and age >= oldest)  # so that max-age=0 validates at age 0 too
        or (reserve is not None and ttl < reserve)
    )


def _conditions(stored: Headers) -> Headers:
    """Return the conditions that ask whether the stored copy still holds (§4.3.1)."""
    etag = next(iter(stored.all("ETag")), "")
    modified = next(iter(stored.all("Last-Modified")), "")
    lines = (
        ("If-None-Match", etag if is_sendable(etag) else ""),
        ("If-Modified-Since", modified if read_date(modified, 0.0) is not None else ""),
    )
    return Headers(tuple(line for line in lines if line[1]))
