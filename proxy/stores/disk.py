"""The disk backend: opens the index and the blobs of one directory, and keeps them in order.

``cache.dir`` is shared by every process of the service; what is private to one is in ``drafts/``.
A disk that cannot be used is a state, not a failure: it is tried again every few seconds.
"""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

from proxy.errors import StoreUnavailable
from proxy.model.body import Held
from proxy.model.entry import Entry
from proxy.settings import Cache
from proxy.stores.blobs import DiskBlobs
from proxy.stores.claims import claim
from proxy.stores.counter import Counter
from proxy.stores.directory import Directory
from proxy.stores.health import Health
from proxy.stores.index import DiskIndex
from proxy.stores.ledger import Ledger
from proxy.stores.looking import DiskLooking
from proxy.stores.notes import DiskNotes
from proxy.stores.pinning import DiskPinning
from proxy.stores.pins import Pins
from proxy.stores.protocols import StoreState
from proxy.stores.purges import DiskPurges
from proxy.stores.saving import Saving
from proxy.stores.schema import IndexFile
from proxy.stores.space import Space
from proxy.stores.sweep import sweep
from proxy.stores.verify import Verification
from proxy.stores.writer import Writer

_TOUCHES_AFTER_S = 60.0
_SWEEP_EVERY_S = 86400.0
_PROBE = bytes(64 << 10)
_FULL = "cache.disk is full and nothing in it may be evicted (pinned, or being written)"


class Disk:
    """Rows and bytes under ``cache.dir``."""

    def __init__(self, settings: Cache, *, now: Callable[[], float]) -> None:
        self._now = now
        self._directory = directory = Directory(Path(settings.dir).expanduser())
        self._health = health = Health()
        self._counter = Counter(directory.purges)
        self._pins = pins = Pins(directory)
        self._file = IndexFile(
            directory.index,
            lock=directory.locks / "index",
            now=now,
            counter=self._counter,
            restore=lambda connection: pins.restore(connection, now=now()),
        )
        self._writer = writer = Writer(self._file, prepare=directory.prepare)
        self.index = DiskIndex(
            self._file, writer=writer, directory=directory, health=health, pins=pins, now=now
        )
        self._ledger = Ledger(
            directory,
            bound=settings.disk,
            now=now,
            write_touches=self.index.write_touches,
            mend=self.index.mend,
        )
        self._space = Space(
            writer=writer, ledger=self._ledger, directory=directory, health=health, now=now
        )
        self.blobs = DiskBlobs(self._space)
        self.purges = DiskPurges(
            index=self.index,
            writer=writer,
            directory=directory,
            counter=self._counter,
            pins=pins,
            now=now,
        )
        self.notes = DiskNotes(index=self.index, writer=writer, health=health, now=now)
        self.pinning = DiskPinning(writer=writer, pins=pins)
        self._verification = Verification(
            index=self.index, writer=writer, directory=directory, pins=pins, now=now
        )
        self.looking = DiskLooking(self._file, verification=self._verification)
        self._saving = Saving(directory, writer=writer, space=self._space, pins=pins, now=now)
        self._touches_due_at = now() + _TOUCHES_AFTER_S
        self._swept: tuple[tuple[int, int] | None, float] | None = None
        self._last = StoreState()

    @classmethod
    async def open(cls, settings: Cache, *, now: Callable[[], float]) -> "Disk":
        """Open the directory, made where it is missing; degraded where it cannot be.

        Takes no longer the more is kept: what does (a copy of the index, eviction) is left to the
        first ``tend``.
        """
        disk = cls(settings, now=now)
        if not await disk._tried(disk._join):
            await disk._tried(disk._join)
        return disk

    async def keep(self, entry: Entry, body: Held, *, began: int | None = None) -> Entry | None:
        """Write a row with its body in one transaction; None where it is not kept."""
        put = self.index.putting(entry, began=began)
        if put is None:
            return None
        return await self._space.shelve(body.digest, self._directory.draft(), body.data, then=put)

    def claim(self, key: str) -> AbstractAsyncContextManager[None]:
        """Hold ``key`` alone among all processes; the caller sets the deadline."""
        return claim(self._directory.locks, key)

    def state(self) -> StoreState:
        """Return how it stands; sizes are the last known where the index cannot be asked."""
        with suppress(StoreUnavailable):
            self._last = self._count()
        reason = self._health.reason or (_FULL if self._space.full else "")
        return StoreState(
            degraded=bool(reason),
            reason=reason,
            disk_bytes=self._last.disk_bytes,
            originals=self._last.originals,
            pictures=self._last.pictures,
        )

    async def tend(self) -> None:
        """Do what is due: probe the disk, write touches, clear away the dead, keep the bound.

        Once more where it fails: a damaged index is replaced by whoever comes next.
        """
        if not await self._tried(self._join, self._keep_in_order):
            await self._tried(self._join, self._keep_in_order)

    def unswept(self) -> bool:
        """Tell whether ``sweep`` is due: after a start, a new index, a day."""
        if self._swept is None or self._swept[0] != self._file.identity():
            return True
        return abs(self._now() - self._swept[1]) > _SWEEP_EVERY_S

    async def sweep(self) -> None:
        """Compare index and blobs in small steps."""
        self._swept = (self._file.identity(), self._now())
        try:
            await sweep(
                file=self._file,
                writer=self._writer,
                ledger=self._ledger,
                directory=self._directory,
                verification=self._verification,
            )
        except StoreUnavailable as exc:
            self._health.failed(exc)

    async def save(self) -> None:
        """Write what must outlive this process: touches, a copy of the index."""
        try:
            await self._flush()
            await self._saving.save()
        except StoreUnavailable as exc:
            self._health.failed(exc)

    async def close(self) -> None:
        """Let go of everything."""
        await self._writer.close()
        self.index.close()
        self._counter.close()
        await asyncio.to_thread(self._directory.leave)

    async def _tried(self, *steps: Callable[[], Awaitable[None]]) -> bool:
        """Do the steps; tell whether none failed."""
        try:
            for step in steps:
                await step()
        except (OSError, StoreUnavailable) as exc:
            self._health.failed(exc)
            return False
        return True

    async def _join(self) -> None:
        """Work with what stands in the directory now, where the disk lets us."""
        if self._health.degraded:
            await self._writer.do(self._probe)
        await self._space.release_dead()
        self._counter.renew()
        await self.index.renew()
        self._health.recovered()

    async def _keep_in_order(self) -> None:
        if self._now() >= self._touches_due_at:
            await self._flush()
        await self.purges.tend()
        await self.notes.tend()
        await self._space.trim()
        await self._saving.tend()

    async def _flush(self) -> None:
        self._touches_due_at = self._now() + _TOUCHES_AFTER_S
        await self._writer.do(self.index.write_touches)

    def _probe(self, connection: sqlite3.Connection) -> None:
        """Write as a small picture would; raises OSError, sqlite3.Error."""
        self._directory.prepare()
        path = self._directory.draft()
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            if os.pwrite(file, _PROBE, 0) != len(_PROBE):
                raise StoreUnavailable("No space left on device")
        finally:
            os.close(file)
            path.unlink()
        connection.execute("UPDATE totals SET blobs = blobs")

    def _count(self) -> StoreState:
        usage_of = self._ledger.usage
        counts = self.index.ask(
            lambda reader: (
                usage_of(reader).total,
                *reader.execute("SELECT originals, pictures FROM totals").fetchone(),
            )
        )
        disk_bytes, originals, pictures = counts
        return StoreState(disk_bytes=disk_bytes, originals=originals, pictures=pictures)
