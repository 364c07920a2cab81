"""One maker a key among all processes: a byte of ``locks/claims`` is locked for each (design §7).

The kernel frees a lock when its holder dies, however it dies. No file comes and goes with a claim:
ext4 passes over the numbers of files deleted lately, which made every other new file dear.
"""

import asyncio
import fcntl
import os
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import blake2b
from pathlib import Path

_FIRST_S, _LONGEST_S = 0.005, 0.05
_SPAN = (1 << 62) - 1  # of a file's offsets: two keys do not meet
# Linux' locks of a description, not of a process: close(2) on another of ours does not drop them.
# Where there are none (macOS), each process fetches for itself.
_SETLK: int | None = getattr(fcntl, "F_OFD_SETLK", None)


@asynccontextmanager
async def claim(locks: Path, key: str) -> AsyncIterator[None]:
    """Hold ``key`` until the block ends. Waits without end: the caller sets the deadline.

    Where locks cannot be made (disk full or gone) it is no claim but goes on: nothing could be
    stored there either, so each process fetches for itself.
    """
    try:
        handle = _opened(locks / "claims")
    except OSError:
        yield
        return
    try:
        pause = _FIRST_S
        while not _has(handle, key):
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_S)
        yield
    finally:
        os.close(handle)  # which ends the lock


def _has(handle: int, key: str) -> bool:
    """Lock the byte of a key that another description may have locked; True where it had not."""
    if _SETLK is None:
        return True
    digest = blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()
    place = int.from_bytes(digest, "little") & _SPAN
    wanted = struct.pack("hhqqq", fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0)  # struct flock
    try:
        fcntl.fcntl(handle, _SETLK, wanted)
    except BlockingIOError:
        return False
    except OSError:  # of a filesystem that has no locks
        return True
    return True


def _opened(path: Path) -> int:
    """Return a descriptor of a lock's file, made where it is missing. Raises OSError."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(path: Path) -> int | None:
    """Return a descriptor that locks the file as long as it is open, None where another has it.

    Raises OSError.
    """
    handle = _opened(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if same_file(handle, path):
            return handle
    except BlockingIOError:
        pass
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return None


def same_file(handle: int, path: Path) -> bool:
    """Tell whether what is open is what stands at the path."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False
