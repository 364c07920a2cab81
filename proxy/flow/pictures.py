"""How a picture is had: planned from its original's facts, looked up, else made and kept once."""

import asyncio
import hashlib
from collections.abc import Callable
from http import HTTPStatus

from proxy.cache.keys import picture_key
from proxy.cache.storing import Admission, admit
from proxy.errors import BodyLost, MakingTimeout, NotDecodable, ProxyError, StoreUnavailable
from proxy.flow.caution import Caution
from proxy.flow.flight import Flight
from proxy.flow.meter import Meter
from proxy.images.plan import plan
from proxy.images.sniff import sniff
from proxy.images.workers import Workers
from proxy.model.body import Held, Stored
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.permit import Profile
from proxy.model.picture import Variant
from proxy.model.transform import Transform
from proxy.settings import Images
from proxy.stores.store import Store
from proxy.tasks import Tasks

# For a free worker and for another process that makes the same; beyond it no reader is left.
_WAIT_S = 50.0


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

        ``asked`` are the client's header fields. Raises a PictureError where none can be made of
        it, BodyLost where the original's body is no longer there, MakingTimeout and Busy.
        """
        body = original.body
        if body is None or original.facts is None:
            raise NotDecodable(f"{original.source} is {original.media_type or 'empty'}, no picture")
        variant = plan(transform, original.facts, asked.get("Accept"), self._images)
        if variant is None:
            return original, False
        key = picture_key(body.digest, variant)
        picture = self._store.recall(key) or await self._store.look_up(key)
        if picture is not None:
            return picture, False
        self._caution.refuse_repeated(key)
        # What may not be kept may not be kept in another shape either.
        keep = original.pinned or admit(original.head, asked, profile) is Admission.STORED
        began = self._store.sequence() if keep else None
        picture, _ = await self._flight.share(
            key, lambda: self._make(key, original, body, variant, began)
        )
        return picture, True

    async def _make(
        self, key: str, original: Entry, body: Stored, variant: Variant, began: int | None
    ) -> Entry:
        """Make a picture; kept unless ``began`` is None, or it was purged since."""
        patience_s = _WAIT_S + self._images.deadline
        try:
            async with asyncio.timeout(patience_s), self._store.claim(key):
                known = await self._store.look_up(key)
                if known is not None:
                    return known
                data = await self._metered(key, original, body, variant)
                stored = _held(data) if began is None else await self._committed(data)
                picture = self._entry(key, original, variant, data, stored)
                if began is not None:
                    await self._store.keep(picture, began)
                return picture
        except TimeoutError as late:
            raise MakingTimeout(f"{original.source}: not made in {patience_s:g} s") from late

    async def _committed(self, data: bytes) -> Stored:
        draft = await self._store.begin(len(data))
        try:
            await draft.write(data)
            return await draft.commit()
        except StoreUnavailable:  # the disk lost its copy, we have ours
            return _held(data)
        finally:
            await draft.abort()

    def _entry(
        self, key: str, original: Entry, variant: Variant, data: bytes, stored: Stored
    ) -> Entry:
        now = self._now()
        return Entry(
            key=key,
            kind=Kind.PICTURE,
            source=original.source,
            host=original.host,
            head=Head(status=HTTPStatus.OK),
            times=Times(requested_at=now, received_at=now),
            body=stored,
            media_type=variant.format.media_type,
            facts=sniff(data, max_frames=self._images.max_frames),
            parent=original.key,
        )

    async def _metered(self, key: str, original: Entry, body: Stored, variant: Variant) -> bytes:
        async def load() -> bytes:
            data = await self._store.read(body)
            if data is None:
                raise BodyLost(original.source)
            return data

        clock = asyncio.get_running_loop().time
        started, outcome = clock(), "cancelled"
        try:
            data = await self._workers.make(load, variant)
        except ProxyError as failure:
            outcome = failure.slug()
            await self._caution.remember(key, failure, url=original.source, host=original.host)
            raise
        else:
            outcome = "ok"
            return data
        finally:
            self._meter.made(variant.format.value, outcome, clock() - started)


def _held(data: bytes) -> Held:
    return Held(data, hashlib.sha256(data).hexdigest())
