"""Room on disk as drafts ask for it: the ledger and the shelf, awaited.

Every failure of the disk ends here: it is noted in ``health`` and the answer is "no".
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from proxy.errors import StoreUnavailable
from proxy.stores import shelf
from proxy.stores.directory import Directory
from proxy.stores.health import Health
from proxy.stores.ledger import Ledger, Verdict
from proxy.stores.writer import Writer

# Some 4,000 evictions: after that a body is rather not kept than its reader kept waiting.
_ROUNDS = 8

_T = TypeVar("_T")


class Space:
    """What this process's drafts take."""

    def __init__(
        self,
        *,
        writer: Writer,
        ledger: Ledger,
        directory: Directory,
        health: Health,
        now: Callable[[], float],
    ) -> None:
        self.directory = directory
        self.health = health
        self.full = False  # nothing may be evicted and nothing more fits
        self._writer = writer
        self._ledger = ledger
        self.now = now
        self._mine: set[str] = set()

    async def reserve(self, draft: Path, n_bytes: int) -> bool:
        """Set aside room for ``n_bytes`` in all; False where there is none."""
        if self.health.degraded:
            return False
        self._mine.add(draft.name)
        return await self._granted(
            lambda connection: self._ledger.reserve(connection, draft.name, n_bytes)
        )

    async def shelve(
        self, digest: str, draft: Path, data: bytes, *, then: Callable[[sqlite3.Connection], _T]
    ) -> _T | None:
        """Make a blob of bytes for which nothing is reserved, and do what ``then`` does.

        Both in one transaction; None where there is no room, or the disk fails.
        """
        done: _T | None = None

        def work(connection: sqlite3.Connection) -> Verdict:
            nonlocal done
            verdict = self._ledger.make_room(connection, len(data))
            if verdict is Verdict.GRANTED:
                shelf.write(draft, data)
                shelf.publish(connection, self.directory, digest, draft, now=self.now())
                done = then(connection)
            return verdict

        granted = not self.health.degraded and await self._granted(work)
        return done if granted else None

    async def publish(self, digest: str, draft: Path) -> bool:
        """Make a finished draft a blob; False where the disk fails or the draft is gone."""
        done = await self._do(
            lambda connection: shelf.publish(
                connection, self.directory, digest, draft, now=self.now()
            )
        )
        return bool(done)

    def release(self, draft: Path) -> None:
        """Give back what the draft had reserved."""
        if draft.name in self._mine:
            self._mine.discard(draft.name)
            self._writer.post(lambda connection: self._ledger.release(connection, draft.name))

    def discard(self, digest: str, damaged: shelf.Damaged) -> None:
        """Have a damaged blob removed."""
        self._writer.post(
            lambda connection: shelf.discard(connection, self.directory, digest, damaged)
        )

    async def trim(self) -> None:
        """Evict what is over the bound. Raises StoreUnavailable."""
        verdict = Verdict.AGAIN
        while verdict is Verdict.AGAIN:
            verdict = await self._writer.do(self._ledger.trim)
        if verdict is not Verdict.REFUSED:
            self.full = verdict is Verdict.FULL

    async def release_dead(self) -> None:
        """Give back what dead processes had. Raises StoreUnavailable."""
        mine = set(self._mine)
        await self._writer.do(lambda connection: self._ledger.release_dead(connection, mine))

    async def _granted(self, work: Callable[[sqlite3.Connection], Verdict]) -> bool:
        """Do it again as long as more room is being made; tell whether there was enough."""
        verdict = None
        for _ in range(_ROUNDS):
            verdict = await self._do(work)
            if verdict is not Verdict.AGAIN:
                break
        self.full = verdict is Verdict.FULL
        return verdict is Verdict.GRANTED

    async def _do(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        try:
            return await self._writer.do(work)
        except StoreUnavailable as exc:
            self.health.failed(exc)
            return None
