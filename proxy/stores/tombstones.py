"""Tombstones: what was purged and when, by number, in the table of that name.

Functions of a connection. Trimmed ones count as if each had covered everything: a process that
slept through them forgets all it remembers, a fetch begun before them is not kept.
"""

import sqlite3

from proxy.model.purge import Scope, Selector


def since(connection: sqlite3.Connection, number: int) -> tuple[int, list[tuple[int, Selector]]]:
    """Return up to which they were trimmed, and those after ``number`` in order."""
    trimmed: int = connection.execute("SELECT trimmed FROM totals").fetchone()[0]
    found = connection.execute(
        "SELECT number, scope, value FROM tombstones WHERE number > ? ORDER BY number", (number,)
    )
    return trimmed, [
        (last, Selector(Scope(_text(scope)), _text(value))) for last, scope, value in found
    ]


def cover(connection: sqlite3.Connection, source: str, host: str, began: int) -> bool:
    """Tell whether one after ``began`` covers a source of a host."""
    trimmed, found = since(connection, began)
    return trimmed > began or any(selector.covers(source, host) for _, selector in found)


def last(connection: sqlite3.Connection) -> int:
    """Return the highest number given so far."""
    highest, trimmed = connection.execute(
        "SELECT (SELECT max(number) FROM tombstones), trimmed FROM totals"
    ).fetchone()
    return int(max(highest or 0, trimmed))


def add(connection: sqlite3.Connection, number: int, selector: Selector, *, now: float) -> None:
    """Write one."""
    connection.execute(
        "INSERT INTO tombstones VALUES (?, ?, ?, ?)",
        (number, selector.scope.value, selector.value, now),
    )


def trim(connection: sqlite3.Connection, *, before: float) -> None:
    """Forget those written before an instant."""
    highest = connection.execute(
        "SELECT max(number) FROM tombstones WHERE written_at < ?", (before,)
    ).fetchone()[0]
    if highest is not None:
        connection.execute("DELETE FROM tombstones WHERE number <= ?", (highest,))
        connection.execute("UPDATE totals SET trimmed = max(trimmed, ?)", (highest,))


def _text(column: str | bytes) -> str:
    return column.decode() if isinstance(column, bytes) else column
