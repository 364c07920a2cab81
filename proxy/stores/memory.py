"""The memory backend: the same promises without a disk, for tests and for who wants no disk.

Of one process; bounded by ``cache.disk`` as the disk is. Passes the same suite.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256

from proxy.model.body import Blob, Held, Stored
from proxy.model.entry import Entry
from proxy.settings import Cache
from proxy.stores.protocols import MAX_PICTURES, StoreState

_ROW_BYTES = 1024  # by estimate: rows count too, or a flood of them would not end


class Memory:
    """Rows in order of use, the coldest first, and the bodies they name."""

    def __init__(self, settings: Cache) -> None:
        self.index = MemoryIndex(settings.disk)
        self.blobs = MemoryBlobs(self.index)
        self._claims: dict[str, _Claim] = {}

    @classmethod
    async def open(cls, settings: Cache, *, now: Callable[[], float]) -> "Memory":  # noqa: ARG003  # as every backend is opened
        """Return an empty one."""
        return cls(settings)

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

    async def sweep(self) -> None:
        """Nothing is ever out of order."""

    async def close(self) -> None:
        """Forget everything."""
        self.index.rows.clear()
        self.index.bodies.clear()


class MemoryIndex:
    """Rows by key, and the bodies, because both share one bound."""

    def __init__(self, bound: int) -> None:
        self.rows: OrderedDict[str, Entry] = OrderedDict()
        self.bodies: dict[str, bytes] = {}
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

    async def put(self, entry: Entry) -> bool:
        """Write the row; False where its blob is not there."""
        if isinstance(entry.body, Blob) and entry.body.digest not in self.bodies:
            return False
        self.rows[entry.key] = entry
        self.touch(entry.key)
        made = [e.key for e in self.rows.values() if e.parent == entry.parent and not e.pinned]
        if entry.parent is not None and len(made) > MAX_PICTURES:
            self._drop(made[0])
        return self.make_room(0)

    async def delete(self, key: str) -> None:
        """Remove the row, and its blob where no other row names it."""
        if key in self.rows:
            self._drop(key)

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
            self._drop(key)
        return True

    def _drop(self, key: str) -> None:
        body = self.rows.pop(key).body
        if body is not None and all(
            entry.body is None or entry.body.digest != body.digest for entry in self.rows.values()
        ):
            self.bodies.pop(body.digest, None)


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

    async def stream(self, blob: Blob) -> AsyncGenerator[bytes, None] | None:
        """Return the bytes in parts; None as for ``read``."""
        data = await self.read(blob)
        return None if data is None else _parts(data)


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


@dataclass(slots=True)
class _Claim:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    n_waiting: int = 0


async def _parts(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data
