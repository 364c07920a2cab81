"""The Referer of ``referer = "auto"``: what worked last; where that is refused, rung after rung.

Knows the rungs (``rules.publishers``) and the store's notes, which all processes share. A rung that
is refused is no failure of the source; the last one is.
"""

from collections.abc import Callable
from dataclasses import replace

from proxy.errors import OriginRefused, OriginStatus, ProxyError
from proxy.fetch.headers import referer_of
from proxy.model.order import Source
from proxy.model.permit import Profile
from proxy.rules.publishers import rungs
from proxy.stores.store import Store

# 418 is how douban says it (rules/publishers.py).
REFUSALS = frozenset({401, 403, 418})
_KEPT_S = 30 * 86400.0  # then the origin is asked from the lowest rung again: it may have relented

_Sent = dict[Source, str | None]


class Ladder:
    """Remembers which Referer each origin wants. One for a server process."""

    def __init__(self, store: Store, *, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now

    def remembered(self, source: Source, profile: Profile) -> str | None:
        """Return the Referer this origin is asked with first; None: the request has none."""
        noted = self._store.noted(_note_of(source)) if profile.referer == "auto" else None
        return referer_of(source, profile) if noted is None else str(noted.get("referer"))

    async def remember(
        self, source: Source, referer: str | None, *, began: int | None = None
    ) -> None:
        """Note what worked, unless it was purged since ``began``; None is what needs no note."""
        name = _note_of(source)
        noted = self._store.noted(name)
        if referer is None:
            if noted is not None:
                await self._store.forget_note(name)
        elif noted != (value := {"referer": referer}):
            until = self._now() + _KEPT_S
            await self._store.note(name, value, until=until, host=source.host, began=began)


class Climb:
    """One ask's way up, a walk over its redirects a rung: every origin on it climbs along.

    An origin whose Referer the operator set is asked once, so where one is met, nobody climbs.
    """

    def __init__(self, ladder: Ladder) -> None:
        self._ladder = ladder
        self._rung: int | None = None  # None: what each origin is remembered to want
        self._sent: _Sent = {}  # in this walk
        self._tried: list[_Sent] = []  # in the walks before
        self._fixed = False

    def dressed(self, source: Source, profile: Profile) -> Profile:
        """Return the profile with the Referer of this rung."""
        if profile.referer != "auto" or "Referer" in profile.headers:
            self._fixed = True
            return profile
        if self._rung is None:
            referer = self._ladder.remembered(source, profile)
        else:
            referer = _rung_of(source, self._rung)
        self._sent[source] = referer
        return replace(profile, referer=referer or "none")

    def may_rise(self) -> bool:
        """Tell whether there is another rung for who was asked in this walk."""
        return self._next() is not None

    def rise(self, refusal: ProxyError) -> bool:
        """Go to the next rung; False where this was no refusal, or the last."""
        rung = self._next() if is_refusal(refusal) else None
        if rung is None:
            return False
        self._tried.append(self._sent)
        self._rung, self._sent = rung, {}
        return True

    async def remember(self, began: int | None) -> None:
        """Remember this rung: it was answered."""
        for source, referer in self._sent.items():
            await self._ladder.remember(source, referer, began=began)

    def _next(self) -> int | None:
        if self._fixed or not self._sent:
            return None
        lowest = 0 if self._rung is None else self._rung + 1
        highest = max(len(rungs(source)) for source in self._sent)
        for rung in range(lowest, highest):
            would = {source: _rung_of(source, rung) for source in self._sent}
            if would not in (self._sent, *self._tried):
                return rung
        return None


def is_refusal(failure: ProxyError) -> bool:
    """Tell whether another Referer may help."""
    status = failure.status if isinstance(failure, OriginStatus) else None
    return isinstance(failure, OriginRefused) or status in REFUSALS


def _rung_of(source: Source, rung: int) -> str | None:
    there = rungs(source)
    return there[min(rung, len(there) - 1)]


def _note_of(source: Source) -> str:
    return f"referer {source.scheme} {source.authority}"
