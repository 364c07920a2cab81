"""An origin's answer taken in: its body whole, judged, kept where that is allowed.

Knows the order of inspection, cache and stores. Does not know how the answer was come by.
"""

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus

from proxy.cache.decision import may_serve_stale
from proxy.cache.freshness import times_of
from proxy.cache.heads import kept_headers
from proxy.cache.keys import original_key, variant_key
from proxy.cache.storing import Admission, admit
from proxy.cache.updating import freshen
from proxy.cache.vary import selecting_of, varies_by_reader
from proxy.errors import (
    BodyLost,
    NotServedType,
    OriginProtocol,
    OriginTruncated,
    StoreUnavailable,
)
from proxy.flow.inspection import Inspection, aside, refused
from proxy.flow.streaming import EARLY_LEAST_BYTES, EARLY_START_BYTES, Opening, Stream
from proxy.model.arrival import Arrival
from proxy.model.body import Held, Stored
from proxy.model.entry import Entry, Kind, Times
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.permit import Permit, Profile
from proxy.model.picture import Format
from proxy.stores.protocols import Draft
from proxy.stores.store import Store

_OF_ONE = {Admission.NO_STORE, Admission.PRIVATE}  # such an answer belongs to who asked
_START_BYTES = 512  # enough to see markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What an answer is judged against: who asked, and the copy held if there is one.

    ``passed`` are the client's header fields that go on, ``began`` what ``Store.sequence`` said
    before the origin was asked; ``place`` is a fallback that is asked instead of the source.
    ``opening`` None: nobody may see the body before it is whole.
    """

    permit: Permit
    held: Entry | None
    asked: Headers
    passed: Headers
    began: int | None
    place: Source | None
    opening: Opening | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an origin gave. ``stored``: it stands in the store."""

    entry: Entry
    status: int  # what the origin answered: 304 where it confirmed our copy
    stored: bool
    shareable: bool  # others who wait may be given it (not no-store, not private)


class Taking:
    """Takes answers in. One for a server process."""

    def __init__(self, store: Store, inspection: Inspection) -> None:
        self._store = store
        self._inspection = inspection

    async def confirm(self, want: Ask, held: Entry, arrival: Arrival) -> Taken | None:
        """Renew the copy held by a 304; None where that confirms a body that is not ours."""
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

    async def take(self, want: Ask, arrival: Arrival, where: Source) -> Taken:
        """Take an answer in whole; ``where`` is the last address of the redirects.

        Raises an OriginError, a PictureError, or BodyLost where the disk lost what had come.
        """
        source, profile, held = want.permit.order.source, want.permit.profile, want.held
        status, inspection = arrival.head.status, self._inspection
        if status >= HTTPStatus.BAD_REQUEST and _stands_in(held, profile):  # whatever its body is
            raise refused(arrival, f"{source.url}: the origin answered {status}")
        admission = admit(arrival.head, want.asked, profile)
        pinned = held is not None and held.pinned
        draft = await self._store.begin(arrival.length)
        view: bytes | memoryview = b""
        try:
            with Stream(draft, arrival.length or 0) as stream:
                await self._fill(draft, stream, want, arrival, where)
                data = view = draft.view()
                facts = await inspection.sniffed(data)
                await inspection.refuse_placeholders(data, facts)
                media_type = inspection.judge(
                    arrival, facts, bytes(data[:_START_BYTES]), _led(want, where)
                )
                if facts is not None and facts.format is Format.SVG:  # never served as it came
                    data = await inspection.clean(bytes(data))
                    facts = await inspection.sniffed(data)
                    await draft.abort()
                    draft = await self._store.begin(len(data))
                    await draft.write(data)
                whole = facts.whole if facts is not None else arrival.framed
                keep = whole and (not is_good(held) or (succeeded(status) and len(data) > 0))
                if not keep and _stands_in(held, profile):
                    failure = NotServedType if whole else OriginTruncated
                    raise failure(f"{source.url}: {status}, worse than the copy held")
                body: Stored | None = None
                if len(data) and keep and (pinned or admission is Admission.STORED):
                    body = await draft.commit()
                elif len(data):
                    body = await aside(_held, data)
                entry = replace(
                    _bare_entry(want, arrival, where),
                    body=body,
                    media_type=media_type,
                    facts=facts,
                    pinned=pinned,
                )
                stored = keep and await self._settled(want, entry, admission)
                # A small one need not be read again. Never what was purged meanwhile: a picture
                # made of it would be kept.
                if stored and body is not None and isinstance(data, bytes):
                    self._store.remember(body, data)
        except StoreUnavailable as lost:
            raise BodyLost(f"{source.url}: {lost}") from lost
        finally:
            await draft.abort()
            _let_go(view)
        shareable = admission not in _OF_ONE
        return Taken(entry=entry, status=status, stored=stored, shareable=shareable)

    async def _fill(
        self, draft: Draft, stream: Stream, want: Ask, arrival: Arrival, where: Source
    ) -> None:
        """Write a body as it comes, and show it early where that may be."""
        opening = want.opening if _is_early(want, arrival) else None
        n_bytes = 0
        async for chunk in arrival.chunks:
            # The start goes ahead: a large chunk waits for the disk.
            for part in _parted(chunk, EARLY_START_BYTES - n_bytes) if opening else (chunk,):
                await draft.write(part)
                n_bytes += len(part)
                if opening is not None and n_bytes >= EARLY_START_BYTES:
                    found = self._inspection.recognised(arrival, bytes(draft.view()))
                    if found is not None and opening.is_open:
                        facts, media_type = found
                        bare = _bare_entry(want, arrival, where)
                        opening.show(replace(bare, media_type=media_type, facts=facts), stream)
                    opening = None
                stream.grew(part)

    async def _settled(self, want: Ask, entry: Entry, admission: Admission) -> bool:
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


def _is_early(want: Ask, arrival: Arrival) -> bool:
    """Tell whether an answer's head is one whose body may be shown before it is whole.

    An error may yet be answered from elsewhere, and so may a fallback that breaks off.
    """
    long_enough = arrival.length is not None and arrival.length >= EARLY_LEAST_BYTES
    plain = arrival.head.status == HTTPStatus.OK and want.held is None and want.place is None
    return want.opening is not None and want.opening.is_open and plain and long_enough


def succeeded(status: int) -> bool:
    """Tell whether an origin answered with what was asked for."""
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


def is_good(held: Entry | None) -> bool:
    """Tell whether a copy has something to lose: no error, not empty (and whole, or not kept)."""
    return held is not None and succeeded(held.head.status) and held.body is not None


def _stands_in(held: Entry | None, profile: Profile) -> bool:
    """Tell whether a copy is served instead of a worse answer (RFC 9111 §4.2.4)."""
    return held is not None and is_good(held) and may_serve_stale(held, profile)


def _bare_entry(want: Ask, arrival: Arrival, where: Source) -> Entry:
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


def _led(want: Ask, where: Source) -> str:
    asked = want.place or want.permit.order.source
    return "" if where.url == asked.url else f"; redirected to {where.url}"


def _parted(chunk: bytes, first: int) -> tuple[bytes, ...]:
    """Return a chunk in two, where its first bytes are fewer than all."""
    return (chunk[:first], chunk[first:]) if first < len(chunk) else (chunk,)


def _let_go(view: bytes | memoryview) -> None:
    """Close the map of a file now: a failure's traceback would keep it until who knows when."""
    if isinstance(view, memoryview):
        with suppress(BufferError):  # a thread of a cancelled ask looks at it yet
            view.release()


def _held(data: bytes | memoryview) -> Held:
    whole = bytes(data)
    return Held(whole, hashlib.sha256(whole).hexdigest())


def _times(arrival: Arrival) -> Times:
    asked = arrival.times
    return times_of(arrival.head.headers, asked.requested_at, asked.received_at)
