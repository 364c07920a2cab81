"""The bodies on disk: drafts in, verified bytes out."""

import asyncio
import os
from collections.abc import AsyncGenerator

import aiofiles

from proxy.model.body import Blob, Placed
from proxy.stores import shelf
from proxy.stores.drafts import DiskDraft
from proxy.stores.files import BlobFile, open_as_it_is, open_file
from proxy.stores.space import Space
from proxy.stores.trusted import Trusted

# Reading and hashing so much takes some 250 µs; a thread hop costs 60 to 100.
_INLINE_BYTES = 256 << 10
_PART_BYTES = 256 << 10
_NO_WAIT = getattr(os, "RWF_NOWAIT", 0)  # Linux


class DiskBlobs:
    """Bodies by digest, in the room that ``space`` gives."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._trusted = Trusted()

    async def begin(self, length: int | None) -> DiskDraft:
        """Start a body of ``length`` bytes (None: unknown). Never raises."""
        draft = DiskDraft(self._space)
        draft.expect(length or 0)
        return draft

    async def read(self, blob: Blob) -> bytes | None:
        """Return the verified bytes, None where they are lost or damaged (then removed)."""
        path = self._space.directory.blob(blob.digest)
        try:
            if blob.length <= _INLINE_BYTES:
                found = shelf.read(path, blob.digest, blob.length)
            else:
                found = await asyncio.to_thread(shelf.read, path, blob.digest, blob.length)
        except OSError as exc:
            self._space.health.failed(exc)
            return None
        if isinstance(found, bytes):
            return found
        self._space.discard(blob.digest, found)
        return None

    def place(self, blob: Blob) -> Placed:
        """Return where the file of a blob is, if there is one; who reads it checks it."""
        return Placed(self._space.directory.blob(blob.digest), blob.digest)

    async def stream(self, blob: Blob) -> AsyncGenerator[bytes, None] | None:
        """Return the bytes in parts, all verified before the first; None as for ``read``.

        Verified lately and unchanged since does as well (``trusted``): no thread is asked.
        """
        path = self._space.directory.blob(blob.digest)
        try:
            trusted = self._trusted_file(path, blob)
            if trusted is not None:
                return _parts(trusted)
            found = await asyncio.to_thread(open_file, path, blob.digest, blob.length)
        except OSError as exc:
            self._space.health.failed(exc)
            return None
        if isinstance(found, shelf.Damaged):
            self._space.discard(blob.digest, found)
            return None
        self._trusted.remember(blob.digest, found.identity, self._space.now())
        return _parts(found)

    def _trusted_file(self, path: str, blob: Blob) -> BlobFile | None:
        try:
            file = open_as_it_is(path)
        except FileNotFoundError:
            return None
        known = self._trusted.holds(blob.digest, file.identity, self._space.now())
        return file if known else None

    async def file(self, blob: Blob) -> BlobFile | None:
        """Return the open file of the verified bytes; None as for ``read``.

        A disk or a process that cannot open one more is not noted: the body may still be read.
        """
        path = self._space.directory.blob(blob.digest)
        try:
            if blob.length <= _INLINE_BYTES:
                found = open_file(path, blob.digest, blob.length)
            else:
                found = await asyncio.to_thread(open_file, path, blob.digest, blob.length)
        except OSError:
            return None
        if isinstance(found, BlobFile):
            return found
        self._space.discard(blob.digest, found)
        return None


async def _parts(file: BlobFile) -> AsyncGenerator[bytes, None]:
    """Give the file's bytes in order.

    What lies in the page cache is copied here: a hop to a thread costs more. The loop waits for no
    disk.
    """
    at = 0
    while part := (_at_hand(file, at) or await _from_disk(file, at)):
        yield part
        at += len(part)


def _at_hand(file: BlobFile, at: int) -> bytes:
    """Return a part that can be had without waiting, b"" where none can."""
    room = bytearray(min(_PART_BYTES, max(0, file.length - at)))
    try:
        n_read = os.preadv(file.handle, [room], at, _NO_WAIT)
    except OSError:  # not in memory, or a filesystem that cannot tell; a failing disk says so again
        return b""
    return bytes(memoryview(room)[:n_read])


async def _from_disk(file: BlobFile, at: int) -> bytes:
    async with aiofiles.open(file.handle, "rb", closefd=False) as waiting:
        await waiting.seek(at)
        return await waiting.read(_PART_BYTES)
