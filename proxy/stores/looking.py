"""What an operator sees of the disk, beside a running server: lists, counts by host, a full check.

Reads in threads, on connections of their own, in pieces; changes through the writer.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from proxy.errors import StoreUnavailable
from proxy.model.entry import Entry
from proxy.stores import rows
from proxy.stores.cursor import cursor_of, read_cursor
from proxy.stores.protocols import HostUse, Page, Verified
from proxy.stores.schema import FAILURES, IndexFile
from proxy.stores.verify import Verification

_COLUMNS = ", ".join(rows.COLUMNS)
_LIST = (
    f"SELECT {_COLUMNS}, checksum FROM entries"  # noqa: S608  # constants
    " WHERE (source, key) > (:source, :key) AND source >= :prefix AND source < :behind"
    " ORDER BY source, key LIMIT :limit"
)
_LIST_HOST = (
    f"SELECT {_COLUMNS}, checksum FROM entries"  # noqa: S608  # constants
    " WHERE host = :host AND (source, key) > (:source, :key)"
    " AND source >= :prefix AND source < :behind ORDER BY source, key LIMIT :limit"
)
_HOSTS = (
    "SELECT host, sum(kind = 'original'), sum(kind = 'picture'), total(length)"
    " FROM entries GROUP BY host ORDER BY host"
)
_BEHIND = "\U0010ffff"  # sorts behind every character of a URL

_T = TypeVar("_T")


class DiskLooking:
    """Looks at the index in ``file``."""

    def __init__(self, file: IndexFile, *, verification: Verification) -> None:
        self._file = file
        self._verification = verification

    async def entries(self, *, prefix: str, host: str, limit: int, cursor: str) -> Page:
        """Return entries by source. Raises StoreUnavailable, ValueError for an odd cursor."""
        source, key = read_cursor(cursor)
        values = {
            "source": source,
            "key": key,
            "prefix": prefix,
            "behind": prefix + _BEHIND,
            "host": host,
            "limit": limit + 1,
        }
        found = await self._asked(
            lambda reader: reader.execute(_LIST_HOST if host else _LIST, values).fetchall()
        )
        last = found[limit - 1] if len(found) > limit else None
        listed = tuple(entry for row in found[:limit] if (entry := _sound(row)) is not None)
        return Page(listed, last and cursor_of(_text(last[2]), _text(last[0])))

    async def hosts(self) -> tuple[HostUse, ...]:
        """Return what is kept of each host. Raises StoreUnavailable."""
        found = await self._asked(lambda reader: reader.execute(_HOSTS).fetchall())
        return tuple(
            HostUse(
                host=_text(host), originals=originals, pictures=pictures, body_bytes=int(n_bytes)
            )
            for host, originals, pictures, n_bytes in found
        )

    async def verify(self, on_progress: Callable[[int, int], None]) -> Verified:
        """Read everything, in small steps, and heal it. Raises StoreUnavailable."""
        return await self._verification.run(on_progress)

    async def _asked(self, question: Callable[[sqlite3.Connection], _T]) -> _T:
        return await asyncio.to_thread(asked, self._file, question)


def asked(file: IndexFile, question: Callable[[sqlite3.Connection], _T]) -> _T:
    """Put a long question to the index, for a thread. Raises StoreUnavailable."""
    try:
        with closing(file.reader()) as reader:
            return question(reader)
    except FAILURES as exc:
        raise StoreUnavailable(f"the index cannot be read: {exc}") from exc


def _sound(found: tuple[rows.Column, ...]) -> Entry | None:
    *row, sum_ = found
    try:
        return rows.from_row(tuple(row), sum_, key=_text(row[0]))
    except rows.BadRow:
        return None  # ``get`` and ``verify`` see to it


def _text(column: object) -> str:
    return column.decode(errors="replace") if isinstance(column, bytes) else str(column)
