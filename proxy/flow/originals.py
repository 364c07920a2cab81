"""How an original is had: from the store while it is fresh, else from its origin, once for all.

Knows the order of cache, stores and intake; the rules of each live in their rooms. A copy we hold
stands in for an origin that fails, refuses or lies, unless a directive forbids stale
(RFC 9111 §4.2.4).
"""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from proxy.cache.decision import (
    Decision,
    Fresh,
    Refuse,
    Stale,
    Validate,
    decide,
    may_serve_stale,
)
from proxy.cache.freshness import current_age, lifetime
from proxy.cache.keys import original_key
from proxy.errors import NotStored, OriginTimeout, ProxyError
from proxy.flow.flight import Flight
from proxy.flow.intake import Intake, Taken
from proxy.flow.meter import Meter
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.outcome import Outcome
from proxy.model.permit import Permit
from proxy.stores.store import Store
from proxy.tasks import Tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry and how it was come by. ``shareable``: others who wait may be given it too."""

    entry: Entry
    outcome: Outcome
    shareable: bool = True


class Originals:
    """Finds originals. ``total_s`` bounds one ask of an origin, waiting for its turn included."""

    def __init__(  # noqa: PLR0913  # the corridor is given every room it leads through
        self,
        *,
        store: Store,
        intake: Intake,
        tasks: Tasks,
        meter: Meter,
        now: Callable[[], float],
        total_s: float,
    ) -> None:
        self._store = store
        self._intake = intake
        self._tasks = tasks
        self._meter = meter
        self._now = now
        self._total_s = total_s
        self._flight: Flight[Found] = Flight(tasks)

    async def obtain(self, permit: Permit, asked: Headers) -> Found:
        """Return the original the permit is for; ``asked`` are the client's header fields.

        Raises NotStored for only-if-cached, and whatever the origin's failure is called where no
        copy may stand in.
        """
        key = original_key(permit.order.source)
        entry, decision = await self._known(key, permit, asked)
        match decision:
            case Fresh(ttl_s=ttl_s) if entry is not None:
                return Found(entry=entry, outcome=Outcome(hit=True, ttl=int(ttl_s)))
            case Refuse():
                raise NotStored(f"{permit.order.source.url} is not stored fresh")
            case Stale() if entry is not None:
                self._tasks.spawn(self._shared(key, permit, Headers()), name="revalidate")
                return self._stand_in(entry, permit, detail="revalidating")
            case _:
                pass
        try:
            return await self._shared(key, permit, asked)
        except ProxyError as failure:
            if entry is None:
                raise
            gone = failure.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
            stand_in = self._stand_in(entry, permit, detail="gone" if gone else failure.slug())
            if (stand_in.outcome.ttl or 0) <= 0 and not may_serve_stale(entry):
                raise
            return stand_in

    async def _known(
        self, key: str, permit: Permit, asked: Headers
    ) -> tuple[Entry | None, Decision]:
        """Look in memory, and where that does not do, in the index: another process may know."""
        entry = self._store.recall(key)
        decision = decide(entry, asked, permit.profile, self._now())
        if not isinstance(decision, Fresh):
            entry = await self._store.look_up(key)
            decision = decide(entry, asked, permit.profile, self._now())
        return entry, decision

    async def _shared(self, key: str, permit: Permit, asked: Headers) -> Found:
        found, joined = await self._flight.share(key, lambda: self._renew(key, permit, asked))
        if not joined:
            return found
        if not found.shareable:  # no-store and private belong to the one who asked
            return await self._renew(key, permit, asked)
        return replace(found, outcome=replace(found.outcome, collapsed=True))

    async def _renew(self, key: str, permit: Permit, asked: Headers) -> Found:
        """Ask the origin, unless another process has done so while we waited for our turn."""
        url = permit.order.source.url
        try:
            async with asyncio.timeout(self._total_s), self._store.claim(key):
                entry, decision = await self._known(key, permit, asked)
                if isinstance(decision, Fresh) and entry is not None:
                    return Found(entry=entry, outcome=Outcome(hit=True, ttl=int(decision.ttl_s)))
                conditions = (
                    decision.conditions if isinstance(decision, Validate | Stale) else Headers()
                )
                taken = await self._fetched(key, permit, entry, conditions=conditions, asked=asked)
        except TimeoutError as late:
            raise OriginTimeout(f"{url}: over fetch.total, {self._total_s:g} s") from late
        age_s = current_age(taken.entry.times, self._now())
        left_s = lifetime(taken.entry.head, taken.entry.times, permit.profile).seconds - age_s
        outcome = Outcome(
            fwd=decision.because if isinstance(decision, Validate) else _why(entry),
            fwd_status=taken.status,
            stored=taken.stored,
            ttl=int(left_s),
        )
        return Found(entry=taken.entry, outcome=outcome, shareable=taken.shareable)

    async def _fetched(
        self,
        key: str,
        permit: Permit,
        entry: Entry | None,
        *,
        conditions: Headers,
        asked: Headers,
    ) -> Taken:
        clock = asyncio.get_running_loop().time
        started, outcome = clock(), "cancelled"
        try:
            taken = await self._intake.ask(key, permit, entry, conditions=conditions, asked=asked)
        except ProxyError as failure:
            outcome = failure.slug()
            raise
        else:
            outcome = "ok" if taken.status != HTTPStatus.NOT_MODIFIED else "not-modified"
            return taken
        finally:
            self._meter.fetched(outcome, clock() - started)

    def _stand_in(self, entry: Entry, permit: Permit, *, detail: str) -> Found:
        age_s = current_age(entry.times, self._now())
        left_s = lifetime(entry.head, entry.times, permit.profile).seconds - age_s
        return Found(entry=entry, outcome=Outcome(hit=True, ttl=math.floor(left_s), detail=detail))


def _why(entry: Entry | None) -> str:
    """Return why the origin was asked where it was no validation (RFC 9211 §2.2)."""
    return "uri-miss" if entry is None else "stale"
