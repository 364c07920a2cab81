"""Where a message's bytes are."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes in memory, with the sha256 they were checked against (hex)."""

    data: bytes
    digest: str

    @property
    def length(self) -> int:
        """Return the number of bytes."""
        return len(self.data)


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes in the store, named by their sha256 (hex); ``length`` in bytes."""

    digest: str
    length: int


@dataclass(frozen=True, slots=True)
class Chunks:
    """Bytes still arriving; ``length`` in bytes where it was declared."""

    parts: AsyncIterator[bytes]
    length: int | None


Stored = Held | Blob
Body = Held | Blob | Chunks
