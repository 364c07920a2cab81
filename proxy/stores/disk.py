"""The disk backend: opens the index and the blobs of one directory, and keeps them in order.

``cache.dir`` is shared by every process of the service; what is private to one is in ``drafts/``.
A disk that cannot be used is a state, not a failure: it is tried again every few seconds.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

from proxy.errors import StoreUnavailable
from proxy.settings import Cache
from proxy.stores.blobs import DiskBlobs
from proxy.stores.claims import claim
from proxy.stores.directory import Directory
from proxy.stores.health import Health
from proxy.stores.index import DiskIndex
from proxy.stores.ledger import Ledger
from proxy.stores.protocols import StoreState
from proxy.stores.schema import IndexFile
from proxy.stores.space import Space
from proxy.stores.sweep import sweep
from proxy.stores.writer import Writer

_TOUCHES_AFTER_S = 60.0
_PROBE = bytes(64 << 10)
_FULL = "cache.disk is full and nothing in it may be evicted (pinned, or being written)"


class Disk:
    """Rows and bytes under ``cache.dir``."""

    def __init__(self, settings: Cache, *, now: Callable[[], float]) -> None:
        self._now = now
        self._directory = Directory(Path(settings.dir).expanduser())
        self._health = Health()
        self._file = IndexFile(self._directory.index, lock=self._directory.locks / "index", now=now)
        self._writer = Writer(self._file, prepare=self._directory.prepare)
        self.index = DiskIndex(
            self._file,
            writer=self._writer,
            directory=self._directory,
            health=self._health,
            now=now,
        )
        self._ledger = Ledger(
            self._directory,
            bound=settings.disk,
            now=now,
            write_touches=self.index.write_touches,
        )
        self._space = Space(
            writer=self._writer,
            ledger=self._ledger,
            directory=self._directory,
            health=self._health,
            now=now,
        )
        self.blobs = DiskBlobs(self._space)
        self._touches_due_at = now() + _TOUCHES_AFTER_S
        self._last = StoreState()

    @classmethod
    async def open(cls, settings: Cache, *, now: Callable[[], float]) -> "Disk":
        """Open the directory, made where it is missing; degraded where it cannot be."""
        disk = cls(settings, now=now)
        await disk.tend()
        return disk

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
        """Do what is due: probe the disk, write touches, clear away the dead, keep the bound."""
        try:
            if self._health.degraded:
                await self._writer.do(self._probe)
            await self._space.release_dead()
            await self.index.renew()
            self._health.recovered()
            if self._now() >= self._touches_due_at:
                await self._flush()
            while await self._writer.do(self._ledger.trim):
                pass
        except StoreUnavailable as exc:
            self._health.failed(exc)

    async def sweep(self) -> None:
        """Compare index and blobs in small steps."""
        try:
            await sweep(
                file=self._file,
                writer=self._writer,
                ledger=self._ledger,
                directory=self._directory,
            )
        except StoreUnavailable as exc:
            self._health.failed(exc)

    async def close(self) -> None:
        """Write what is pending and let go of everything."""
        try:
            await self._flush()
        except StoreUnavailable as exc:
            self._health.failed(exc)
        await self._writer.close()
        self.index.close()
        await asyncio.to_thread(self._directory.leave)

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
        if counts is None:
            raise StoreUnavailable("the index has no totals")
        disk_bytes, originals, pictures = (count for count in counts if isinstance(count, int))
        return StoreState(disk_bytes=disk_bytes, originals=originals, pictures=pictures)
