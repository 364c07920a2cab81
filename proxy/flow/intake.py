"""One ask of an origin: its redirects walked and judged, its answer taken in whole, judged, kept.

Knows the order of fetch, images, rules and stores. Does not know why the origin is asked.
"""

import hashlib
from dataclasses import dataclass
from http import HTTPStatus

from proxy.cache.freshness import times_of
from proxy.cache.heads import kept_headers
from proxy.cache.storing import Admission, admit
from proxy.cache.updating import freshen
from proxy.dialects.address import parse_source
from proxy.errors import (
    BadAddress,
    NotServedType,
    OriginProtocol,
    OriginStatus,
    OriginTruncated,
    TooManyRedirects,
)
from proxy.fetch.client import Fetcher
from proxy.images.sniff import sniff
from proxy.model.arrival import Arrival
from proxy.model.body import Held, Stored
from proxy.model.entry import Entry, Kind, Times
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.permit import Permit
from proxy.model.picture import Facts
from proxy.rules import judge_source
from proxy.rules.policy import Policy
from proxy.rules.types import served_type
from proxy.settings import Settings
from proxy.stores.store import Store

_FOLLOWED = {301, 302, 303, 307, 308}  # never 300, 304, 305 (RFC 9110 §15.4)
_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}
_OF_ONE = {Admission.NO_STORE, Admission.PRIVATE}  # such an answer belongs to who asked
_START_BYTES = 512  # enough to see markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an origin gave. ``stored``: it stands in the store."""

    entry: Entry
    status: int  # what the origin answered: 304 where it confirmed our copy
    stored: bool
    shareable: bool  # others who wait may be given it (not no-store, not private)


class Intake:
    """Asks origins. One for a server process."""

    def __init__(
        self, *, settings: Settings, policy: Policy, fetcher: Fetcher, store: Store
    ) -> None:
        self._redirects = settings.fetch.redirects
        self._types = settings.access.types
        self._max_frames = settings.images.max_frames
        self._policy = policy
        self._fetcher = fetcher
        self._store = store

    async def ask(
        self, key: str, permit: Permit, held: Entry | None, *, conditions: Headers, asked: Headers
    ) -> Taken:
        """Ask the permit's origin; ``conditions`` are the validators of ``held``, or nothing.

        ``asked`` are the client's header fields. Raises an OriginError, a PictureError, or what
        the rules call a forbidden redirect.
        """
        source, profile = permit.order.source, permit.profile
        for _ in range(self._redirects + 1):
            async with self._fetcher.get(source, profile, conditions) as arrival:
                location = arrival.head.headers.get("Location")
                if arrival.head.status not in _FOLLOWED or location is None:
                    if held is None or arrival.head.status != HTTPStatus.NOT_MODIFIED:
                        return await self._take(key, permit, held, arrival, asked)
                    confirmed = await self._confirmed(held, arrival)
                    if confirmed is not None:
                        return confirmed
                    conditions = Headers()  # it confirms a body that is not ours: ask for all of it
                    continue
            source = _redirected(source, location)
            profile = judge_source(source, self._policy)
        raise TooManyRedirects(f"{permit.order.source.url}: over fetch.redirects")

    async def _confirmed(self, held: Entry, arrival: Arrival) -> Taken | None:
        try:
            fresh = freshen(held, arrival.head, _times(arrival))
        except OriginProtocol:
            return None
        stored = await self._store.keep(fresh)
        return Taken(entry=fresh, status=arrival.head.status, stored=stored, shareable=True)

    async def _take(
        self, key: str, permit: Permit, held: Entry | None, arrival: Arrival, asked: Headers
    ) -> Taken:
        status = arrival.head.status
        good = held is not None and held.head.status < HTTPStatus.MULTIPLE_CHOICES
        if good and status >= HTTPStatus.BAD_REQUEST:
            raise OriginStatus(status, f"{permit.order.source.url}: the origin answered {status}")
        admission = admit(arrival.head, asked)
        draft = await self._store.begin(arrival.length)
        try:
            async for chunk in arrival.chunks:
                await draft.write(chunk)
            data = draft.view()
            facts = sniff(data, max_frames=self._max_frames)
            media_type = self._judge(arrival, facts, bytes(data[:_START_BYTES]))
            whole = facts.whole if facts is not None else arrival.framed
            if good and not whole:
                raise OriginTruncated(f"{permit.order.source.url}: cut; the copy held stays")
            keep = whole and admission is Admission.STORED
            body: Stored | None = None
            if len(data):
                body = await draft.commit() if keep else _held(data)
            del data  # a view of the draft, which ends here
        finally:
            await draft.abort()
        entry = Entry(
            key=key,
            kind=Kind.ORIGINAL,
            source=permit.order.source.url,
            host=permit.order.source.host,
            head=kept_headers(arrival.head),
            times=_times(arrival),
            body=body,
            media_type=media_type,
            facts=facts,
        )
        stored = keep and await self._store.keep(entry)
        shareable = admission not in _OF_ONE
        return Taken(entry=entry, status=status, stored=stored, shareable=shareable)

    def _judge(self, arrival: Arrival, facts: Facts | None, start: bytes) -> str:
        """Return the type to send, or raise what the answer is instead of a served one."""
        status = arrival.head.status
        if not start and status in _BODILESS:
            return ""
        try:
            media_type = served_type(
                arrival.head.headers.get("Content-Type"), facts, start, self._types
            )
        except NotServedType as nothing:
            if status >= HTTPStatus.BAD_REQUEST:
                raise OriginStatus(status, f"the origin answered {status}; {nothing}") from nothing
            if status >= HTTPStatus.MULTIPLE_CHOICES:
                raise OriginProtocol(f"the origin answered {status}, not followed") from nothing
            raise
        if facts is not None and not facts.whole and not arrival.framed:
            raise OriginTruncated("closed before the picture's end")
        return media_type


def _redirected(source: Source, location: str) -> Source:
    try:
        return parse_source(location, base=source)
    except BadAddress as bad:
        raise OriginProtocol(f"{source.url} redirects to what is no address: {bad}") from bad


def _held(data: bytes | memoryview) -> Held:
    whole = bytes(data)
    return Held(whole, hashlib.sha256(whole).hexdigest())


def _times(arrival: Arrival) -> Times:
    asked = arrival.times
    return times_of(arrival.head.headers, asked.requested_at, asked.received_at)
