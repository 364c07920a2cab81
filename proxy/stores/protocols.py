"""What a storage backend offers: rows by key (Index), bytes by their sha256 (Blobs).

Knows no disk and no memory; ``tests/stores/suite.py`` says what every backend must do (design §5).
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from proxy.model.body import Blob, Held, Placed, Stored
from proxy.model.entry import Entry
from proxy.model.purge import Purged, Selector
from proxy.stores.files import BlobFile

# Of one original; a crafted address must not fill the store (design §5).
MAX_PICTURES = 64
# Failures, breakers and rungs; a crafted stream of dead addresses must not fill the index.
MAX_NOTES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreState:
    """How a store stands. Sizes in bytes as they count against the bound."""

    degraded: bool = False  # nothing new can be kept
    reason: str = ""  # for the operator; empty where all is well
    disk_bytes: int = 0
    memory_bytes: int = 0  # of this process
    originals: int = 0
    pictures: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something remembered until an instant; purged with its source or its host."""

    value: Mapping[str, object]  # what JSON can say
    until: float  # Unix seconds
    source: str = ""
    host: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries in the order of their sources; ``cursor`` asks for the next, None: no more."""

    entries: tuple[Entry, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUse:
    """What is kept of one host. A body that several rows name counts for each."""

    host: str
    originals: int = 0
    pictures: int = 0
    body_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What going through everything found."""

    checked: int = 0  # rows, each with its body
    damaged: int = 0  # rows or bodies that were not what was written
    missing: int = 0  # bodies that a row names and nobody has
    orphans: int = 0  # bodies that no row names; kept a while, a lost row may have
    healed: int = 0  # of damaged and missing: removed, to be fetched again, or put back (pins)


class Following(Protocol):
    """What is written of a draft, for one reader at its own pace; outlives the draft."""

    def read(self, at: int, n_bytes: int) -> bytes:
        """Return up to ``n_bytes`` from ``at`` on, none where no more is written.

        Raises StoreUnavailable where the disk fails.
        """

    def close(self) -> None:
        """Let go of it. Idempotent."""


class Draft(Protocol):
    """A body being written. One task at a time uses it, and one more may follow it."""

    async def write(self, chunk: bytes) -> None:
        """Append; raises StoreUnavailable only where bytes already written are lost."""

    def view(self) -> bytes | memoryview:
        """Return everything written so far."""

    def follow(self) -> Following:
        """Return what is written, from the beginning on; once."""

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

    async def put(self, entry: Entry, *, began: int | None = None) -> Entry | None:
        """Write the row and return it as it is kept: pinned, where the row it replaces was.

        None where it, or the blob it names, cannot stand in the store, or a purge after ``began``
        covers it (the blob then goes where no other row names it).
        """

    async def delete(self, key: str) -> None:
        """Remove the row, and its blob where no other row names it."""


class Blobs(Protocol):
    """Bodies by the sha256 of their bytes."""

    async def begin(self, length: int | None) -> Draft:
        """Start a body of ``length`` bytes (None: unknown). Never raises."""

    async def read(self, blob: Blob) -> bytes | None:
        """Return the verified bytes, None where they are lost or damaged (then removed)."""

    def place(self, blob: Blob) -> Placed | None:
        """Return where another process may read the bytes and check them; None: nowhere."""

    async def stream(self, blob: Blob) -> AsyncGenerator[bytes, None] | None:
        """Return the bytes in parts, all verified before the first; None as for ``read``."""

    async def file(self, blob: Blob) -> BlobFile | None:
        """Return the open file of the verified bytes; None as for ``read``, or it is in none."""


class Purges(Protocol):
    """What was purged, by whatever process."""

    @property
    def seen(self) -> int:
        """Return the number of the last purge that ``news`` told of."""

    def news(self) -> tuple[Selector, ...]:
        """Return what was purged since the last call; cheap where nothing was."""

    def covers(self, entry: Entry, began: int) -> bool:
        """Tell whether what was asked for after purge ``began`` was purged since."""

    async def purge(self, selector: Selector) -> Purged:
        """Remove entries, notes, blobs that nobody else names. Raises StoreUnavailable."""


class Notes(Protocol):
    """Notes by key."""

    def get(self, key: str) -> Note | None:
        """Return a note, expired or not. Raises StoreUnavailable."""

    async def put(self, key: str, note: Note, *, began: int | None) -> bool:
        """Write a note; False where that fails, or it was purged after ``began``."""

    async def delete(self, key: str) -> None:
        """Remove a note."""


class Pinning(Protocol):
    """What is outside of eviction."""

    async def pin(self, keys: tuple[str, ...]) -> int:
        """Pin rows, a picture with its original; return how many. Raises StoreUnavailable."""

    async def unpin(self, keys: tuple[str, ...]) -> int:
        """Unpin rows; return how many. Raises StoreUnavailable."""


class Looking(Protocol):
    """What an operator asks, beside a running server."""

    async def entries(self, *, prefix: str, host: str, limit: int, cursor: str) -> Page:
        """Return entries by source. Raises StoreUnavailable, ValueError for an odd cursor."""

    async def hosts(self) -> tuple[HostUse, ...]:
        """Return what is kept of each host. Raises StoreUnavailable."""

    async def verify(self, on_progress: Callable[[int, int], None]) -> Verified:
        """Read everything, in small steps, and heal it. Raises StoreUnavailable."""


class Backend(Protocol):
    """An index and its blobs, with what both need: claims, upkeep, an end."""

    @property
    def index(self) -> Index:
        """The rows."""

    @property
    def blobs(self) -> Blobs:
        """The bytes."""

    @property
    def purges(self) -> Purges:
        """What was purged."""

    @property
    def notes(self) -> Notes:
        """The notes."""

    @property
    def pinning(self) -> Pinning:
        """The pins."""

    @property
    def looking(self) -> Looking:
        """What there is to see."""

    async def keep(self, entry: Entry, body: Held, *, began: int | None = None) -> Entry | None:
        """Write a row with its body in one go and return it as it is kept; None where it is not.

        ``entry`` names the body as a Blob; otherwise as ``Index.put``.
        """

    def claim(self, key: str) -> AbstractAsyncContextManager[None]:
        """Hold ``key`` alone among all processes; the caller sets the deadline."""

    def state(self) -> StoreState:
        """Return how it stands; cheap."""

    async def tend(self) -> None:
        """Do what is due every few seconds: probe, write touches, clear away, keep the bound."""

    def unswept(self) -> bool:
        """Tell whether ``sweep`` is due: after a start, a new index, a day."""

    async def sweep(self) -> None:
        """Compare index and blobs in small steps; rare, in the background."""

    async def save(self) -> None:
        """Write what must outlive this process: touches, a copy of the index."""

    async def close(self) -> None:
        """Let go of everything."""
