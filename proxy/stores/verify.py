"""Going through everything that is kept: each row against its checksum, each body against its name.

In small steps beside a running server. What is wrong is removed, to be fetched again, or put back
where it was pinned. Knows no operator.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from proxy.errors import StoreUnavailable
from proxy.stores import shelf
from proxy.stores.directory import Directory, is_digest
from proxy.stores.index import DiskIndex
from proxy.stores.pins import Pins
from proxy.stores.protocols import Verified
from proxy.stores.tables import RECOUNT
from proxy.stores.writer import Writer

_STEP = 100  # rows in one transaction, 1.5 ms


@dataclass(frozen=True, slots=True)
class _Step:
    """Some rows gone through."""

    last: int | None  # go on behind it; None: no more
    n_rows: int
    n_damaged: int
    bodies: tuple[tuple[str, int], ...]  # (digest, length) of the sound ones


class Verification:
    """Goes through the rows of ``index`` and the bodies in ``directory``."""

    def __init__(
        self,
        *,
        index: DiskIndex,
        writer: Writer,
        directory: Directory,
        pins: Pins,
        now: Callable[[], float],
    ) -> None:
        self._index = index
        self._writer = writer
        self._directory = directory
        self._pins = pins
        self._now = now

    async def rows(self, *, pause_s: float) -> int:
        """Mend every damaged row; return how many there were. Raises StoreUnavailable."""
        n_damaged, last = 0, 0
        while True:
            step = await self._writer.do(self._step(last))
            n_damaged += step.n_damaged
            if step.last is None:
                break
            last = step.last
            await asyncio.sleep(pause_s)
        if n_damaged:
            await self._writer.do(self._restore)
        return n_damaged

    async def run(self, on_progress: Callable[[int, int], None]) -> Verified:
        """Go through everything. ``on_progress`` is told (rows done, rows in all)."""
        (n_all,) = await self._writer.do(
            lambda connection: connection.execute("SELECT count(*) FROM entries").fetchone()
        )
        checked = n_damaged = n_missing = 0
        seen: set[str] = set()
        step = _Step(0, 0, 0, ())
        while step.last is not None:
            step = await self._writer.do(self._step(step.last))
            checked += step.n_rows
            n_damaged += step.n_damaged
            fresh = [(digest, length) for digest, length in step.bodies if digest not in seen]
            seen.update(digest for digest, _ in fresh)
            for digest, damage in await asyncio.to_thread(self._bodies, fresh):
                n_missing += damage.identity is None
                n_damaged += damage.identity is not None
                await self._writer.do(self._discarding(digest, damage))
            on_progress(checked, max(checked, n_all))
        if n_damaged:
            await self._writer.do(self._restore)
        orphans = await self._orphans()
        await self._writer.do(lambda connection: connection.execute(RECOUNT).rowcount)
        return Verified(
            checked=checked,
            damaged=n_damaged,
            missing=n_missing,
            orphans=orphans,
            healed=n_damaged + n_missing,
        )

    def _restore(self, connection: sqlite3.Connection) -> int:
        """Put back every pin whose row was damaged beyond telling whose it was."""
        return self._pins.restore(connection, now=self._now())

    def _step(self, after: int) -> Callable[[sqlite3.Connection], _Step]:
        def work(connection: sqlite3.Connection) -> _Step:
            found = connection.execute(
                "SELECT rowid, digest, length FROM entries WHERE rowid > ? ORDER BY rowid LIMIT ?",
                (after, _STEP),
            ).fetchall()
            sound = [row for row in found if not self._index.mend(connection, row[0])]
            return _Step(
                found[-1][0] if found else None,
                len(found),
                len(found) - len(sound),
                tuple((digest, length) for _, digest, length in sound if digest is not None),
            )

        return work

    def _bodies(self, named: list[tuple[str, int]]) -> list[tuple[str, shelf.Damaged]]:
        """Read bodies; return what is wrong. Raises StoreUnavailable."""
        wrong = []
        for digest, length in named:
            try:
                found = shelf.open_verified(self._directory.blob(digest), digest, length)
            except OSError as exc:
                raise StoreUnavailable(f"a body cannot be read: {exc}") from exc
            if isinstance(found, shelf.Damaged):
                wrong.append((digest, found))
            else:
                os.close(found)
        return wrong

    def _discarding(
        self, digest: str, damage: shelf.Damaged
    ) -> Callable[[sqlite3.Connection], None]:
        return lambda connection: shelf.discard(connection, self._directory, digest, damage)

    async def _orphans(self) -> int:
        n_orphans = 0
        for number in range(256):
            files = await asyncio.to_thread(self._settled_files, f"{number:02x}")
            n_orphans += await self._writer.do(_unnamed(files))
        return n_orphans

    def _settled_files(self, prefix: str) -> list[str]:
        """Return the names of the files that no longer wait for their row."""
        folder = self._directory.blobs / prefix
        found = []
        for path in folder.glob("??/*"):
            try:
                changed_at = path.stat().st_mtime
            except FileNotFoundError:
                continue
            if is_digest(path.name) and changed_at + shelf.GRACE_S < self._now():
                found.append(path.name)
        return found


def _unnamed(digests: list[str]) -> Callable[[sqlite3.Connection], int]:
    def work(connection: sqlite3.Connection) -> int:
        return sum(
            connection.execute(
                "SELECT 1 FROM entries WHERE digest = ? LIMIT 1", (digest,)
            ).fetchone()
            is None
            for digest in digests
        )

    return work
