"""Pinning on disk: the row, the table of pins and ``pins.jsonl`` in one transaction."""

import sqlite3

from proxy.stores import entries, rows
from proxy.stores.pins import Pins
from proxy.stores.writer import Writer


class DiskPinning:
    """Pins rows and lets them go."""

    def __init__(self, *, writer: Writer, pins: Pins) -> None:
        self._writer = writer
        self._pins = pins

    async def pin(self, keys: tuple[str, ...]) -> int:
        """Pin rows, a picture with its original; return how many. Raises StoreUnavailable."""
        return await self._writer.do(lambda connection: self._pin(connection, keys))

    async def unpin(self, keys: tuple[str, ...]) -> int:
        """Unpin rows; return how many. Raises StoreUnavailable."""
        return await self._writer.do(lambda connection: self._unpin(connection, keys))

    def _pin(self, connection: sqlite3.Connection, keys: tuple[str, ...]) -> int:
        pinned: list[rows.Row] = []
        n_pinned = 0
        for key in keys:
            entry = entries.find(connection, key)
            if entry is None:
                continue
            n_pinned += 1
            parent = entries.find(connection, entry.parent) if entry.parent is not None else None
            for one in (entry, parent):  # a picture is asked for by way of its original
                if one is not None and not one.pinned:
                    connection.execute("INSERT OR IGNORE INTO pins VALUES (?)", (one.key,))
                    pinned.append(entries.set_pinned(connection, one, pinned=True))
        self._pins.add(pinned)
        return n_pinned

    def _unpin(self, connection: sqlite3.Connection, keys: tuple[str, ...]) -> int:
        unpinned = [
            key
            for key in keys
            if connection.execute("DELETE FROM pins WHERE key = ?", (key,)).rowcount
        ]
        for key in unpinned:
            entry = entries.find(connection, key)
            if entry is not None:
                entries.set_pinned(connection, entry, pinned=False)
        self._pins.remove(unpinned)
        return len(unpinned)
