"""Pins kept a second time: ``pins.jsonl``, append-only, so that no index damage loses one.

A line a change, with the row's own checksum; the last good line of a key counts. Lines are written
inside a write transaction of the index, which keeps processes apart, and fsynced before it commits.
"""

import errno
import json
import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from proxy.model.entry import Entry
from proxy.stores import entries, rows, shelf
from proxy.stores.directory import Directory

_SPARE_BYTES = 64 << 10  # so much may be outdated before the file is written anew

_log = logging.getLogger("proxy.stores")


class Pins:
    """The pins of ``directory``. Every method may raise OSError."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._path = directory.pins

    def add(self, pinned: Iterable[rows.Row]) -> None:
        """Remember rows that are pinned now."""
        self._append(_line(row) for row in pinned)

    def remove(self, keys: Iterable[str]) -> None:
        """Remember keys that are pinned no longer."""
        self._append(_dump({"key": key, "row": None}) for key in keys)

    def read(self) -> dict[str, rows.Row | None]:
        """Return what was last said of each key; None: unpinned."""
        said: dict[str, rows.Row | None] = {}
        n_bad = 0
        with suppress(FileNotFoundError), self._path.open("rb") as file:
            for line in file:
                try:
                    key, row = _parse(line)
                except (ValueError, TypeError, KeyError):
                    n_bad += 1
                    continue
                said[key] = row
        if n_bad:
            _log.warning("%s: %d lines cannot be read, passed over", self._path, n_bad)
        return said

    def restore(self, connection: sqlite3.Connection, *, now: float) -> int:
        """Make an index that was made anew, or is an older copy, agree; return how many it lacked.

        A pin whose blob is gone comes back too: its body heals by fetching, as any pinned one.
        """
        n_restored = 0
        for key, row in self.read().items():
            n_restored += self._restore_one(connection, key, row, now=now)
        return n_restored

    def mend(self, connection: sqlite3.Connection, key: str, *, now: float) -> bool:
        """Bring back the row of one key where it was pinned; tell whether it was."""
        row = self.read().get(key)
        return row is not None and self._restore_one(connection, key, row, now=now) > 0

    def compact(self, draft: Path) -> bool:
        """Write the file anew without what is outdated; False where that is not worth it."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return False
        if size <= _SPARE_BYTES:
            return False
        lines = [_line(row) for row in self.read().values() if row is not None]
        if size <= 2 * sum(map(len, lines)) + _SPARE_BYTES:
            return False
        with draft.open("wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._path)
        return True

    def _restore_one(
        self, connection: sqlite3.Connection, key: str, row: rows.Row | None, *, now: float
    ) -> int:
        held = entries.find(connection, key)
        if row is None:
            connection.execute("DELETE FROM pins WHERE key = ?", (key,))
            if held is not None and held.pinned:
                entries.set_pinned(connection, held, pinned=False)
            return 0
        pinned = rows.from_row(row, rows.checksum(row), key=key)
        if held is not None and held.pinned and _digest(held) == _digest(pinned):
            return 0
        connection.execute("INSERT OR IGNORE INTO pins VALUES (?)", (key,))
        entries.write(connection, row, touched_at=now)
        if pinned.body is not None:
            with suppress(FileNotFoundError):
                shelf.count(connection, self._directory, pinned.body.digest)
        return 1

    def _append(self, lines: Iterable[bytes]) -> None:
        text = b"".join(lines)
        if not text:
            return
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                text = b"\n" + text  # a line was cut by sudden death
            if os.write(file, text) != len(text):
                raise OSError(errno.ENOSPC, "", str(self._path))
            os.fsync(file)
        finally:
            os.close(file)


def _digest(entry: Entry) -> str | None:
    return entry.body.digest if entry.body else None


def _line(row: rows.Row) -> bytes:
    named = dict(zip(rows.COLUMNS, _texts(row), strict=True))
    return _dump({"key": named["key"], "row": named, "sum": rows.checksum(row).hex()})


def _dump(value: dict[str, object]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _texts(row: rows.Row) -> Iterator[str | int | float | None]:
    return (column.decode() if isinstance(column, bytes) else column for column in row)


def _parse(line: bytes) -> tuple[str, rows.Row | None]:
    """Return (key, row) of a line; raises ValueError, TypeError, KeyError."""
    said = json.loads(line)
    key, found = said["key"], said["row"]
    if not isinstance(key, str):
        raise TypeError(f"{key!r} is no key")
    if found is None:
        return key, None
    row = tuple(
        value.encode() if isinstance(value, str) else value
        for value in (found[column] for column in rows.COLUMNS)
    )
    rows.from_row(row, bytes.fromhex(said["sum"]), key=key)
    return key, row
