"""The memory backend: the same promises without a disk, for tests and for who wants no disk.

Of one process; bounded by ``cache.disk`` as the disk is. Passes the same suite.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256

from proxy.model.body import Blob, Held, Placed, Stored
from proxy.model.entry import Entry, Kind
from proxy.model.purge import Purged, Selector
from proxy.settings import Cache
from proxy.stores.cursor import cursor_of, read_cursor
from proxy.stores.protocols import (
    MAX_NOTES,
    MAX_PICTURES,
    HostUse,
    Note,
    Page,
    StoreState,
    Verified,
)

_ROW_BYTES = 1024  # by estimate: rows count too, or a flood of them would not end


class Memory:
    """Rows in order of use, the coldest first, and the bodies they name."""

    def __init__(self, settings: Cache) -> None:
        self.index = MemoryIndex(settings.disk)
        self.blobs = MemoryBlobs(self.index)
        self.purges = self.index.purges
        self.notes = MemoryNotes(self.purges)
        self.pinning = MemoryPinning(self.index)
        self.looking = MemoryLooking(self.index)
        self._claims: dict[str, _Claim] = {}

    @classmethod
    async def open(cls, settings: Cache, *, now: Callable[[], float]) -> "Memory":  # noqa: ARG003  # as every backend is opened
        """Return an empty one."""
        return cls(settings)

    async def keep(self, entry: Entry, body: Held, *, began: int | None = None) -> Entry | None:
        """Write a row with its body; None where they do not fit, or were purged."""
        if body.digest not in self.index.bodies and not self.index.make_room(body.length):
            return None
        self.index.bodies[body.digest] = body.data
        return await self.index.put(entry, began=began)

    @asynccontextmanager
    async def claim(self, key: str) -> AsyncIterator[None]:
        """Hold ``key`` alone; the caller sets the deadline."""
        claim = self._claims.setdefault(key, _Claim())
        claim.n_waiting += 1
        try:
            async with claim.lock:
                yield
        finally:
            claim.n_waiting -= 1
            if not claim.n_waiting:
                del self._claims[key]

    def state(self) -> StoreState:
        """Return how it stands."""
        kinds = [entry.kind.value for entry in self.index.rows.values()]
        return StoreState(
            disk_bytes=self.index.n_bytes,
            originals=kinds.count("original"),
            pictures=kinds.count("picture"),
        )

    async def tend(self) -> None:
        """Nothing is ever due."""

    def unswept(self) -> bool:
        """Return False: nothing is ever out of order."""
        return False

    async def sweep(self) -> None:
        """Nothing is ever out of order."""

    async def save(self) -> None:
        """Nothing outlives this process."""

    async def close(self) -> None:
        """Forget everything."""
        self.index.rows.clear()
        self.index.bodies.clear()


class MemoryIndex:
    """Rows by key, and the bodies, because both share one bound."""

    def __init__(self, bound: int) -> None:
        self.rows: OrderedDict[str, Entry] = OrderedDict()
        self.bodies: dict[str, bytes] = {}
        self.pins: set[str] = set()
        self.purges = MemoryPurges(self)
        self._bound = bound

    @property
    def n_bytes(self) -> int:
        """Return what counts against the bound."""
        return _ROW_BYTES * len(self.rows) + sum(map(len, self.bodies.values()))

    def get(self, key: str) -> Entry | None:
        """Return the row, None where there is none."""
        return self.rows.get(key)

    def touch(self, key: str) -> None:
        """Make a row the most recent, and its original's after it."""
        for name in (key, self.rows[key].parent if key in self.rows else None):
            if name is not None and name in self.rows:
                self.rows.move_to_end(name)

    async def put(self, entry: Entry, *, began: int | None = None) -> Entry | None:
        """Write the row and return it as it is kept; None where it is not."""
        body = entry.body
        if began is not None and self.purges.covers(entry, began):
            if isinstance(body, Blob):
                self.drop_unnamed(body.digest)
            return None
        if isinstance(body, Blob) and body.digest not in self.bodies:
            return None
        if entry.pinned:
            self.pins.add(entry.key)
        entry = replace(entry, pinned=entry.key in self.pins)
        self.rows[entry.key] = entry
        self.touch(entry.key)
        made = [e.key for e in self.rows.values() if e.parent == entry.parent and not e.pinned]
        if entry.parent is not None and len(made) > MAX_PICTURES:
            self.drop(made[0])
        return entry if self.make_room(0) else None

    async def delete(self, key: str) -> None:
        """Remove the row, and its blob where no other row names it."""
        if key in self.rows:
            self.drop(key)

    def make_room(self, n_bytes: int) -> bool:
        """Evict until ``n_bytes`` more fit; False where they cannot."""
        if n_bytes > self._bound:
            return False
        while self.n_bytes + n_bytes > self._bound:
            parents = {entry.parent for entry in self.rows.values()}
            cold = (k for k, e in self.rows.items() if not e.pinned and k not in parents)
            key = next(cold, None)
            if key is None:
                return False
            self.drop(key)
        return True

    def drop(self, key: str) -> None:
        """Remove a row, and its blob where no other row names it."""
        body = self.rows.pop(key).body
        if body is not None:
            self.drop_unnamed(body.digest)

    def drop_unnamed(self, digest: str) -> None:
        """Remove a blob unless a row names it."""
        named = (entry.body.digest for entry in self.rows.values() if entry.body is not None)
        if digest not in named:
            self.bodies.pop(digest, None)


class MemoryPurges:
    """What was purged. Tombstones stay: they are few, and this is one process."""

    def __init__(self, index: MemoryIndex) -> None:
        self._index = index
        self._tombstones: list[Selector] = []
        self.forgetting: list[Callable[[Selector], None]] = []
        self.seen = 0

    def news(self) -> tuple[Selector, ...]:
        """Return what was purged since the last call."""
        news = tuple(self._tombstones[self.seen :])
        self.seen = len(self._tombstones)
        return news

    def covers(self, entry: Entry, began: int) -> bool:
        """Tell whether what was asked for after purge ``began`` was purged since."""
        return self.cover(entry.source, entry.host, began)

    def cover(self, source: str, host: str, began: int) -> bool:
        """Tell whether a purge after ``began`` covers a source of a host."""
        return any(selector.covers(source, host) for selector in self._tombstones[began:])

    async def purge(self, selector: Selector) -> Purged:
        """Remove entries, notes, blobs that nobody else names."""
        gone = [e for e in self._index.rows.values() if selector.covers(e.source, e.host)]
        for entry in gone:
            self._index.pins.discard(entry.key)
            self._index.drop(entry.key)
        for forget in self.forgetting:
            forget(selector)
        self._tombstones.append(selector)
        kinds = [entry.kind for entry in gone]
        return Purged(originals=kinds.count(Kind.ORIGINAL), pictures=kinds.count(Kind.PICTURE))


class MemoryNotes:
    """Notes by key."""

    def __init__(self, purges: MemoryPurges) -> None:
        self._notes: dict[str, Note] = {}
        self._purges = purges
        purges.forgetting.append(self._forget)

    def get(self, key: str) -> Note | None:
        """Return a note, expired or not."""
        return self._notes.get(key)

    async def put(self, key: str, note: Note, *, began: int | None) -> bool:
        """Write a note; False where it was purged after ``began``."""
        if began is not None and self._purges.cover(note.source, note.host, began):
            return False
        self._notes[key] = note
        if len(self._notes) > MAX_NOTES:
            del self._notes[min(self._notes, key=lambda name: self._notes[name].until)]
        return True

    async def delete(self, key: str) -> None:
        """Remove a note."""
        self._notes.pop(key, None)

    def _forget(self, selector: Selector) -> None:
        self._notes = {
            key: note
            for key, note in self._notes.items()
            if not selector.covers(note.source, note.host)
        }


class MemoryPinning:
    """Pins and unpins rows."""

    def __init__(self, index: MemoryIndex) -> None:
        self._index = index

    async def pin(self, keys: tuple[str, ...]) -> int:
        """Pin rows, a picture with its original; return how many."""
        found = [self._index.rows[key] for key in keys if key in self._index.rows]
        parents = [self._index.rows.get(entry.parent or "") for entry in found]
        for entry in (*found, *parents):
            if entry is not None:
                self._index.pins.add(entry.key)
                self._index.rows[entry.key] = replace(entry, pinned=True)
        return len(found)

    async def unpin(self, keys: tuple[str, ...]) -> int:
        """Unpin rows; return how many."""
        unpinned = self._index.pins.intersection(keys)
        self._index.pins -= unpinned
        for key in unpinned & self._index.rows.keys():
            self._index.rows[key] = replace(self._index.rows[key], pinned=False)
        return len(unpinned)


class MemoryLooking:
    """What an operator asks."""

    def __init__(self, index: MemoryIndex) -> None:
        self._index = index

    async def entries(self, *, prefix: str, host: str, limit: int, cursor: str) -> Page:
        """Return entries by source. Raises ValueError for an odd cursor."""
        after = read_cursor(cursor)
        found = sorted(
            (
                entry
                for entry in self._index.rows.values()
                if entry.source.startswith(prefix)
                and host in ("", entry.host)
                and (entry.source, entry.key) > after
            ),
            key=lambda entry: (entry.source, entry.key),
        )
        last = found[limit - 1] if len(found) > limit else None
        return Page(tuple(found[:limit]), cursor_of(last.source, last.key) if last else None)

    async def hosts(self) -> tuple[HostUse, ...]:
        """Return what is kept of each host."""
        uses: dict[str, HostUse] = {}
        for entry in self._index.rows.values():
            use = uses.get(entry.host, HostUse(host=entry.host))
            uses[entry.host] = replace(
                use,
                originals=use.originals + (entry.kind is Kind.ORIGINAL),
                pictures=use.pictures + (entry.kind is Kind.PICTURE),
                body_bytes=use.body_bytes + (entry.body.length if entry.body else 0),
            )
        return tuple(sorted(uses.values(), key=lambda use: use.host))

    async def verify(self, on_progress: Callable[[int, int], None]) -> Verified:
        """Count: memory is not checked."""
        n_rows = len(self._index.rows)
        on_progress(n_rows, n_rows)
        return Verified(checked=n_rows)


class MemoryBlobs:
    """Bodies by digest."""

    def __init__(self, index: MemoryIndex) -> None:
        self._index = index

    async def begin(self, length: int | None) -> "MemoryDraft":  # noqa: ARG002  # nothing to reserve
        """Return a draft."""
        return MemoryDraft(self._index)

    async def read(self, blob: Blob) -> bytes | None:
        """Return the verified bytes, None where they are lost or damaged (then removed)."""
        data = self._index.bodies.get(blob.digest)
        if data is not None and sha256(data).hexdigest() != blob.digest:
            del self._index.bodies[blob.digest]
            return None
        return data

    def place(self, blob: Blob) -> Placed | None:  # noqa: ARG002  # there is no file
        """Return None: only this process has the bytes."""
        return None

    async def stream(self, blob: Blob) -> AsyncGenerator[bytes, None] | None:
        """Return the bytes in parts; None as for ``read``."""
        data = await self.read(blob)
        return None if data is None else _parts(data)

    async def file(self, blob: Blob) -> None:
        """Return None: nothing here is in a file."""


class MemoryDraft:
    """A draft."""

    def __init__(self, index: MemoryIndex) -> None:
        self._index = index
        self._data = bytearray()

    async def write(self, chunk: bytes) -> None:
        """Append."""
        self._data += chunk

    def view(self) -> bytes | memoryview:
        """Return everything written so far."""
        return bytes(self._data)

    def follow(self) -> "MemoryFollowing":
        """Return what is written."""
        return MemoryFollowing(self._data)

    async def commit(self) -> Stored:
        """End the body: a Blob where it fits under the bound, else Held."""
        data = bytes(self._data)
        digest = sha256(data).hexdigest()
        if digest not in self._index.bodies and not self._index.make_room(len(data)):
            return Held(data, digest)
        self._index.bodies[digest] = data
        return Blob(digest, len(data))

    async def abort(self) -> None:
        """Leave nothing behind."""
        self._data = bytearray()


class MemoryFollowing:
    """What is written of a draft."""

    def __init__(self, data: bytearray) -> None:
        self._data = data

    def read(self, at: int, n_bytes: int) -> bytes:
        """Return up to ``n_bytes`` from ``at`` on."""
        return bytes(self._data[at : at + n_bytes])

    def close(self) -> None:
        """Let go of it."""
        self._data = bytearray()


@dataclass(slots=True)
class _Claim:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    n_waiting: int = 0


async def _parts(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data
