"""Purges on disk: rows, notes and blobs go, a tombstone with a number stays behind for an hour.

Other processes see the counter move at their next look, read the tombstones since the last they
know and drop those entries from memory. A fetch begun before a tombstone that covers it is not
kept. The counter moves just before the commit: until the tombstone can be read every look asks.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress

from proxy.errors import StoreUnavailable
from proxy.model.entry import Entry, Kind
from proxy.model.purge import EVERYTHING, Purged, Scope, Selector
from proxy.stores import shelf, tombstones
from proxy.stores.counter import Counter
from proxy.stores.directory import Directory
from proxy.stores.index import DiskIndex
from proxy.stores.pins import Pins
from proxy.stores.writer import Writer

KEPT_S = 3600.0  # longer than any fetch; what is trimmed counts as covering everything before it
_STEP = 256  # blobs taken off the shelf in one transaction
_LAST = "\U0010ffff"  # sorts behind every character of a URL


class DiskPurges:
    """What was purged, as this process knows it."""

    def __init__(  # noqa: PLR0913  # the parts it works on
        self,
        *,
        index: DiskIndex,
        writer: Writer,
        directory: Directory,
        counter: Counter,
        pins: Pins,
        now: Callable[[], float],
    ) -> None:
        self._index = index
        self._writer = writer
        self._directory = directory
        self._counter = counter
        self._pins = pins
        self._now = now
        self._seen = 0  # the last tombstone known to stand
        self._settled = 0  # where the counter stood when all tombstones had been read
        self._void = 0  # where the counter stood though no such tombstone is to come

    @property
    def seen(self) -> int:
        """Return the number of the last purge that ``news`` told of."""
        return self._seen

    def news(self) -> tuple[Selector, ...]:
        """Return what was purged since the last call, by any process; mostly nothing, 100 ns."""
        if self._counter.numbers[0] == self._settled:
            return ()
        number = self._counter.number
        if number == self._settled:
            return ()
        try:
            trimmed, found = self._index.ask(lambda reader: tombstones.since(reader, self._seen))
        except StoreUnavailable:
            return ()  # the next look asks again
        missed = trimmed > self._seen
        self._seen = max(self._seen, trimmed, *(last for last, _ in found))
        if self._seen >= number or number == self._void:
            self._settled = number
        return (EVERYTHING,) if missed else tuple(selector for _, selector in found)

    def covers(self, entry: Entry, began: int) -> bool:
        """Tell whether what was asked for after purge ``began`` was purged since."""
        if self._counter.number == self._settled and self._seen <= began:
            return False
        try:
            return self._index.ask(
                lambda reader: tombstones.cover(reader, entry.source, entry.host, began)
            )
        except StoreUnavailable:
            return True  # it might be

    async def purge(self, selector: Selector) -> Purged:
        """Remove what is selected; raises StoreUnavailable, then nothing went."""
        purged, digests = await self._writer.do(
            lambda connection: self._purge(connection, selector)
        )
        for first in range(0, len(digests), _STEP):
            # Killed meanwhile, what is left is named by no row: it goes first, or by the sweep.
            with suppress(StoreUnavailable):
                await asyncio.shield(
                    self._writer.do(self._dropping(digests[first : first + _STEP]))
                )
        return purged

    async def tend(self) -> None:
        """Trim old tombstones, and settle what failed ones left. Raises StoreUnavailable."""
        self._void = await self._writer.do(self._trim)

    def _purge(
        self, connection: sqlite3.Connection, selector: Selector
    ) -> tuple[Purged, list[str]]:
        where, values = _where(selector)
        found = connection.execute(
            f"SELECT kind, pinned, key, digest FROM entries WHERE {where}",  # noqa: S608  # constants
            values,
        ).fetchall()
        connection.execute(f"DELETE FROM entries WHERE {where}", values)  # noqa: S608  # constants
        keys = [key for _, pinned, key, _ in found if pinned]
        connection.executemany("DELETE FROM pins WHERE key = ?", [(key,) for key in keys])
        connection.execute(f"DELETE FROM notes WHERE {where}", values)  # noqa: S608  # constants
        number = 1 + max(tombstones.last(connection), self._counter.raise_to(0))
        tombstones.add(connection, number, selector, now=self._now())
        # A copy made before would bring it all back: a new one is due.
        connection.execute("UPDATE totals SET saved_at = 0")
        self._pins.remove(keys)
        self._counter.raise_to(number)
        kinds = [kind for kind, *_ in found]
        purged = Purged(
            originals=kinds.count(Kind.ORIGINAL.value), pictures=kinds.count(Kind.PICTURE.value)
        )
        return purged, list({digest for *_, digest in found if digest})

    def _dropping(self, digests: list[str]) -> Callable[[sqlite3.Connection], None]:
        def work(connection: sqlite3.Connection) -> None:
            for digest in digests:
                shelf.drop_unnamed(connection, self._directory, digest)

        return work

    def _trim(self, connection: sqlite3.Connection) -> int:
        """Forget old tombstones one by one; return where the counter stands between purges."""
        tombstones.trim(connection, before=self._now() - KEPT_S)
        return self._counter.raise_to(0)


def _where(selector: Selector) -> tuple[str, tuple[str, ...]]:
    match selector.scope:
        case Scope.SOURCE:
            return "source = ?", (selector.value,)
        case Scope.HOST:
            return "host = ?", (selector.value,)
        case Scope.PREFIX:
            return "source >= ? AND source < ?", (selector.value, selector.value + _LAST)
        case Scope.ALL:
            return "1", ()
