"""The rows on disk: read on the event loop (6 µs), written by the one writer thread.

Knows no file of a blob but through the shelf. Recency is written in batches, never a write a hit.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress

from proxy.errors import StoreUnavailable
from proxy.model.body import Blob
from proxy.model.entry import Entry
from proxy.stores import rows, shelf
from proxy.stores.directory import Directory
from proxy.stores.health import Health
from proxy.stores.protocols import MAX_PICTURES
from proxy.stores.schema import IndexFile, is_damage
from proxy.stores.writer import Writer

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SELECT = f"SELECT {', '.join(rows.COLUMNS)}, checksum FROM entries WHERE key = ?"  # noqa: S608  # constants
_INSERT = f"INSERT INTO entries VALUES ({', '.join('?' * (len(rows.COLUMNS) + 2))})"  # noqa: S608  # constants
_TOUCH = "UPDATE entries SET touched_at = ? WHERE key = ?"
_TOO_MANY = (
    "SELECT rowid FROM entries WHERE parent = ?"
    " ORDER BY pinned DESC, key = ? DESC, touched_at DESC LIMIT -1 OFFSET ?"
)


class DiskIndex:
    """Rows by key. ``renew`` must have succeeded before anything is found."""

    def __init__(
        self,
        file: IndexFile,
        *,
        writer: Writer,
        directory: Directory,
        health: Health,
        now: Callable[[], float],
    ) -> None:
        self._file = file
        self._writer = writer
        self._directory = directory
        self._health = health
        self._now = now
        self._touched: set[str] = set()
        self._reader: sqlite3.Connection | None = None
        self._read_from: tuple[int, int] | None = None

    def get(self, key: str) -> Entry | None:
        """Return the row, None where there is none or it is damaged (it is then removed)."""
        found = self.ask(lambda reader: reader.execute(_SELECT, (key,)).fetchone())
        if found is None:
            return None
        *row, sum_ = found
        try:
            return rows.from_row(tuple(row), sum_, key=key)
        except rows.BadRow:
            self._writer.post(
                lambda connection: connection.execute(
                    "DELETE FROM entries WHERE key = ? AND checksum IS ?", (key, sum_)
                )
            )
            return None

    def ask(self, question: Callable[[sqlite3.Connection], rows.Row | None]) -> rows.Row | None:
        """Put a short question to the index; raises StoreUnavailable where it cannot be asked."""
        if self._reader is None:
            raise StoreUnavailable("the index is not open")
        try:
            return question(self._reader)
        except sqlite3.Error as exc:
            failure = StoreUnavailable(f"the index cannot be read: {exc}")
            if getattr(exc, "sqlite_errorcode", 0) & 0xFF not in _BUSY:
                self.close()
                self._health.failed(failure)
            if is_damage(exc):
                self._writer.suspect()
            raise failure from exc

    def touch(self, key: str) -> None:
        """Remember that the row was used."""
        self._touched.add(key)

    def write_touches(self, connection: sqlite3.Connection) -> None:
        """Write what was touched since the last time, originals of touched pictures with it."""
        touched, self._touched = self._touched, set()
        now = self._now()
        for key in touched:
            connection.execute(_TOUCH, (now, key))
            connection.execute(
                "UPDATE entries SET touched_at = ?"
                " WHERE key = (SELECT parent FROM entries WHERE key = ?)",
                (now, key),
            )

    async def put(self, entry: Entry) -> bool:
        """Write the row; False where the disk fails or has not the blob it names."""
        if self._health.degraded:
            return False
        try:
            row = rows.to_row(entry)
        except UnicodeEncodeError:
            return False  # a media type that is no text is not worth a row
        try:
            return await self._writer.do(lambda connection: self._put(connection, entry, row))
        except StoreUnavailable as exc:
            self._health.failed(exc)
            return False

    async def delete(self, key: str) -> None:
        """Remove the row, and its blob where no other row names it."""
        try:
            await self._writer.do(lambda connection: self._delete(connection, key))
        except StoreUnavailable as exc:
            self._health.failed(exc)

    async def renew(self) -> None:
        """Read from what stands at the path now. Raises StoreUnavailable."""
        there = self._file.identity()
        if self._reader is not None and there == self._read_from:
            return
        self.close()
        try:
            self._reader = await asyncio.to_thread(self._file.reader)
        except sqlite3.Error as exc:
            raise StoreUnavailable(f"the index cannot be read: {exc}") from exc
        self._read_from = there

    def close(self) -> None:
        """Stop reading."""
        if self._reader is not None:
            with suppress(sqlite3.Error):
                self._reader.close()
        self._reader = None

    def _put(self, connection: sqlite3.Connection, entry: Entry, row: rows.Row) -> bool:
        if isinstance(entry.body, Blob) and not _may_name(connection, entry.key, entry.body):
            return False
        now = self._now()
        texts = [column.decode() if isinstance(column, bytes) else column for column in row]
        connection.execute("DELETE FROM entries WHERE key = ?", (entry.key,))
        connection.execute(_INSERT, (*texts, rows.checksum(row), now))
        if entry.parent is not None:
            connection.execute(_TOUCH, (now, entry.parent))
            found = connection.execute(_TOO_MANY, (entry.parent, entry.key, MAX_PICTURES))
            connection.executemany(
                "DELETE FROM entries WHERE rowid = ? AND pinned = 0", found.fetchall()
            )
        return True

    def _delete(self, connection: sqlite3.Connection, key: str) -> None:
        found = connection.execute("SELECT digest FROM entries WHERE key = ?", (key,)).fetchone()
        connection.execute("DELETE FROM entries WHERE key = ?", (key,))
        if found and found[0]:
            shelf.drop_unnamed(connection, self._directory, found[0])


def _may_name(connection: sqlite3.Connection, key: str, blob: Blob) -> bool:
    """Tell whether the blob is there, or its loss is known to this row (it heals by fetching)."""
    return bool(
        connection.execute(
            "SELECT 1 FROM blobs WHERE digest = ?"
            " UNION ALL SELECT 1 FROM entries WHERE key = ? AND digest = ?",
            (blob.digest, key, blob.digest),
        ).fetchone()
    )
