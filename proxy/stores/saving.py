"""When the index is copied, and by which process: every ten minutes, after a purge, at the end.

Room is reserved as for a body, so the copies count against the bound. ``pins.jsonl`` is written
anew at the same time where it has grown.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

from proxy.errors import StoreUnavailable
from proxy.stores.backup import Copies
from proxy.stores.claims import try_lock
from proxy.stores.directory import Directory
from proxy.stores.pins import Pins
from proxy.stores.schema import FAILURES
from proxy.stores.space import Space
from proxy.stores.writer import Writer

EVERY_S = 600.0


class Saving:
    """Copies the index of ``directory``."""

    def __init__(
        self,
        directory: Directory,
        *,
        writer: Writer,
        space: Space,
        pins: Pins,
        now: Callable[[], float],
    ) -> None:
        self._directory = directory
        self._writer = writer
        self._space = space
        self._pins = pins
        self._now = now
        self._copies = Copies(directory.index)

    async def tend(self) -> None:
        """Copy the index where that is due and no other process does. Raises StoreUnavailable."""
        if await self._writer.do(self._is_due):
            await self.save()

    async def save(self) -> None:
        """Copy the index now, unless another process does. Raises StoreUnavailable."""
        try:
            lock = try_lock(self._directory.locks / "save")
        except OSError as exc:
            raise StoreUnavailable(f"nothing can be locked: {exc}") from exc
        if lock is None:
            return
        draft = self._directory.draft()
        try:
            size = await self._writer.do(_index_bytes)
            await self._writer.do(lambda _: self._pins.compact(draft))
            if await self._space.reserve(draft, size):
                await self._copy(draft)
        finally:
            self._space.release(draft)
            os.close(lock)

    async def _copy(self, draft: Path) -> None:
        copying = asyncio.ensure_future(asyncio.to_thread(self._copies.make, draft))
        try:
            await asyncio.shield(copying)
        except asyncio.CancelledError:
            await asyncio.wait([copying])  # it uses our draft
            raise
        except (*FAILURES, OSError) as exc:
            draft.unlink(missing_ok=True)  # noqa: ASYNC240  # some µs
            raise StoreUnavailable(f"the index cannot be copied: {exc}") from exc
        if copying.result():
            self._writer.suspect()  # the next job goes through it and replaces it

    def _is_due(self, connection: sqlite3.Connection) -> bool:
        """Tell whether the last copy is old; whoever is told so makes the next."""
        now = self._now()
        (saved_at,) = connection.execute("SELECT saved_at FROM totals").fetchone()
        if abs(now - saved_at) < EVERY_S:
            return False
        connection.execute("UPDATE totals SET saved_at = ?", (now,))
        return True


def _index_bytes(connection: sqlite3.Connection) -> int:
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    return pages * size
