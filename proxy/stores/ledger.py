"""What the directory takes on disk, who has reserved how much of it, and what goes first.

Counts blobs and their folders, reservations of drafts, and the index with its WAL against
``cache.disk``. Every method runs inside a write transaction of the index, so the bound holds
whatever the number of processes; it works in steps, so that no transaction is long (design §5).
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from proxy.stores import shelf
from proxy.stores.directory import Directory
from proxy.stores.schema import WAL_BYTES

_STEP = 64  # rows or blobs removed at a time
_STEPS = 8  # a transaction: some 512 removals, 20 ms
_FOLDERS = (256, 65536)  # under blobs/, at most; empty ones are removed
_FOLDER_BYTES = 4096
_SPARE_PAGES = 64  # of the index, before they are given back
_PAGES = 1024  # given back at a time
_SWEEP_AFTER_S = 86400.0

# What may go, in this order: (row of entries or NULL, digest, bytes).
_RELEASED = (
    "SELECT NULL, digest, disk_bytes FROM blobs WHERE names <= 0 AND free_at <= ?"
    " ORDER BY free_at LIMIT ?"
)
_COLDEST = (  # an original's row outlives those of its pictures
    "SELECT entries.rowid, entries.digest, disk_bytes"
    " FROM entries LEFT JOIN blobs ON blobs.digest = entries.digest"
    " WHERE pinned = 0 AND NOT EXISTS"
    " (SELECT 1 FROM entries AS made WHERE made.parent = entries.key)"
    " ORDER BY touched_at, kind DESC LIMIT ?"
)
_FRESH = "SELECT NULL, digest, disk_bytes FROM blobs WHERE names <= 0 LIMIT ?"


class Verdict(Enum):
    """What became of asking for room."""

    GRANTED = auto()
    AGAIN = auto()  # some room was made, ask once more
    REFUSED = auto()  # the body alone is larger than the bound
    FULL = auto()  # nothing left that may go: pins, and drafts of others


@dataclass(frozen=True, slots=True)
class Usage:
    """Sizes in bytes as they count against the bound."""

    blobs: int  # with their folders
    reserved: int
    index: int  # with WAL, copies, an index that was set aside, pins

    @property
    def total(self) -> int:
        """Return all of it."""
        return self.blobs + self.reserved + self.index


class Ledger:
    """The space under ``directory``, at most ``bound`` bytes."""

    def __init__(
        self,
        directory: Directory,
        *,
        bound: int,
        now: Callable[[], float],
        write_touches: Callable[[sqlite3.Connection], None],
        mend: Callable[[sqlite3.Connection, int], bool],
    ) -> None:
        self._directory = directory
        self._bound = bound
        self._now = now
        self._write_touches = write_touches
        self._mend = mend  # tells a damaged row: it may be a pin whose flag was flipped
        # The index grows a little between two looks, so what is evicted is a hundredth more.
        self._goal = bound - bound // 100

    def reserve(self, connection: sqlite3.Connection, draft: str, n_bytes: int) -> Verdict:
        """Set aside room for ``draft``: ``n_bytes`` instead of what it had."""
        had = connection.execute(
            "SELECT disk_bytes FROM reservations WHERE draft = ?", (draft,)
        ).fetchone()
        verdict = self.make_room(connection, n_bytes, had=had[0] if had else 0)
        if verdict is Verdict.GRANTED:
            connection.execute(
                "INSERT OR REPLACE INTO reservations VALUES (?, ?, ?)",
                (draft, self._directory.owner, _taken(n_bytes)),
            )
        return verdict

    def make_room(self, connection: sqlite3.Connection, n_bytes: int, *, had: int = 0) -> Verdict:
        """Evict until a body of ``n_bytes`` fits, of which ``had`` is set aside already."""
        wanted = _taken(n_bytes)
        if wanted > self._goal:
            return Verdict.REFUSED
        more = wanted - had
        if self.usage(connection).total + more > self._bound:
            return self._shrink(connection, self._goal - more)
        return Verdict.GRANTED

    def release(self, connection: sqlite3.Connection, draft: str) -> None:
        """Give back what ``draft`` had."""
        connection.execute("DELETE FROM reservations WHERE draft = ?", (draft,))

    def release_dead(self, connection: sqlite3.Connection, mine: set[str]) -> None:
        """Give back what dead processes had, and what this one no longer writes."""
        living = set(self._directory.living_owners())
        rows = connection.execute("SELECT draft, owner FROM reservations").fetchall()
        for draft, owner in rows:
            if owner not in living or (owner == self._directory.owner and draft not in mine):
                self.release(connection, draft)

    def trim(self, connection: sqlite3.Connection) -> Verdict:
        """Evict a step where the bound is passed; REFUSED: it is not, but nearly."""
        total = self.usage(connection).total
        if total > self._bound:
            return self._shrink(connection, self._goal)
        return Verdict.GRANTED if total <= self._goal else Verdict.REFUSED

    def sweep(self, connection: sqlite3.Connection) -> bool:
        """Remove a step of blobs that no row has named for a day; True: call again.

        Those older than the index itself stay until space is needed: the index may be the one that
        forgot them.
        """
        rows = connection.execute(
            "SELECT digest FROM blobs, totals WHERE names <= 0 AND free_at < ?"
            " AND free_at > created_at LIMIT ?",
            (self._now() - _SWEEP_AFTER_S, _STEP),
        ).fetchall()
        for (digest,) in rows:
            shelf.drop_unnamed(connection, self._directory, digest)
        return len(rows) == _STEP

    def usage(self, connection: sqlite3.Connection) -> Usage:
        """Return what is taken now."""
        n_blobs, blob_bytes, reserved = connection.execute(
            "SELECT blobs, blob_bytes, (SELECT total(disk_bytes) FROM reservations) FROM totals"
        ).fetchone()
        pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
        page_size: int = connection.execute("PRAGMA page_size").fetchone()[0]
        folders = sum(min(n_blobs, most) for most in _FOLDERS) * _FOLDER_BYTES
        return Usage(
            blobs=blob_bytes + folders,
            reserved=int(reserved),
            index=pages * page_size + self._beside_index(),
        )

    def _beside_index(self) -> int:
        """Return the size of the other files: WAL (as if at its longest), copies, pins."""
        index = self._directory.index.name
        wal, rest = 0, 0
        with os.scandir(self._directory.root) as found:
            for entry in found:
                if entry.name == index or not entry.is_file():
                    continue
                with suppress(FileNotFoundError):  # renamed meanwhile
                    taken = shelf.disk_bytes(entry.stat())
                    if entry.name in (f"{index}-wal", f"{index}-shm"):
                        wal += taken
                    else:
                        rest += taken
        return max(WAL_BYTES, wal) + rest

    def _shrink(self, connection: sqlite3.Connection, goal: int) -> Verdict:
        """Evict until no more than ``goal`` bytes are taken, for a few steps."""
        self._write_touches(connection)
        for _ in range(_STEPS):
            excess = self.usage(connection).total - goal
            if excess <= 0:
                return Verdict.GRANTED
            if not self._evict(connection, excess):
                return Verdict.FULL
            _give_back_pages(connection)
        return Verdict.GRANTED if self.usage(connection).total <= goal else Verdict.AGAIN

    def _evict(self, connection: sqlite3.Connection, excess: int) -> bool:
        """Remove some of what is least worth keeping; False: nothing may go.

        First blobs that no row names, then rows by when they were last used, each with its blob.
        Fresh blobs are spared until nothing else is left; time only orders, it never protects, so
        a clock that jumped cannot break the bound.
        """
        tables = (
            (_RELEASED, (self._now(), _STEP)),
            (_COLDEST, (_STEP,)),
            (_FRESH, (_STEP,)),
        )
        for query, arguments in tables:
            rows = connection.execute(query, arguments).fetchall()
            for row, digest, disk_bytes in rows:
                if row is not None and self._mend(connection, row):
                    continue
                connection.execute("DELETE FROM entries WHERE rowid = ?", (row,))
                if digest and shelf.drop_unnamed(connection, self._directory, digest):
                    excess -= disk_bytes or 0
                if excess <= 0:
                    break
            if rows:
                return True
        return False


def _taken(n_bytes: int) -> int:
    """Return what a body takes, with a folder of its own."""
    return shelf.blocks(n_bytes) + _FOLDER_BYTES


def _give_back_pages(connection: sqlite3.Connection) -> None:
    """Let the index file shrink where much of it is free; a few free pages are used again."""
    free: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    for _ in range(min(free - _SPARE_PAGES, _PAGES)):
        # One page a call: it is a row without columns to SQLite, and sqlite3 steps only once.
        connection.execute("PRAGMA incremental_vacuum")
