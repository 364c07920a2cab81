"""One maker a key among all processes: flock on ``locks/<2 hex>/<hash>`` (design §7).

The kernel frees the lock when its holder dies, however it dies. The file goes with the claim: who
has locked a file that is no longer at its path has locked nothing, and tries again.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import blake2b
from pathlib import Path

_FIRST_S, _LONGEST_S = 0.005, 0.05


@asynccontextmanager
async def claim(locks: Path, key: str) -> AsyncIterator[None]:
    """Hold ``key`` until the block ends. Waits without end: the caller sets the deadline.

    Where locks cannot be made (disk full or gone) it is no claim but goes on: nothing could be
    stored there either, so each process fetches for itself.
    """
    name = blake2b(key.encode(errors="surrogatepass"), digest_size=16).hexdigest()
    path = locks / name[:2] / name
    pause = _FIRST_S
    try:
        while (handle := try_lock(path)) is None:
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_S)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()
        os.close(handle)


def try_lock(path: Path) -> int | None:
    """Return a descriptor that locks the file as long as it is open, None where another has it.

    Raises OSError.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
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
