"""How a picture is had: planned from its original's facts, looked up, else made and kept once.

What is known of a picture (``/info/``) is had the same way, as a small file of its own.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from proxy.cache.keys import info_key, picture_key, smaller_key
from proxy.cache.storing import Admission, admit
from proxy.errors import BodyLost, MakingTimeout, NotDecodable, ProxyError
from proxy.flow.caution import Caution
from proxy.flow.flight import Flight
from proxy.flow.meter import Meter
from proxy.images.plan import plan, stands_in
from proxy.images.sniff import sniff
from proxy.images.workers import Load, Workers
from proxy.model.body import Held, Placed, Stored
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.permit import Profile
from proxy.model.picture import Facts, Variant
from proxy.model.transform import Transform
from proxy.settings import Images
from proxy.stores.store import Store
from proxy.tasks import Tasks

INFO_TYPE = "application/json"
# For a free worker and for another process that makes the same; beyond it no reader is left.
_WAIT_S = 50.0
_REMEMBERED_MAX = 512  # characters of an Accept: the longest of a browser has some 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which picture it is to be, and where it is kept."""

    key: str
    body: Stored  # the original's
    variant: Variant
    may_give_way: bool  # to the original, where that is smaller


def choose(
    original: Entry, transform: Transform, accept: str | None, images: Images
) -> Choice | None:
    """Return the picture to make of an original; None where that stands in for it.

    Raises a PictureError where none can be made of it.
    """
    body, facts = original.body, original.facts
    if body is None or facts is None:
        raise NotDecodable(f"{original.source} is {original.media_type or 'empty'}, no picture")
    short = len(accept or "") <= _REMEMBERED_MAX
    planned = (_remembered if short else _planned)(images, body.digest, facts, transform, accept)
    if planned is None:
        return None
    key, variant, may_give_way = planned
    return Choice(key=key, body=body, variant=variant, may_give_way=may_give_way)


def _planned(
    images: Images, digest: str, facts: Facts, transform: Transform, accept: str | None
) -> tuple[str, Variant, bool] | None:
    """Return a choice less its body."""
    variant = plan(transform, facts, accept, images)
    if variant is None:
        return None
    may_give_way = stands_in(transform, facts, images)
    key_of = smaller_key if may_give_way else picture_key
    return key_of(digest, variant), variant, may_give_way


_remembered = lru_cache(maxsize=1024)(_planned)  # it costs more than all else of a hit


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """Something to be made of a body, and what to call it."""

    key: str
    original: Entry  # whose it is, and whose lifetime it has
    body: Stored  # the original's, or that of a picture made of it
    media_type: str
    label: str  # for the metrics: a format, or "info"
    make: Callable[[Load], Awaitable[bytes]]
    # Where the body itself does as well as a result that is larger.
    may_give_way: bool = False


class Pictures:
    """Finds pictures. One for a server process."""

    def __init__(  # noqa: PLR0913  # the corridor is given every room it leads through
        self,
        *,
        images: Images,
        store: Store,
        workers: Workers,
        caution: Caution,
        tasks: Tasks,
        meter: Meter,
        now: Callable[[], float],
    ) -> None:
        self._images = images
        self._store = store
        self._workers = workers
        self._caution = caution
        self._meter = meter
        self._now = now
        self._flight: Flight[Entry] = Flight(tasks)

    async def obtain(
        self, original: Entry, transform: Transform, asked: Headers, profile: Profile
    ) -> tuple[Entry, bool]:
        """Return the picture, or the original where that stands in for it; and if it was made now.

        ``transform`` is without hints but Save-Data, ``asked`` are the client's header fields.
        Raises a PictureError where none can be made of it, BodyLost where the original's body is no
        longer there, MakingTimeout and Busy.
        """
        choice = choose(original, transform, asked.get("Accept"), self._images)
        if choice is None:
            return original, False
        body, variant = choice.body, choice.variant
        wish = _Wish(
            key=choice.key,
            original=original,
            body=body,
            media_type=variant.format.media_type,
            label=variant.format.value,
            make=lambda load: self._workers.make(body.digest, load, variant, original.facts),
            may_give_way=choice.may_give_way,
        )
        return await self._obtain(wish, asked, profile)

    async def describe(
        self, original: Entry, served: Entry, asked: Headers, profile: Profile
    ) -> tuple[Entry, bool]:
        """Return what is known of ``served`` as JSON, and if it was looked at now.

        That is the original, or a picture made of it. Raises as ``obtain``.
        """
        if served.body is None or served.facts is None:
            raise NotDecodable(f"{served.source} is {served.media_type or 'empty'}, no picture")
        wish = _Wish(
            key=info_key(served.body.digest),
            original=original,
            body=served.body,
            media_type=INFO_TYPE,
            label="info",
            make=self._workers.describe,
        )
        return await self._obtain(wish, asked, profile)

    async def _obtain(self, wish: _Wish, asked: Headers, profile: Profile) -> tuple[Entry, bool]:
        known = self._store.recall(wish.key) or await self._store.look_up(wish.key)
        if known is not None:
            return known, False
        self._caution.refuse_repeated(wish.key)
        # What may not be kept may not be kept in another shape either.
        keep = wish.original.pinned or admit(wish.original.head, asked, profile) is Admission.STORED
        began = self._store.sequence() if keep else None
        found, _ = await self._flight.share(wish.key, lambda: self._make(wish, began))
        return found, True

    async def _make(self, wish: _Wish, began: int | None) -> Entry:
        """Make it; kept unless ``began`` is None, or it was purged since."""
        patience_s = _WAIT_S + self._images.deadline
        try:
            async with asyncio.timeout(patience_s), self._store.claim(wish.key):
                known = await self._store.look_up(wish.key)
                if known is not None:
                    return known
                data = await self._metered(wish)
                made = self._entry(wish, data)
                if began is not None:
                    await self._store.keep(made, began)
                return made
        except TimeoutError as late:
            raise MakingTimeout(f"{wish.original.source}: not made in {patience_s:g} s") from late

    def _entry(self, wish: _Wish, data: bytes) -> Entry:
        now = self._now()
        gives_way = wish.may_give_way and len(data) >= wish.body.length
        facts = None if wish.media_type == INFO_TYPE else self._sniffed(data)
        return Entry(
            key=wish.key,
            kind=Kind.PICTURE,
            source=wish.original.source,
            host=wish.original.host,
            head=Head(status=HTTPStatus.OK),
            times=Times(requested_at=now, received_at=now),
            body=wish.body if gives_way else _held(data),
            media_type=wish.original.media_type if gives_way else wish.media_type,
            facts=wish.original.facts if gives_way else facts,
            parent=wish.original.key,
        )

    def _sniffed(self, data: bytes) -> Facts | None:
        return sniff(data, max_frames=self._images.max_frames)

    async def _metered(self, wish: _Wish) -> bytes:
        async def load() -> bytes | Placed:
            body = await self._store.place(wish.body)
            if body is None:
                raise BodyLost(wish.original.source)
            return body

        clock = asyncio.get_running_loop().time
        started, outcome = clock(), "cancelled"
        source, host = wish.original.source, wish.original.host
        try:
            data = await wish.make(load)
        except BodyLost as lost:
            outcome = lost.slug()
            await self._store.read(wish.body)  # has what is damaged removed
            raise
        except ProxyError as failure:
            outcome = failure.slug()
            await self._caution.remember(wish.key, failure, url=source, host=host)
            raise
        else:
            outcome = "ok"
            return data
        finally:
            self._meter.made(wish.label, outcome, clock() - started)


def _held(data: bytes) -> Held:
    return Held(data, hashlib.sha256(data).hexdigest())
