"""A body on its way to the shelf: in memory while small, in ``drafts/`` while large.

Bodies up to 256 KiB, declared ones up to 768 KiB (most pictures of a blog), touch the disk once, at
the end: written and put on the shelf in one go by the thread that writes the index. No fsync: a
blob is checked against its name whenever it is read, so what a power cut tears is a miss that
heals, and an fsync would cost each of many writers 5 to 20 ms. A disk that fails turns the draft
back into memory; it then commits to Held. Whoever follows a draft reads the same file and tail:
what he has not taken yet costs no more memory, and when the draft ends the file is his to close.
"""

import asyncio
import mmap
import os
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256

from proxy.errors import StoreUnavailable
from proxy.model.body import Blob, Held, Stored
from proxy.stores.space import Space

SPOOL_BYTES = 256 << 10
HELD_BYTES = 768 << 10  # of a body whose length is declared


@dataclass(slots=True)
class _Contents:
    """Where the bytes are: the first ``written`` of them in the file, the others in the tail."""

    file: int | None = None
    written: int = 0
    tail: bytearray = field(default_factory=bytearray)  # all of it where there is no file

    @property
    def length(self) -> int:
        return self.written + len(self.tail)

    def close(self) -> None:
        if self.file is not None:
            with suppress(OSError):  # NFS tells of late failures here; the body is given up
                os.close(self.file)
        self.file = None


class DiskDraft:
    """A draft; ``Space`` says whether there is room, and notes what fails."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._path = None if space.health.degraded else space.directory.draft()
        self._contents = _Contents()
        self._following: DiskFollowing | None = None
        self._expected = 0
        self._reserved = 0
        self._spool_bytes = SPOOL_BYTES
        self._sum = sha256()
        self._work: asyncio.Future[None] | None = None

    def expect(self, length: int) -> None:
        """Note a declared length; room for all of it is reserved before any of it is on disk."""
        self._expected = length
        if length <= HELD_BYTES:
            self._spool_bytes = max(SPOOL_BYTES, length + 1)

    async def write(self, chunk: bytes) -> None:
        """Append; raises StoreUnavailable only where bytes already written are lost."""
        contents = self._contents
        self._sum.update(chunk)
        contents.tail += chunk
        if self._path is None or len(contents.tail) < self._spool_bytes:
            return
        if contents.length > self._reserved:
            declared = contents.length <= self._expected
            await self._reserve(self._expected if declared else 2 * contents.length)
        if await self._append():
            contents.written = contents.length
            contents.tail.clear()

    def view(self) -> bytes | memoryview:
        """Return everything written so far; a large body as a map of its file."""
        contents = self._contents
        if contents.file is None:
            return bytes(contents.tail)
        try:
            _write_at(contents.file, contents.tail, contents.written)
            return memoryview(mmap.mmap(contents.file, contents.length, access=mmap.ACCESS_READ))
        except (OSError, ValueError):
            return self._everything()

    def follow(self) -> "DiskFollowing":
        """Return what is written, from the beginning on; once."""
        self._following = DiskFollowing(self._contents)
        return self._following

    async def commit(self) -> Stored:
        """End the body: a Blob where it stands on disk, Held where it could not."""
        digest, length = self._sum.hexdigest(), self._contents.length
        if self._path is not None and self._contents.file is None and not self._reserved:
            data, blob = bytes(self._contents.tail), Blob(digest, length)
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
        contents, self._contents = self._contents, _Contents()
        following, self._following = self._following, None
        if following is None or not following.inherit():
            contents.close()

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
        contents = self._contents
        if contents.file is None and self._path is not None:
            contents.file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        if contents.file is not None:
            _write_at(contents.file, contents.tail, contents.written)

    def _stay_in_memory(self) -> None:
        """Take the body back from the disk."""
        contents = self._contents
        contents.tail = bytearray(self._everything())
        contents.written = 0
        self._leave_disk()
        contents.close()

    def _everything(self) -> bytes:
        contents = self._contents
        if contents.file is None or not contents.written:
            return bytes(contents.tail)
        try:
            data = os.pread(contents.file, contents.written, 0)
        except OSError as exc:
            raise StoreUnavailable("the disk lost a body while it was written") from exc
        if len(data) != contents.written:
            raise StoreUnavailable("the disk cut a body while it was written")
        return data + bytes(contents.tail)

    def _leave_disk(self) -> None:
        """Give up the file's name and what was reserved for it."""
        if self._path is None:
            return
        if self._contents.file is not None:
            with suppress(OSError):  # published, or its folder is gone
                self._path.unlink()
        self._space.release(self._path)
        self._path = None


class DiskFollowing:
    """What is written of a draft; the file is closed by whoever ends last, he or the draft."""

    def __init__(self, contents: _Contents) -> None:
        self._contents = contents
        self._ended = False  # the draft has
        self._closed = False

    def read(self, at: int, n_bytes: int) -> bytes:
        """Return up to ``n_bytes`` from ``at`` on, none where no more is written.

        Here and not in a thread: what is asked for was written a moment ago, the page cache has it.
        """
        contents = self._contents
        if contents.file is None or at >= contents.written:
            start = at - contents.written
            with memoryview(contents.tail) as tail:
                return bytes(tail[start : start + n_bytes])
        try:
            data = os.pread(contents.file, min(n_bytes, contents.written - at), at)
        except OSError as exc:
            raise StoreUnavailable("the disk lost a body while it was read") from exc
        if not data:
            raise StoreUnavailable("the disk cut a body while it was read")
        return data

    def inherit(self) -> bool:
        """Take over what an ended draft leaves; False where nobody reads any more."""
        self._ended = True
        return not self._closed

    def close(self) -> None:
        """Let go of it. Idempotent."""
        if self._ended and not self._closed:
            self._contents.close()
        self._closed = True
        self._contents = _Contents()


def _write_at(file: int, data: bytes | bytearray, at: int) -> None:
    """Write all of ``data``: a disk that fills up takes part of it first."""
    done = 0
    with memoryview(data) as whole:
        while done < len(whole):
            done += os.pwrite(file, whole[done:], at + done)
