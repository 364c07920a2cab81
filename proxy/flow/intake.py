"""One ask of an origin: its redirects walked and judged, its answer taken in whole, judged, kept.

Knows the order of fetch, images, rules and stores. Does not know why the origin is asked.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from proxy.cache.decision import may_serve_stale
from proxy.cache.freshness import times_of
from proxy.cache.heads import kept_headers
from proxy.cache.keys import original_key, variant_key
from proxy.cache.passing import passed_request
from proxy.cache.storing import Admission, admit
from proxy.cache.updating import freshen
from proxy.cache.vary import selecting_of, varies_by_reader
from proxy.dialects.address import parse_source
from proxy.errors import (
    BadAddress,
    BodyLost,
    MakingTimeout,
    NotServedType,
    OriginError,
    OriginProtocol,
    OriginStatus,
    OriginTruncated,
    PictureError,
    StoreUnavailable,
    TooManyRedirects,
)
from proxy.fetch.client import Fetcher
from proxy.flow import fallbacks
from proxy.flow.ladder import REFUSALS, Climb, Ladder
from proxy.images.sniff import sniff
from proxy.model.arrival import Arrival
from proxy.model.body import Held, Stored
from proxy.model.dates import retry_after_s
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.permit import Permit, Profile
from proxy.model.picture import Facts, Format
from proxy.rules import judge_source
from proxy.rules.placeholders import (
    Placeholders,
    is_suspect,
    refuse_lookalike,
    refuse_placeholder,
)
from proxy.rules.policy import Policy
from proxy.rules.types import served_type
from proxy.settings import Settings
from proxy.stores.store import Store

_FOLLOWED = {301, 302, 303, 307, 308}  # never 300, 304, 305 (RFC 9110 §15.4)
_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}
_OF_ONE = {Admission.NO_STORE, Admission.PRIVATE}  # such an answer belongs to who asked
_START_BYTES = 512  # enough to see markup
# Larger bodies are sniffed and hashed in a thread: the worst take 40 ms a MiB (images/sniff.py).
_INLINE_BYTES = 1 << 20

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an origin gave. ``stored``: it stands in the store."""

    entry: Entry
    status: int  # what the origin answered: 304 where it confirmed our copy
    stored: bool
    shareable: bool  # others who wait may be given it (not no-store, not private)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ask:
    """What an answer is judged against: who asked, and the copy held if there is one.

    ``place`` is a fallback that is asked instead of the source.
    """

    permit: Permit
    held: Entry | None
    asked: Headers
    passed: Headers
    began: int | None
    place: Source | None


class Intake:
    """Asks origins. One for a server process."""

    def __init__(  # noqa: PLR0913  # what an intake is made of; all by name
        self,
        *,
        settings: Settings,
        policy: Policy,
        fetcher: Fetcher,
        store: Store,
        ladder: Ladder,
        clean: Callable[[bytes], Awaitable[bytes]],
        fingerprint: Callable[[bytes], Awaitable[int]],
    ) -> None:
        self._redirects = settings.fetch.redirects
        self._types = settings.access.types
        self._placeholders = Placeholders.of(settings.access.placeholders)
        self._max_frames = settings.images.max_frames
        self._policy = policy
        self._fetcher = fetcher
        self._store = store
        self._ladder = ladder
        self._clean = clean  # an SVG of all that runs or loads
        self._fingerprint = fingerprint  # how a picture looks

    async def ask(  # noqa: PLR0913  # what an ask is made of; all but two by name
        self,
        permit: Permit,
        held: Entry | None,
        *,
        conditions: Headers,
        asked: Headers,
        passed: Headers = Headers(),
        began: int | None = None,
        place: Source | None = None,
    ) -> Taken:
        """Ask the permit's origin; ``conditions`` are the validators of ``held``, or nothing.

        ``asked`` are the client's header fields, ``passed`` those of them that go on. What was
        purged since ``began`` (``Store.sequence``) is given, but not kept. ``place`` is asked
        instead of the source where it is given, and only success counts. Raises an
        OriginError, a PictureError, what the rules call a forbidden redirect, or BodyLost where the
        disk lost what had come.
        """
        want = _Ask(permit=permit, held=held, asked=asked, passed=passed, began=began, place=place)
        climb = Climb(self._ladder)
        while True:
            try:
                taken = await self._walked(want, climb, conditions)
            except OriginError as failure:
                if not climb.rise(failure):
                    raise
            else:
                if taken.status < HTTPStatus.BAD_REQUEST:
                    await climb.remember(began)
                return taken

    def places(self, permit: Permit) -> tuple[Source, ...]:
        """Return where else the permit's source may be had, once its origin has lost it."""
        return fallbacks.places(permit, self._policy)

    async def _walked(self, want: _Ask, climb: Climb, conditions: Headers) -> Taken:
        """Ask once, with the Referers of one rung, and follow redirects."""
        source, profile, left = want.permit.order.source, want.permit.profile, self._redirects
        if want.place is not None:
            source, profile = want.place, judge_source(want.place, self._policy)
        while True:
            arriving = self._fetcher.get(
                source,
                climb.dressed(source, profile),
                conditions,
                passed=passed_request(want.passed, profile),
            )
            async with arriving as arrival:
                location = _location(arrival.head)
                if location is None:
                    status = arrival.head.status
                    unwanted = want.place is not None and not _succeeded(status)
                    if unwanted or (status in REFUSALS and climb.may_rise()):
                        raise _refused(arrival, f"{source.url}: the origin answered {status}")
                    if want.held is None or status != HTTPStatus.NOT_MODIFIED:
                        return await self._take(want, arrival, source)
                    confirmed = await self._confirmed(want, want.held, arrival)
                    if confirmed is not None:
                        return confirmed
                    conditions = Headers()  # it confirms a body that is not ours: ask for all of it
                    continue
            if not left:
                raise TooManyRedirects(f"{want.permit.order.source.url}: over fetch.redirects")
            left -= 1
            source = _redirected(source, location)
            profile = judge_source(source, self._policy)
            # It may lead elsewhere than last time, and a date would confirm any older picture.
            conditions = conditions.only("If-None-Match")

    async def _confirmed(self, want: _Ask, held: Entry, arrival: Arrival) -> Taken | None:
        try:
            fresh = freshen(held, arrival.head, _times(arrival))
        except OriginProtocol:
            return None
        selecting = selecting_of(fresh.head.headers, want.passed)
        fresh = replace(fresh, key=original_key(want.permit.order.source), selecting=selecting)
        admission = admit(fresh.head, want.asked, want.permit.profile)
        return Taken(
            entry=fresh,
            status=arrival.head.status,
            stored=await self._settled(want, fresh, admission),
            shareable=admission not in _OF_ONE,
        )

    async def _take(self, want: _Ask, arrival: Arrival, where: Source) -> Taken:
        """Take an answer in whole; ``where`` is the last address of the redirects."""
        source, profile, held = want.permit.order.source, want.permit.profile, want.held
        status = arrival.head.status
        if status >= HTTPStatus.BAD_REQUEST and _stands_in(held, profile):  # whatever its body is
            raise _refused(arrival, f"{source.url}: the origin answered {status}")
        admission = admit(arrival.head, want.asked, profile)
        pinned = held is not None and held.pinned
        draft = await self._store.begin(arrival.length)
        try:
            async for chunk in arrival.chunks:
                await draft.write(chunk)
            data = draft.view()
            facts = await self._sniffed(data)
            await self._refuse_placeholders(data, facts)
            media_type = self._judge(arrival, facts, bytes(data[:_START_BYTES]), _led(want, where))
            if facts is not None and facts.format is Format.SVG:  # as it came it is never served
                data = await self._clean(bytes(data))
                facts = await self._sniffed(data)
                await draft.abort()
                draft = await self._store.begin(len(data))
                await draft.write(data)
            whole = facts.whole if facts is not None else arrival.framed
            keep = whole and (not is_good(held) or (_succeeded(status) and len(data) > 0))
            if not keep and _stands_in(held, profile):
                failure = NotServedType if whole else OriginTruncated
                raise failure(f"{source.url}: {status}, worse than the copy held")
            body: Stored | None = None
            if len(data) and keep and (pinned or admission is Admission.STORED):
                body = await draft.commit()
            elif len(data):
                body = await _aside(_held, data)
        except StoreUnavailable as lost:
            raise BodyLost(f"{source.url}: {lost}") from lost
        finally:
            await draft.abort()
        entry = replace(
            _bare_entry(want, arrival, where),
            body=body,
            media_type=media_type,
            facts=facts,
            pinned=pinned,
        )
        stored = keep and await self._settled(want, entry, admission)
        shareable = admission not in _OF_ONE
        return Taken(entry=entry, status=status, stored=stored, shareable=shareable)

    async def _settled(self, want: _Ask, entry: Entry, admission: Admission) -> bool:
        """Keep what may be kept; what its origin forbids to keep takes the copy held along.

        That copy is not what the origin shows any more, and would be served stale for ever. A
        pinned one is the operator's word, and is kept all the same.
        """
        if admission is Admission.STORED or entry.pinned:
            if varies_by_reader(entry.head.headers, want.permit.profile):  # beside the others
                variant = replace(entry, key=variant_key(entry.key, entry.selecting))
                await self._store.keep(variant, want.began)
            return await self._store.keep(entry, want.began)  # as the newest
        if want.held is not None and admission is not Admission.ASKED_NO_STORE:
            await self._store.forget(entry.key)
            await self._store.forget(variant_key(entry.key, want.held.selecting))
        return False

    async def _sniffed(self, data: bytes | memoryview) -> Facts | None:
        return await _aside(partial(sniff, max_frames=self._max_frames), data)

    async def _refuse_placeholders(self, data: bytes | memoryview, facts: Facts | None) -> None:
        """Raise OriginRefused for a known placeholder; what cannot be looked at is none."""
        known = self._placeholders
        await _aside(partial(refuse_placeholder, known=known), data)
        if is_suspect(facts, len(data), known):
            with suppress(PictureError, MakingTimeout):
                refuse_lookalike(await self._fingerprint(bytes(data)), known)

    def _judge(self, arrival: Arrival, facts: Facts | None, start: bytes, led: str) -> str:
        """Return the type to send, or raise what the answer is instead of a served one.

        ``led`` says where redirects led: to a login, often.
        """
        status = arrival.head.status
        if not start and status in _BODILESS:
            return ""
        try:
            media_type = served_type(
                arrival.head.headers.get("Content-Type"), facts, start, self._types
            )
        except NotServedType as nothing:
            if status >= HTTPStatus.BAD_REQUEST:
                refused = _refused(arrival, f"the origin answered {status}; {nothing}")
                raise refused from nothing
            if status >= HTTPStatus.MULTIPLE_CHOICES:
                raise OriginProtocol(f"the origin answered {status}, not followed") from nothing
            raise NotServedType(f"{nothing}{led}") from nothing
        if facts is not None and not facts.whole and not arrival.framed:
            raise OriginTruncated("closed before the picture's end")
        return media_type


def _bare_entry(want: _Ask, arrival: Arrival, where: Source) -> Entry:
    """Return what a head says of a new original; of its body nothing."""
    source = want.permit.order.source
    return Entry(
        key=original_key(source),
        kind=Kind.ORIGINAL,
        source=source.url,
        host=source.host,
        head=kept_headers(arrival.head),
        times=_times(arrival),
        body=None,
        media_type="",
        facts=None,
        selecting=selecting_of(arrival.head.headers, want.passed),
        came_from="" if want.place is None else where.url,
    )


def _led(want: _Ask, where: Source) -> str:
    asked = want.place or want.permit.order.source
    return "" if where.url == asked.url else f"; redirected to {where.url}"


def _location(head: Head) -> str | None:
    """Return where a redirect leads; None where there is nothing to follow."""
    found = set(head.headers.all("Location")) if head.status in _FOLLOWED else set()
    if len(found) > 1:
        raise OriginProtocol("a redirect to several places")
    return next(iter(found), None)


def _refused(arrival: Arrival, message: str) -> OriginStatus:
    """Return an error status as a failure, with when the origin may be asked again."""
    head, now = arrival.head, arrival.times.received_at
    return OriginStatus(head.status, message, retry_after_s(head.headers.get("Retry-After"), now))


def _redirected(source: Source, location: str) -> Source:
    try:
        return parse_source(location, base=source)
    except BadAddress as bad:
        raise OriginProtocol(f"{source.url} redirects to what is no address: {bad}") from bad


def _succeeded(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def is_good(held: Entry | None) -> bool:
    """Tell whether a copy has something to lose: no error, not empty (and whole, or not kept)."""
    return held is not None and _succeeded(held.head.status) and held.body is not None


def _stands_in(held: Entry | None, profile: Profile) -> bool:
    """Tell whether a copy is served instead of a worse answer (RFC 9111 §4.2.4)."""
    return held is not None and is_good(held) and may_serve_stale(held, profile)


async def _aside(work: Callable[[bytes | memoryview], _T], data: bytes | memoryview) -> _T:
    """Do quick work here and slow work in a thread."""
    return work(data) if len(data) <= _INLINE_BYTES else await asyncio.to_thread(work, data)


def _held(data: bytes | memoryview) -> Held:
    whole = bytes(data)
    return Held(whole, hashlib.sha256(whole).hexdigest())


def _times(arrival: Arrival) -> Times:
    asked = arrival.times
    return times_of(arrival.head.headers, asked.requested_at, asked.received_at)
