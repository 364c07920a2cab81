"""What is kept: the memory tier over a backend. The door through which ``flow`` comes.

Nothing here raises because a disk fails: what cannot be kept is answered all the same.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from proxy.errors import StoreUnavailable
from proxy.model.body import Chunks, Held, Stored
from proxy.model.entry import Entry
from proxy.settings import Cache
from proxy.stores import BACKENDS
from proxy.stores.protocols import Backend, Draft, StoreState
from proxy.stores.recall import MAX_BODY_BYTES, Recall
from proxy.tasks import Tasks

TEND_S = 10.0  # a disk that failed is tried again this often
_SWEEP_EVERY = 8640  # tends: a day


class Store:
    """Entries and their bodies, for one process; several may share a directory."""

    def __init__(self, backend: Backend, *, memory_bytes: int, tasks: Tasks) -> None:
        self._backend = backend
        self._recall = Recall(memory_bytes)
        self._upkeep = tasks.spawn(self._tend_for_ever(), name="stores.tend")

    @classmethod
    async def open(
        cls, settings: Cache, *, now: Callable[[], float], tasks: Tasks, backend: str = "disk"
    ) -> "Store":
        """Open ``backend`` as the settings say. A disk that cannot be used is a degraded store."""
        opened = await dict(BACKENDS)[backend](settings, now=now)
        return cls(opened, memory_bytes=settings.memory, tasks=tasks)

    def recall(self, key: str) -> Entry | None:
        """Return what this process remembers of a key; another may have replaced it on disk."""
        entry = self._recall.entry(key)
        if entry is not None:
            self._backend.index.touch(key)
        return entry

    async def look_up(self, key: str) -> Entry | None:
        """Return what the index says of a key, past the memory, which is brought up to date.

        Where the index cannot be asked, or has no row because the body could not be kept, what is
        remembered is all there is.
        """
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

    async def begin(self, length: int | None) -> Draft:
        """Start a body of ``length`` bytes (None: unknown). Never raises for a failing disk."""
        return await self._backend.blobs.begin(length)

    async def keep(self, entry: Entry) -> bool:
        """Keep an entry; False where the disk does not have it (memory may, for a while)."""
        self._recall.keep_entry(entry)
        if isinstance(entry.body, Held):
            return False
        return await self._backend.index.put(entry)

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
        self._upkeep.cancel()
        await asyncio.wait([self._upkeep])
        await self._backend.close()

    async def _tend_for_ever(self) -> None:
        n_tended = 0
        while True:
            if n_tended % _SWEEP_EVERY == 0:
                await self._backend.sweep()
            await asyncio.sleep(TEND_S)
            await self.tend()
            n_tended += 1
