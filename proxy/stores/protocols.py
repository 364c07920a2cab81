"""What a storage backend offers: rows by key (Index), bytes by their sha256 (Blobs).

Knows no disk and no memory; ``tests/stores/suite.py`` says what every backend must do (design §5).
"""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from proxy.model.body import Blob, Stored
from proxy.model.entry import Entry

# Of one original; a crafted address must not fill the store (design §5).
MAX_PICTURES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """How a store stands. Sizes in bytes as they count against the bound."""

    degraded: bool = False  # nothing new can be kept
    reason: str = ""  # for the operator; empty where all is well
    disk_bytes: int = 0
    memory_bytes: int = 0  # of this process
    originals: int = 0
    pictures: int = 0


class Draft(Protocol):
    """A body being written. One task at a time uses it."""

    async def write(self, chunk: bytes) -> None:
        """Append; raises StoreUnavailable only where bytes already written are lost."""

    def view(self) -> bytes | memoryview:
        """Return everything written so far."""

    async def commit(self) -> Stored:
        """End the body: a Blob where it stands in the store, Held where it could not."""

    async def abort(self) -> None:
        """Leave nothing behind. Idempotent, harmless after ``commit``."""


class Index(Protocol):
    """Rows by key."""

    def get(self, key: str) -> Entry | None:
        """Return the row, None where there is none or it is damaged (it is then removed).

        Raises StoreUnavailable where the index cannot be asked.
        """

    def touch(self, key: str) -> None:
        """Remember that the row was used; written in batches, its original's row with it."""

    async def put(self, entry: Entry) -> bool:
        """Write the row; False where it, or the blob it names, cannot stand in the store."""

    async def delete(self, key: str) -> None:
        """Remove the row, and its blob where no other row names it."""


class Blobs(Protocol):
    """Bodies by the sha256 of their bytes."""

    async def begin(self, length: int | None) -> Draft:
        """Reserve room for a body of ``length`` bytes (None: unknown). Never raises."""

    async def read(self, blob: Blob) -> bytes | None:
        """Return the verified bytes, None where they are lost or damaged (then removed)."""

    async def stream(self, blob: Blob) -> AsyncGenerator[bytes, None] | None:
        """Return the bytes in parts, all verified before the first; None as for ``read``."""


class Backend(Protocol):
    """An index and its blobs, with what both need: claims, upkeep, an end."""

    @property
    def index(self) -> Index:
        """The rows."""

    @property
    def blobs(self) -> Blobs:
        """The bytes."""

    def claim(self, key: str) -> AbstractAsyncContextManager[None]:
        """Hold ``key`` alone among all processes; the caller sets the deadline."""

    def state(self) -> StoreState:
        """Return how it stands; cheap."""

    async def tend(self) -> None:
        """Do what is due every few seconds: probe, write touches, clear away, keep the bound."""

    async def sweep(self) -> None:
        """Compare index and blobs in small steps; rare, in the background."""

    async def close(self) -> None:
        """Write what is pending and let go of everything."""
