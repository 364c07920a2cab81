"""Small things ``flow`` remembers across processes: failures, breakers, rungs. Rows of the index.

At most ``MAX_NOTES``; those that expire first go first. Knows nothing of what they mean.
"""

import json
import sqlite3
from collections.abc import Callable
from hashlib import blake2b

from proxy.errors import StoreUnavailable
from proxy.stores.health import Health
from proxy.stores.index import DiskIndex
from proxy.stores.protocols import MAX_NOTES, Note
from proxy.stores.tombstones import cover
from proxy.stores.writer import Writer

_SELECT = "SELECT value, until, source, host, checksum FROM notes WHERE key = ?"


class DiskNotes:
    """Notes by key."""

    def __init__(
        self, *, index: DiskIndex, writer: Writer, health: Health, now: Callable[[], float]
    ) -> None:
        self._index = index
        self._writer = writer
        self._health = health
        self._now = now

    def get(self, key: str) -> Note | None:
        """Return a note, None where there is none, or a damaged one. Raises StoreUnavailable."""
        found = self._index.ask(lambda reader: reader.execute(_SELECT, (key,)).fetchone())
        if found is None:
            return None
        value, until, source, host, sum_ = found
        try:
            note = Note(
                value=json.loads(value), until=until, source=source.decode(), host=host.decode()
            )
            return note if _checksum(key, note) == sum_ else None
        except (ValueError, TypeError, AttributeError):
            return None

    async def put(self, key: str, note: Note, *, began: int | None) -> bool:
        """Write a note; False where the disk fails, or it was purged after ``began``."""
        return bool(await self._try(lambda connection: self._put(connection, key, note, began)))

    async def delete(self, key: str) -> None:
        """Remove a note."""
        await self._try(
            lambda connection: connection.execute("DELETE FROM notes WHERE key = ?", (key,))
        )

    async def tend(self) -> None:
        """Remove what has expired. Raises StoreUnavailable."""
        now = self._now()
        await self._writer.do(
            lambda connection: connection.execute("DELETE FROM notes WHERE until <= ?", (now,))
        )

    async def _try(self, work: Callable[[sqlite3.Connection], object]) -> object:
        if self._health.degraded:
            return None
        try:
            return await self._writer.do(work)
        except StoreUnavailable as exc:
            self._health.failed(exc)
            return None

    def _put(self, connection: sqlite3.Connection, key: str, note: Note, began: int | None) -> bool:
        if began is not None and cover(connection, note.source, note.host, began):
            return False
        connection.execute("DELETE FROM notes WHERE key = ?", (key,))
        connection.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?)",
            (key, _json(note), note.until, note.source, note.host, _checksum(key, note)),
        )
        (n_notes,) = connection.execute("SELECT notes FROM totals").fetchone()
        connection.execute(
            "DELETE FROM notes WHERE key IN (SELECT key FROM notes ORDER BY until LIMIT ?)",
            (max(0, n_notes - MAX_NOTES),),
        )
        return True


def _json(note: Note) -> str:
    return json.dumps(note.value, separators=(",", ":"))


def _checksum(key: str, note: Note) -> bytes:
    told = (key, _json(note), float(note.until), note.source, note.host)
    return blake2b(repr(told).encode(errors="surrogatepass"), digest_size=16).digest()
