"""Where a message's bytes are."""

from collections.abc import AsyncGenerator
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
class Placed:
    """Where a blob's file is, for another process to read: it checks it against the digest."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Chunks:
    """Bytes still arriving; ``length`` in bytes where it was declared.

    ``parts`` holds what must be let go of: whoever is given it ends it with ``aclose``.
    """

    parts: AsyncGenerator[bytes, None]
    length: int | None


Stored = Held | Blob
Body = Held | Blob | Chunks
