"""What is kept: the memory tier over a backend. The door through which ``flow`` comes.

Nothing here raises because a disk fails: what cannot be kept is answered all the same.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from cachetools import LRUCache

from proxy.errors import StoreUnavailable
from proxy.model.body import Blob, Chunks, Held, Placed, Stored
from proxy.model.entry import Entry
from proxy.model.purge import Purged, Selector
from proxy.settings import Cache
from proxy.stores import BACKENDS
from proxy.stores.files import BlobFile
from proxy.stores.leases import Lease
from proxy.stores.protocols import (
    MAX_NOTES,
    Backend,
    Draft,
    HostUse,
    Note,
    Page,
    StoreState,
    Verified,
)
from proxy.stores.recall import MAX_BODY_BYTES, Recall
from proxy.tasks import Tasks

READY_SHARE = 8  # one part in so many of ``cache.memory`` is for bodies held ready to be sent
TEND_S = 10.0  # a disk that failed is tried again this often


class Store:
    """Entries and their bodies, for one process; several may share a directory."""

    def __init__(
        self,
        backend: Backend,
        *,
        memory_bytes: int,
        now: Callable[[], float],
        tasks: Tasks | None,
    ) -> None:
        self._backend = backend
        # What was purged since the last look, for ``drop``: mostly nothing. ``hear`` is both.
        self.news = backend.purges.news
        self._now = now
        self._recall = Recall(memory_bytes - memory_bytes // READY_SHARE)
        # What this process noted, for while the index cannot be asked.
        self._noted: LRUCache[str, Note] = LRUCache(MAX_NOTES)
        self._upkeep = (
            None if tasks is None else tasks.spawn(self._tend_for_ever(), name="stores.tend")
        )

    @classmethod
    async def open(
        cls,
        settings: Cache,
        *,
        now: Callable[[], float],
        tasks: Tasks | None,
        backend: str = "disk",
    ) -> "Store":
        """Open ``backend`` as the settings say. A disk that cannot be used is a degraded store.

        ``tasks`` None: without upkeep, to look at a store beside the server that keeps it.
        """
        opened = await dict(BACKENDS)[backend](settings, now=now)
        return cls(opened, memory_bytes=settings.memory, now=now, tasks=tasks)

    def recall(self, key: str) -> Entry | None:
        """Return what this process remembers of a key; another may have replaced it on disk.

        What any process purged is not remembered.
        """
        self.hear()
        entry = self._recall.entry(key)
        if entry is not None:
            self._backend.index.touch(key)
        return entry

    async def look_up(self, key: str) -> Entry | None:
        """Return what the index says of a key, past the memory, which is brought up to date.

        Where the index cannot be asked, or has no row because the body could not be kept, what is
        remembered is all there is.
        """
        self.hear()
        remembered = self._recall.entry(key)
        try:
            found = self._backend.index.get(key)
        except StoreUnavailable:
            return remembered
        if found is not None:
            self._recall.keep_entry(found)
            self._backend.index.touch(key)
            return found
        if remembered is not None and isinstance(remembered.body, Held):
            return remembered
        self._recall.forget(key)
        return None

    def lease(self, entry: Entry) -> Lease:
        """Return what tells, after ``hear``, whether an entry is still what this process knows.

        As ``recall`` it does not ask what another process has put in its place.
        """
        return self._recall.lease(entry)

    def hear(self) -> None:
        """Forget what any process has purged since the last look."""
        news = self.news()
        if news:
            self.drop(news)

    def touch(self, key: str) -> None:
        """Remember that an entry was used, without looking at it."""
        self._backend.index.touch(key)

    async def begin(self, length: int | None) -> Draft:
        """Start a body of ``length`` bytes (None: unknown). Never raises for a failing disk."""
        return await self._backend.blobs.begin(length)

    def remember(self, body: Stored, data: bytes) -> None:
        """Have in memory what was committed just now: the digest was made of these bytes."""
        if isinstance(body, Blob):
            self._recall.keep_body(body.digest, data)

    def sequence(self) -> int:
        """Return the number of the last purge; take it before what you will keep is asked for."""
        self.hear()
        return self._backend.purges.seen

    async def keep(self, entry: Entry, began: int | None = None) -> bool:
        """Keep an entry; False where the disk does not have it (memory may, for a while).

        A body in memory is kept with it, in one go; whoever holds the entry need not read it again.
        ``began`` is what ``sequence`` said before its origin was asked: purged since, it is kept
        nowhere. A pinned key stays pinned, whatever ``entry`` says.
        """
        body = entry.body
        if began is not None and self._backend.purges.covers(entry, began):
            if not isinstance(body, Held):
                await self._backend.index.put(entry, began=began)  # refused, with its body
            return False
        self._recall.keep_entry(entry)
        if isinstance(body, Held):
            named = replace(entry, body=Blob(body.digest, body.length))
            kept = await self._backend.keep(named, body, began=began)
        else:
            kept = await self._backend.index.put(entry, began=began)
        if kept is not None and kept != entry and self._recall.entry(entry.key) is entry:
            self._recall.keep_entry(kept)
        return kept is not None

    async def forget(self, key: str) -> None:
        """Remove an entry, and its body where no other names it."""
        self._recall.forget(key)
        await self._backend.index.delete(key)

    async def read(self, body: Stored) -> bytes | None:
        """Return a body's bytes, checked against its digest.

        None: they are lost or damaged. The entry may still stand (an original's row outlives its
        body): ask the origin without conditions and keep what it sends.
        """
        if isinstance(body, Held):
            return body.data
        data = self._recall.body(body.digest)
        if data is None:
            data = await self._backend.blobs.read(body)
            if data is not None:
                self._recall.keep_body(body.digest, data)
        return data

    async def place(self, body: Stored) -> bytes | Placed | None:
        """Return a body's checked bytes, or where its file is for another process to read.

        That process finds out whether it is whole; where not, ``read`` has it removed. None as for
        ``read``.
        """
        if isinstance(body, Held):
            return body.data
        data = self._recall.body(body.digest)
        return data or self._backend.blobs.place(body) or await self.read(body)

    async def opened(self, body: Stored) -> Held | Chunks | None:
        """Return a body ready to be sent: what memory would keep whole, the rest in parts.

        All is verified before the first byte. None as for ``read``.
        """
        if isinstance(body, Held):
            return body
        if body.length <= MAX_BODY_BYTES:
            data = await self.read(body)
            return None if data is None else Held(data, body.digest)
        parts = await self._backend.blobs.stream(body)
        return None if parts is None else Chunks(parts, body.length)

    async def file(self, body: Stored) -> BlobFile | None:
        """Return a body as an open file, verified; None as for ``read``, or where it is in none."""
        return None if isinstance(body, Held) else await self._backend.blobs.file(body)

    async def purge(self, selector: Selector) -> Purged:
        """Remove originals, the pictures made from them and what is noted of them; pins too.

        Every process obeys at its next look. Raises StoreUnavailable: then only this process's
        memory has forgotten.
        """
        try:
            return await self._backend.purges.purge(selector)
        finally:
            self.drop((selector,))

    async def pin(self, *keys: str) -> int:
        """Put entries outside of eviction, a picture with its original; return how many there were.

        Raises StoreUnavailable where they cannot be written down twice.
        """
        n_pinned = await self._backend.pinning.pin(keys)
        for key in keys:
            self._recall.forget(key)  # what is looked up next says so
        return n_pinned

    async def unpin(self, *keys: str) -> int:
        """Let pinned entries be evicted again; return how many were pinned."""
        n_unpinned = await self._backend.pinning.unpin(keys)
        for key in keys:
            self._recall.forget(key)
        return n_unpinned

    async def note(  # noqa: PLR0913  # a row's columns
        self,
        key: str,
        value: Mapping[str, object],
        *,
        until: float,
        source: str = "",
        host: str = "",
        began: int | None = None,
    ) -> bool:
        """Remember something small (what JSON can say) until an instant; purged with its source.

        False where only this process knows it.
        """
        note = Note(value=value, until=until, source=source, host=host)
        self._noted[key] = note
        return await self._backend.notes.put(key, note, began=began)

    def noted(self, key: str) -> Mapping[str, object] | None:
        """Return what any process noted, None once that has expired; some 15 µs."""
        self.hear()
        try:
            note = self._backend.notes.get(key)
        except StoreUnavailable:
            note = self._noted.get(key)
        return note.value if note is not None and self._now() < note.until else None

    async def forget_note(self, key: str) -> None:
        """Remove a note."""
        self._noted.pop(key, None)
        await self._backend.notes.delete(key)

    async def entries(
        self, *, prefix: str = "", host: str = "", limit: int = 100, cursor: str = ""
    ) -> Page:
        """Return entries in the order of their sources, at most ``limit``.

        ``prefix`` begins their sources. Raises StoreUnavailable, ValueError for an odd cursor.
        """
        return await self._backend.looking.entries(
            prefix=prefix, host=host, limit=limit, cursor=cursor
        )

    async def hosts(self) -> tuple[HostUse, ...]:
        """Return what is kept of each host, by name. Raises StoreUnavailable."""
        return await self._backend.looking.hosts()

    async def verify(self, on_progress: Callable[[int, int], None]) -> Verified:
        """Read everything and heal it, beside a running server. Raises StoreUnavailable.

        ``on_progress`` is told (rows done, rows in all).
        """
        return await self._backend.looking.verify(on_progress)

    def claim(self, key: str) -> AbstractAsyncContextManager[None]:
        """Hold ``key`` alone among all processes; the caller sets the deadline."""
        return self._backend.claim(key)

    def state(self) -> StoreState:
        """Return how the store stands; some 50 µs."""
        return replace(self._backend.state(), memory_bytes=self._recall.n_bytes)

    async def tend(self) -> None:
        """Do what is due every ``TEND_S``. The store does so itself; tests need not wait."""
        await self._backend.tend()

    async def close(self) -> None:
        """Write what is pending and let go of everything."""
        if self._upkeep is not None:
            self._upkeep.cancel()
            await asyncio.wait([self._upkeep])
            await self._backend.save()
        await self._backend.close()

    def drop(self, selectors: tuple[Selector, ...]) -> None:
        """Forget what was purged."""
        self._recall.purge(selectors)
        for key, note in list(self._noted.items()):
            if any(selector.covers(note.source, note.host) for selector in selectors):
                del self._noted[key]

    async def _tend_for_ever(self) -> None:
        while True:
            await asyncio.sleep(TEND_S)  # the first moments are those of who waited for the start
            await self.tend()
            if self._backend.unswept():
                await self._backend.sweep()
