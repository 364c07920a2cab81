"""The table of entries: how its rows are read, written and believed.

Every function runs on a connection that writes, inside a transaction. Knows no file.
"""

import sqlite3
from dataclasses import replace

from proxy.model.entry import Entry
from proxy.stores import rows

_COLUMNS = ", ".join(rows.COLUMNS)
SELECT = f"SELECT {_COLUMNS}, checksum FROM entries WHERE key = ?"  # noqa: S608  # constants
_SELECT_AT = f"SELECT {_COLUMNS}, checksum FROM entries WHERE rowid = ?"  # noqa: S608  # constants
_INSERT = f"INSERT INTO entries VALUES ({', '.join('?' * (len(rows.COLUMNS) + 2))})"  # noqa: S608  # constants


def find(connection: sqlite3.Connection, key: str) -> Entry | None:
    """Return the row of ``key``; None where there is none, or a damaged one."""
    return _believed(connection.execute(SELECT, (key,)).fetchone())


def is_sound(connection: sqlite3.Connection, rowid: int) -> bool:
    """Tell whether a row is what was written."""
    return _believed(connection.execute(_SELECT_AT, (rowid,)).fetchone()) is not None


def write(connection: sqlite3.Connection, row: rows.Row, *, touched_at: float) -> None:
    """Put a row in place of that of the same key."""
    texts = [column.decode() if isinstance(column, bytes) else column for column in row]
    connection.execute("DELETE FROM entries WHERE key = ?", (texts[0],))
    connection.execute(_INSERT, (*texts, rows.checksum(row), touched_at))


def set_pinned(connection: sqlite3.Connection, entry: Entry, *, pinned: bool) -> rows.Row:
    """Pin a row that is there, or unpin it; return it as it is now."""
    row = rows.to_row(replace(entry, pinned=pinned))
    connection.execute(
        "UPDATE entries SET pinned = ?, checksum = ? WHERE key = ?",
        (int(pinned), rows.checksum(row), entry.key),
    )
    return row


def _believed(found: tuple[object, ...] | None) -> Entry | None:
    if found is None:
        return None
    *columns, sum_ = found
    row = tuple(
        column.encode(errors="replace") if isinstance(column, str) else column
        for column in columns
        if isinstance(column, str | bytes | int | float | None)
    )
    key = row[0].decode(errors="replace") if isinstance(row[0], bytes) else ""
    try:
        return rows.from_row(row, sum_ if isinstance(sum_, bytes) else None, key=key)
    except rows.BadRow:
        return None
