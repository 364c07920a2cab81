"""How an original is had: from the store while it is fresh, else from its origin, once for all.

Knows the order of cache, stores and intake; the rules of each live in their rooms. A copy we hold
stands in for an origin that fails, refuses or lies, unless a directive forbids stale
(RFC 9111 §4.2.4).
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from proxy.cache.decision import (
    Decision,
    Fetch,
    Fresh,
    Refuse,
    Stale,
    Validate,
    decide,
    may_serve_stale,
)
from proxy.cache.freshness import current_age, lifetime
from proxy.cache.keys import original_key, variant_key
from proxy.cache.passing import passed_request
from proxy.cache.vary import matches, selecting_of
from proxy.errors import NotStored, OriginTimeout, ProxyError
from proxy.flow.caution import Caution
from proxy.flow.fallbacks import LOST, is_lost
from proxy.flow.flight import Flight
from proxy.flow.intake import Intake
from proxy.flow.meter import Meter
from proxy.flow.streaming import Early, Opening, Stream, may_be_early
from proxy.flow.taking import Taken, is_good
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.outcome import Outcome
from proxy.model.permit import Permit
from proxy.stores.store import Store
from proxy.tasks import Tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An entry and how it was come by. ``shareable``: others who wait may be given it too.

    With a ``stream`` the entry's body is still on its way.
    """

    entry: Entry
    outcome: Outcome
    shareable: bool = True
    stream: Stream | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Want:
    """What is looked for. ``whole``: a copy whose body is lost does not do.

    ``passed`` are the client's header fields that go on to the origin. ``early``: the body may be
    shown before it is whole, by ``opening`` once it is asked for.
    """

    key: str
    permit: Permit
    asked: Headers
    passed: Headers
    whole: bool = False
    early: bool = False
    opening: Opening | None = None

    @property
    def flight(self) -> str:
        """Return what asks of an origin are shared under; a 304 brings no lost body back."""
        return f"whole {self.key}" if self.whole else self.key


class Originals:
    """Finds originals. ``total_s`` bounds one ask of an origin, waiting for its turn included.

    ``stale_wait_s`` is how long a reader waits for an origin before a stale copy is served.
    """

    def __init__(  # noqa: PLR0913  # the corridor is given every room it leads through
        self,
        *,
        store: Store,
        intake: Intake,
        caution: Caution,
        tasks: Tasks,
        meter: Meter,
        now: Callable[[], float],
        total_s: float,
        stale_wait_s: float,
    ) -> None:
        self._store = store
        self._intake = intake
        self._caution = caution
        self._tasks = tasks
        self._meter = meter
        self._now = now
        self._total_s = total_s
        self._stale_wait_s = stale_wait_s
        self._flight: Flight[Found] = Flight(tasks)

    async def obtain(self, permit: Permit, asked: Headers) -> Found:
        """Return the original the permit is for; ``asked`` are the client's header fields.

        Raises NotStored for only-if-cached, and whatever the origin's failure is called where no
        copy may stand in.
        """
        return await self._obtain(_want(permit, asked))

    async def obtain_early(self, permit: Permit, asked: Headers) -> Found:
        """Return the original as ``obtain`` does, or what is known of it while it still arrives.

        So only where that may be (``streaming``), and for the first who asks; whoever joins waits
        for the whole. The ``stream`` of what is returned must be opened, or left.
        """
        return await self._obtain(_want(permit, asked, early=True))

    async def obtain_whole(self, permit: Permit, asked: Headers) -> Found:
        """Return the original as ``obtain`` does, after a stored body turned out to be lost.

        Where it is the original's own, the origin is asked for all of it and no copy stands in;
        its row stays for the pictures made of it (design §5).
        """
        return await self._obtain(_want(permit, asked, whole=True))

    async def _obtain(self, want: _Want) -> Found:
        entry, decision = await self._known(want)
        match decision:
            case Fresh(ttl_s=ttl_s) if entry is not None:
                return Found(entry=entry, outcome=Outcome(hit=True, ttl=int(ttl_s)))
            case Refuse():
                raise NotStored(f"{want.permit.order.source.url} is not stored fresh")
            case Stale(at_once=True) if entry is not None:
                alone = replace(want, asked=Headers())
                self._flight.begin(want.flight, lambda: self._renew(alone))
                return self._stand_in(entry, want.permit, detail="revalidating")
            case _:
                pass
        try:
            if isinstance(decision, Stale) and entry is not None:
                return await self._awaited(want, entry)
            return await self._shared(want)
        except ProxyError as failure:
            entry, decision = await self._known(want)  # it may have come while we waited
            if entry is None or isinstance(decision, Fetch):
                raise
            gone = failure.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
            detail = "gone" if gone else failure.slug()
            stand_in = self._stand_in(entry, want.permit, detail=detail)
            if (stand_in.outcome.ttl or 0) <= 0 and not may_serve_stale(entry, want.permit.profile):
                raise
            return stand_in

    async def _known(self, want: _Want) -> tuple[Entry | None, Decision]:
        """Look in memory, and where that does not do, in the index: another process may know."""
        profile, now = want.permit.profile, self._now()
        entry = self._store.recall(want.key)
        if entry is not None and not matches(entry, want.passed):
            entry = self._store.recall(_variant(entry, want)) or entry
        decision = decide(entry, want.asked, profile, now, passed=want.passed)
        if want.whole or not isinstance(decision, Fresh):
            entry = await self._store.look_up(want.key)
            if entry is not None and not matches(entry, want.passed):
                entry = await self._store.look_up(_variant(entry, want)) or entry
            decision = decide(entry, want.asked, profile, now, passed=want.passed)
        if want.whole and entry is not None and entry.body is not None:
            lost = await self._store.read(entry.body) is None
            decision = decide(None, want.asked, profile, now) if lost else decision
        return entry, decision

    async def _awaited(self, want: _Want, entry: Entry) -> Found:
        """Return what the origin says within ``stale_wait_s``, else the stale copy.

        The renewal goes on beyond that. Who joined one whose fruit is another's alone is given the
        copy: many readers of a stale picture never become many asks.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._stale_wait_s):
                found, joined = await self._flight.share(want.flight, lambda: self._renew(want))
                if not joined:
                    return found
                if found.shareable and matches(found.entry, want.passed):
                    return replace(found, outcome=replace(found.outcome, collapsed=True))
        return self._stand_in(entry, want.permit, detail="revalidating")

    async def _shared(self, want: _Want) -> Found:
        early = want.early and may_be_early(want.permit.order, want.asked)
        opening = Opening() if early else None
        first = replace(want, opening=opening)
        task, joined = self._flight.join(want.flight, lambda: self._renew(first))
        shown = await opening.before(task) if opening is not None and not joined else None
        if shown is not None:
            return self._on_its_way(shown, want.permit)
        found = await asyncio.shield(task)
        if not joined:
            return found
        if not (found.shareable and matches(found.entry, want.passed)):
            # no-store and private belong to the one who asked, a variant to those who ask alike
            async with self._deadline(want) as deadline:
                return await self._ask(want, deadline)  # nothing to claim: none will find it stored
        return replace(found, outcome=replace(found.outcome, collapsed=True))

    async def _renew(self, want: _Want) -> Found:
        """Ask the origin, unless another process has done so while we waited for our turn."""
        async with self._deadline(want) as deadline, self._store.claim(want.key):
            return await self._ask(want, deadline)

    async def _ask(self, want: _Want, deadline: asyncio.Timeout) -> Found:
        entry, decision = await self._known(want)
        if isinstance(decision, Fresh) and entry is not None:
            return Found(entry=entry, outcome=Outcome(hit=True, ttl=int(decision.ttl_s)))
        if entry is not None:
            want = replace(want, opening=None)
        taken = await self._fetched(want, entry, decision, deadline)
        outcome = Outcome(
            fwd=_why(entry, decision),
            fwd_status=taken.status,
            stored=taken.stored,
            ttl=int(self._left_s(taken.entry, want.permit)),
            detail="fallback" if taken.entry.came_from else None,
        )
        return Found(entry=taken.entry, outcome=outcome, shareable=taken.shareable)

    async def _fetched(
        self, want: _Want, entry: Entry | None, decision: Decision, deadline: asyncio.Timeout
    ) -> Taken:
        """Ask the origin; where it has lost what we do not hold either, ask where else it is."""
        self._caution.refuse_repeated(want.key)
        held = None if decision == Fetch(because="vary-miss") else entry
        conditions = decision.conditions if isinstance(decision, Validate | Stale) else Headers()
        if entry is not None and entry.came_from:
            conditions = Headers()  # the validators are not this origin's own
        elsewhere = partial(self._elsewhere, want, held, deadline)
        lacking = want.whole or not is_good(entry)
        try:
            taken = await self._asked(want, held, conditions, deadline)
        except ProxyError as failure:
            found = await elsewhere() if lacking and is_lost(failure) else None
            if found is None:
                raise
            return found
        found = await elsewhere() if lacking and taken.status in LOST else None
        return found or taken

    async def _elsewhere(
        self, want: _Want, held: Entry | None, deadline: asyncio.Timeout
    ) -> Taken | None:
        """Return what the first of the fallbacks gives that gives anything."""
        source = want.permit.order.source
        for place in self._intake.places(want.permit):
            try:
                taken = await self._asked(want, held, Headers(), deadline, place)
            except ProxyError:
                continue
            await self._caution.remember(want.key, None, url=source.url, host=source.host)
            return taken
        return None

    async def _asked(
        self,
        want: _Want,
        held: Entry | None,
        conditions: Headers,
        deadline: asyncio.Timeout,
        place: Source | None = None,
    ) -> Taken:
        """Ask the source's origin, or a fallback in its place, and learn how it stands."""
        source = place or want.permit.order.source
        key = original_key(source)
        began = self._store.sequence()
        tries = self._caution.admit(key, source)
        clock = asyncio.get_running_loop().time
        started, outcome = clock(), "cancelled"
        failure: ProxyError | None = None
        try:
            taken = await self._intake.ask(
                want.permit,
                held,
                conditions=conditions,
                asked=want.asked,
                passed=want.passed,
                began=began,
                place=place,
                opening=want.opening,
            )
        except ProxyError as exc:
            failure, outcome = exc, exc.slug()
            raise
        else:
            outcome = "ok" if taken.status != HTTPStatus.NOT_MODIFIED else "not-modified"
            return taken
        finally:
            if deadline.expired():
                failure = OriginTimeout(f"{source.url}: over fetch.total")
                outcome = failure.slug()
            self._meter.fetched(outcome, clock() - started)
            if outcome == "cancelled":
                self._caution.leave(source, tries=tries)
            else:
                await self._caution.learn(key, source, failure, tries=tries)

    @asynccontextmanager
    async def _deadline(self, want: _Want) -> AsyncIterator[asyncio.Timeout]:
        """Give the block ``fetch.total``; raises OriginTimeout after it."""
        try:
            async with asyncio.timeout(self._total_s) as deadline:
                yield deadline
        except TimeoutError as late:
            url = want.permit.order.source.url
            raise OriginTimeout(f"{url}: over fetch.total, {self._total_s:g} s") from late

    def _stand_in(self, entry: Entry, permit: Permit, *, detail: str) -> Found:
        left_s = self._left_s(entry, permit)
        return Found(entry=entry, outcome=Outcome(hit=True, ttl=math.floor(left_s), detail=detail))

    def _on_its_way(self, early: Early, permit: Permit) -> Found:
        """Return what is shown early; whether it is stored, its end will tell."""
        outcome = Outcome(
            fwd="uri-miss",
            fwd_status=early.entry.head.status,
            ttl=int(self._left_s(early.entry, permit)),
            detail="streamed",
        )
        return Found(entry=early.entry, outcome=outcome, stream=early.stream)

    def _left_s(self, entry: Entry, permit: Permit) -> float:
        """Return for how many seconds an entry is still fresh; negative where it is stale."""
        age_s = current_age(entry.times, self._now())
        return lifetime(entry.head, entry.times, permit.profile).seconds - age_s


def _want(permit: Permit, asked: Headers, *, whole: bool = False, early: bool = False) -> _Want:
    return _Want(
        key=original_key(permit.order.source),
        permit=permit,
        asked=asked,
        passed=passed_request(asked, permit.profile),
        whole=whole,
        early=early,
    )


def _variant(entry: Entry, want: _Want) -> str:
    """Return where the response would be that Vary of the newest one selects for this client."""
    return variant_key(want.key, selecting_of(entry.head.headers, want.passed))


def _why(entry: Entry | None, decision: Decision) -> str:
    """Return why the origin was asked (RFC 9211 §2.2)."""
    match decision:
        case Validate(because=because):
            return because
        case Stale():
            return "stale"
        case Fetch(because=because) if entry is None or because == "vary-miss":
            return because
        case _:
            return "miss"  # a row whose body is lost
