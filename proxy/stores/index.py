"""The rows on disk: read on the event loop (6 µs), written by the one writer thread.

Knows no file of a blob but through the shelf. Recency is written in batches, never a write a hit.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

from proxy.errors import StoreUnavailable
from proxy.model.body import Blob
from proxy.model.entry import Entry
from proxy.stores import entries, rows, shelf
from proxy.stores.directory import Directory
from proxy.stores.health import Health
from proxy.stores.pins import Pins
from proxy.stores.protocols import MAX_PICTURES
from proxy.stores.schema import FAILURES, IndexFile, is_damage
from proxy.stores.tombstones import cover
from proxy.stores.writer import Writer

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_TOUCH = "UPDATE entries SET touched_at = ? WHERE key = ?"
_TOO_MANY = (
    "SELECT rowid FROM entries WHERE parent = ?"
    " ORDER BY pinned DESC, key = ? DESC, touched_at DESC LIMIT -1 OFFSET ?"
)

_T = TypeVar("_T")


class DiskIndex:
    """Rows by key. ``renew`` must have succeeded before anything is found."""

    def __init__(  # noqa: PLR0913  # the parts it works on
        self,
        file: IndexFile,
        *,
        writer: Writer,
        directory: Directory,
        health: Health,
        pins: Pins,
        now: Callable[[], float],
    ) -> None:
        self._file = file
        self._writer = writer
        self._directory = directory
        self._health = health
        self._pins = pins
        self._now = now
        self._touched: set[str] = set()
        self._reader: sqlite3.Connection | None = None
        self._read_from: tuple[int, int] | None = None

    def get(self, key: str) -> Entry | None:
        """Return the row, None where there is none or it is damaged (it is then removed)."""
        found = self.ask(lambda reader: _row_or_pin(reader, key))
        if found is None:
            return None
        if not found:
            self._writer.post(lambda connection: self._put_back(connection, key))
            return None
        *row, sum_ = found
        try:
            return rows.from_row(tuple(row), sum_, key=key)
        except rows.BadRow:
            self._writer.post(lambda connection: self._remove_bad(connection, key, sum_))
            return None

    def ask(self, question: Callable[[sqlite3.Connection], _T]) -> _T:
        """Put a short question to the index; raises StoreUnavailable where it cannot be asked."""
        if self._reader is None:
            raise StoreUnavailable("the index is not open")
        try:
            return question(self._reader)
        except FAILURES as exc:
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

    async def put(self, entry: Entry, *, began: int | None = None) -> Entry | None:
        """Write the row and return it as it is kept; None where it is not (see protocols)."""
        work = self.putting(entry, began=began)
        try:
            return None if work is None else await self._writer.do(work)
        except StoreUnavailable as exc:
            self._health.failed(exc)
            return None

    def putting(
        self, entry: Entry, *, began: int | None = None
    ) -> Callable[[sqlite3.Connection], Entry | None] | None:
        """Return the work of ``put``; None where there is no use in trying."""
        if self._health.degraded:
            return None
        try:
            row = rows.to_row(entry)
        except UnicodeEncodeError:
            return None  # a media type that is no text is not worth a row
        return lambda connection: self._put(connection, entry, row, began=began)

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
        except FAILURES as exc:
            raise StoreUnavailable(f"the index cannot be read: {exc}") from exc
        self._read_from = there

    def close(self) -> None:
        """Stop reading."""
        if self._reader is not None:
            with suppress(sqlite3.Error):
                self._reader.close()
        self._reader = None

    def mend(self, connection: sqlite3.Connection, rowid: int) -> bool:
        """Remove a row that is not what was written, or put its pin back; False: it is sound."""
        if entries.is_sound(connection, rowid):
            return False
        found = connection.execute(
            "SELECT key, checksum FROM entries WHERE rowid = ?", (rowid,)
        ).fetchone()
        connection.execute("DELETE FROM entries WHERE rowid = ?", (rowid,))
        if found is not None and isinstance(found[0], str):
            self._pins.mend(connection, found[0], now=self._now())
        return True

    def _put_back(self, connection: sqlite3.Connection, key: str) -> None:
        """Write the row of a pin that has none: damage made it another's, or it was forgotten."""
        if entries.find(connection, key) is None:
            self._pins.mend(connection, key, now=self._now())

    def _remove_bad(self, connection: sqlite3.Connection, key: str, sum_: object) -> None:
        found = connection.execute(
            "DELETE FROM entries WHERE key = ? AND checksum IS ?", (key, sum_)
        )
        if found.rowcount:
            self._pins.mend(connection, key, now=self._now())

    def _put(
        self, connection: sqlite3.Connection, entry: Entry, row: rows.Row, *, began: int | None
    ) -> Entry | None:
        if began is not None and cover(connection, entry.source, entry.host, began):
            if isinstance(entry.body, Blob):
                shelf.drop_unnamed(connection, self._directory, entry.body.digest)
            return None
        if isinstance(entry.body, Blob) and not _may_name(connection, entry.key, entry.body):
            return None
        now = self._now()
        if not entry.pinned and _is_pinned(connection, entry.key):
            entry = replace(entry, pinned=True)  # only ``unpin`` and a purge take a pin away
            row = rows.to_row(entry)
        if entry.pinned:
            self._keep_pinned(connection, entry, row)
        entries.write(connection, row, touched_at=now)
        if entry.parent is not None:
            connection.execute(_TOUCH, (now, entry.parent))
            found = connection.execute(_TOO_MANY, (entry.parent, entry.key, MAX_PICTURES))
            connection.executemany(
                "DELETE FROM entries WHERE rowid = ? AND pinned = 0", found.fetchall()
            )
        return entry

    def _delete(self, connection: sqlite3.Connection, key: str) -> None:
        found = connection.execute("SELECT digest FROM entries WHERE key = ?", (key,)).fetchone()
        connection.execute("DELETE FROM entries WHERE key = ?", (key,))
        if found and found[0]:
            shelf.drop_unnamed(connection, self._directory, found[0])

    def _keep_pinned(self, connection: sqlite3.Connection, entry: Entry, row: rows.Row) -> None:
        """Write a pin a second time where it is new or its body is."""
        digest = entry.body.digest if isinstance(entry.body, Blob) else None
        held = connection.execute(
            "SELECT 1 FROM entries WHERE key = ? AND pinned = 1 AND digest IS ?",
            (entry.key, digest),
        ).fetchone()
        if held is None:
            connection.execute("INSERT OR IGNORE INTO pins VALUES (?)", (entry.key,))
            self._pins.add((row,))


def _row_or_pin(reader: sqlite3.Connection, key: str) -> rows.Row | None:
    """Return the row with its checksum; () for a pin without one, None for nothing at all."""
    found: rows.Row | None = reader.execute(entries.SELECT, (key,)).fetchone()
    if found is None and _is_pinned(reader, key):
        return ()
    return found


def _is_pinned(connection: sqlite3.Connection, key: str) -> bool:
    """Tell whether a key is pinned, its row there or not."""
    return connection.execute("SELECT 1 FROM pins WHERE key = ?", (key,)).fetchone() is not None


def _may_name(connection: sqlite3.Connection, key: str, blob: Blob) -> bool:
    """Tell whether the blob is there, or its loss is known to this row (it heals by fetching)."""
    return bool(
        connection.execute(
            "SELECT 1 FROM blobs WHERE digest = ?"
            " UNION ALL SELECT 1 FROM entries WHERE key = ? AND digest = ?",
            (blob.digest, key, blob.digest),
        ).fetchone()
    )
