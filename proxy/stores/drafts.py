"""A body on its way to the shelf: in memory while small, in ``drafts/`` while large.

Bodies up to 256 KiB, declared ones up to 768 KiB (most pictures of a blog), touch the disk once, at
the end: written and put on the shelf in one go by the thread that writes the index. No fsync: a
blob is checked against its name whenever it is read, so what a power cut tears is a miss that
heals, and an fsync would cost each of many writers 5 to 20 ms. A disk that fails turns the draft
back into memory; it then commits to Held.
"""

import asyncio
import mmap
import os
from contextlib import suppress
from hashlib import sha256

from proxy.errors import StoreUnavailable
from proxy.model.body import Blob, Held, Stored
from proxy.stores.space import Space

SPOOL_BYTES = 256 << 10
HELD_BYTES = 768 << 10  # of a body whose length is declared


class DiskDraft:
    """A draft; ``Space`` says whether there is room, and notes what fails."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._path = None if space.health.degraded else space.directory.draft()
        self._file: int | None = None
        self._written = 0  # bytes in the file
        self._tail = bytearray()  # what is not in the file yet; all of it where there is none
        self._reserved = 0
        self._spool_bytes = SPOOL_BYTES
        self._sum = sha256()
        self._work: asyncio.Future[None] | None = None

    @property
    def _length(self) -> int:
        return self._written + len(self._tail)

    async def expect(self, length: int) -> None:
        """Reserve room for a body of a declared length."""
        if length > HELD_BYTES:
            await self._reserve(length)
        else:
            self._spool_bytes = max(SPOOL_BYTES, length + 1)

    async def write(self, chunk: bytes) -> None:
        """Append; raises StoreUnavailable only where bytes already written are lost."""
        self._sum.update(chunk)
        self._tail += chunk
        if self._path is None or len(self._tail) < self._spool_bytes:
            return
        if self._length > self._reserved:
            await self._reserve(2 * self._length)
        if await self._append():
            self._written += len(self._tail)
            self._tail.clear()

    def view(self) -> bytes | memoryview:
        """Return everything written so far; a large body as a map of its file."""
        if self._file is None:
            return bytes(self._tail)
        try:
            _write_at(self._file, bytes(self._tail), self._written)
            return memoryview(mmap.mmap(self._file, self._length, access=mmap.ACCESS_READ))
        except (OSError, ValueError):
            return self._everything()

    async def commit(self) -> Stored:
        """End the body: a Blob where it stands on disk, Held where it could not."""
        digest, length = self._sum.hexdigest(), self._length
        if self._path is not None and self._file is None and not self._reserved:
            data, blob = bytes(self._tail), Blob(digest, length)
            shelved = await self._space.shelve(digest, self._path, data, then=lambda _: blob)
            await self.abort()
            return shelved or Held(data, digest)
        if self._path is not None and length > self._reserved:
            await self._reserve(length)
        if await self._append() and self._path is not None:
            path = self._path
            if await self._space.publish(digest, path):
                await self.abort()
                return Blob(digest, length)
        held = Held(self._everything(), digest)
        await self.abort()
        return held

    async def abort(self) -> None:
        """Leave nothing behind. Idempotent, harmless after ``commit``."""
        if self._work is not None and not self._work.done():
            await asyncio.wait([self._work])  # it uses our descriptor
            self._work.exception()  # nobody else will look at it
        self._leave_disk()
        self._tail = bytearray()
        self._written = 0

    async def _reserve(self, n_bytes: int) -> None:
        if self._path is None:
            return
        if await self._space.reserve(self._path, n_bytes):
            self._reserved = n_bytes
        else:
            self._stay_in_memory()

    async def _append(self) -> bool:
        """Write the tail behind what is in the file; False: the draft is in memory now."""
        if self._path is None:
            return False
        self._work = asyncio.get_running_loop().run_in_executor(None, self._write_out)
        try:
            await asyncio.shield(self._work)  # cancelled, it goes on; ``abort`` waits for it
        except OSError as exc:
            self._space.health.failed(exc)
            self._stay_in_memory()
            return False
        return True

    def _write_out(self) -> None:
        if self._file is None and self._path is not None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if self._file is not None:
            _write_at(self._file, bytes(self._tail), self._written)

    def _stay_in_memory(self) -> None:
        """Take the body back from the disk."""
        self._tail = bytearray(self._everything())
        self._written = 0
        self._leave_disk()

    def _everything(self) -> bytes:
        if self._file is None or not self._written:
            return bytes(self._tail)
        try:
            data = os.pread(self._file, self._written, 0)
        except OSError as exc:
            raise StoreUnavailable("the disk lost a body while it was written") from exc
        if len(data) != self._written:
            raise StoreUnavailable("the disk cut a body while it was written")
        return data + bytes(self._tail)

    def _leave_disk(self) -> None:
        if self._path is None:
            return
        if self._file is not None:
            with suppress(OSError):  # published, or its folder is gone
                self._path.unlink()
            with suppress(OSError):  # NFS tells of late failures here; the body is given up
                os.close(self._file)
        self._space.release(self._path)
        self._path = self._file = None


def _write_at(file: int, data: bytes, at: int) -> None:
    """Write all of ``data``: a disk that fills up takes part of it first."""
    rest = memoryview(data)
    while rest:
        done = os.pwrite(file, rest, at)
        rest = rest[done:]
        at += done
