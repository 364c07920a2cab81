"""The number of the last purge, shared by all processes: eight bytes of a file, mapped.

Read by a load from memory on every look; written with ``write`` under an flock (a store through
the map would be SIGBUS where the disk is full). Knows no purge. Whoever cut the file short under a
running service would stop it; who deletes it does no harm.
"""

import fcntl
import mmap
import os
import sys
from pathlib import Path

_SIZE = 8
_MOST = 1 << 62  # beyond it is damage, and SQLite's integers end
_UNMAPPED = memoryview(bytes(_SIZE)).cast("Q")


class Counter:
    """The number at ``path``. 0 until ``renew`` has succeeded once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mapped: mmap.mmap | None = None
        # What is mapped, for who looks at each hit; its one number may be damage (see ``number``).
        self.numbers: memoryview = _UNMAPPED
        self._identity: tuple[int, int] | None = None

    @property
    def number(self) -> int:
        """Return the number."""
        found: int = self.numbers[0]
        return found if found < _MOST else 0

    def renew(self) -> None:
        """Map what stands at the path now, made where it is missing. Raises OSError."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            found = None
        if found is not None and (found.st_dev, found.st_ino) == self._identity:
            return
        self.raise_to(0)
        file = os.open(self._path, os.O_RDONLY)
        try:
            found = os.fstat(file)
            mapped = mmap.mmap(file, _SIZE, access=mmap.ACCESS_READ)
        finally:
            os.close(file)
        self.close()
        self._mapped, self.numbers = mapped, memoryview(mapped).cast("Q")
        self._identity = (found.st_dev, found.st_ino)

    def close(self) -> None:
        """Let go of the file."""
        if self._mapped is not None:
            self.numbers.release()
            self._mapped.close()
        self._mapped, self.numbers, self._identity = None, _UNMAPPED, None

    def raise_to(self, number: int) -> int:
        """Write ``number`` where it is larger, and return what stands. Raises OSError.

        May be called in any thread; 0 only asks.
        """
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            written = os.pread(file, _SIZE, 0)
            there = memoryview(written).cast("Q")[0] if len(written) == _SIZE else _MOST
            if there >= _MOST or there < number:
                there = number
                os.write(file, number.to_bytes(_SIZE, sys.byteorder))
        finally:
            os.close(file)
        return there
