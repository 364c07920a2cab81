"""A body held ready to be sent: in memory, or as an open file that the kernel sends (design §9).

Measured to a socket on loopback, head included: 25 KB 6 µs from memory, 10 from a file (which is
asked before whether it changed); 200 KB 45 µs from memory, 33 from a file.
"""

import os

from proxy.stores.shelf import Damaged, Identity, open_verified


class Loaded:
    """A verified body in memory. Held weakly by who counts them."""

    __slots__ = ("__weakref__", "data", "length")

    is_sound = True

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.length = len(data)


class BlobFile:
    """A verified blob. ``handle`` is closed when nobody holds this any more.

    So a sending that is under way keeps its file, whoever else lets go of it.
    """

    __slots__ = ("__weakref__", "_identity", "handle", "identity", "length")

    def __init__(self, handle: int, length: int, identity: Identity) -> None:
        self.handle = handle
        self.length = length
        self.identity = identity
        self._identity = (identity.inode, identity.size, identity.changed_ns)

    def __del__(self) -> None:
        """Close it."""
        os.close(self.handle)

    @property
    def is_sound(self) -> bool:
        """Tell whether it still stands on the shelf as it was verified; some 1 µs."""
        found = os.fstat(self.handle)
        there = (found.st_ino, found.st_size, found.st_mtime_ns)
        return there == self._identity and found.st_nlink > 0


def open_file(path: str, digest: str, length: int) -> BlobFile | Damaged:
    """Return the blob at ``path``, its bytes just verified. Raises OSError where the disk fails."""
    try:
        before = Identity.of(os.stat(path))  # noqa: PTH116  # a Path costs more than the call
    except FileNotFoundError:
        return Damaged(None)
    handle = open_verified(path, digest, length)
    if isinstance(handle, Damaged):
        return handle
    # Written to while it was verified, it is not what was asked about at the next look.
    return BlobFile(handle, length, before)


def open_as_it_is(path: str) -> BlobFile:
    """Return what stands at ``path``, not verified: by its identity it may be known to be right.

    Raises OSError.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        found = os.fstat(handle)
    except BaseException:
        os.close(handle)
        raise
    return BlobFile(handle, found.st_size, Identity.of(found))
