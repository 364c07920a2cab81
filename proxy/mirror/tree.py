"""A static tree on disk: every file comes whole, beside and renamed; nothing leads out of it.

Nothing is synced: what a lost machine leaves half written, the next run finds by its digest. All
but ``Tree.opened`` may raise OSError.
"""

import asyncio
import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from hashlib import file_digest
from itertools import count
from pathlib import Path, PurePosixPath

from proxy.errors import SettingsError
from proxy.model.body import Chunks, Held

_DRAFTS = ".export-"  # no name of the tree begins with a dot (places)
_READ_ONLY = 0o444  # a link shares bytes and mode with the store's own file


class Tree:
    """The files below ``root``; paths are relative, "/" between segments."""

    def __init__(self, root: Path, drafts: Path) -> None:
        self._root = root
        self._real = Path(os.path.realpath(root))
        self._drafts = drafts
        self._numbers = count()

    @classmethod
    @contextmanager
    def opened(cls, root: Path) -> Iterator["Tree"]:
        """Open a tree for one run alone, made where it is missing.

        Drafts that a killed run left are cleared away. Raises SettingsError where it cannot be
        written, or another run writes it.
        """
        try:
            root.mkdir(parents=True, exist_ok=True)
            lock = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as exc:
            raise SettingsError((f"DIR: {root}: {exc.strerror}",)) from exc
        try:
            drafts = _prepared(root, lock)
            try:
                yield cls(root, drafts)
            finally:
                shutil.rmtree(drafts, ignore_errors=True)
        finally:
            os.close(lock)

    def digest(self, path: str) -> str | None:
        """Return the sha256 (hex) of the file there; None where nothing is."""
        try:
            handle = os.open(self._place(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError):
            return None
        with os.fdopen(handle, "rb") as file:
            return file_digest(file, "sha256").hexdigest()

    def read(self, path: str) -> bytes | None:
        """Return a small file's bytes; None where nothing is."""
        try:
            return self._place(path).read_bytes()
        except FileNotFoundError:
            return None

    async def write(self, path: str, body: Held | Chunks) -> None:
        """Put a file of these bytes there, in place of what is."""
        draft = self._draft()
        if isinstance(body, Held):
            await asyncio.to_thread(_append, draft, body.data)
        else:
            async with aclosing(body.parts) as parts:
                async for part in parts:
                    await asyncio.to_thread(_append, draft, part)
        await asyncio.to_thread(self._settle, draft, path)

    def link(self, path: str, file: Path, sha256: str) -> bool:
        """Put a read-only hard link to ``file`` there, its bytes checked; False where none can be.

        It may be of another file system, of another owner, or damaged.
        """
        draft = self._draft()
        try:
            draft.hardlink_to(file)
            with draft.open("rb") as linked:
                sound = file_digest(linked, "sha256").hexdigest() == sha256
            if sound:
                draft.chmod(_READ_ONLY)
        except OSError:
            return False
        if sound:
            self._settle(draft, path)
        return sound

    def remove(self, path: str) -> None:
        """Remove a file, and the folders that are empty without it."""
        place = self._place(path)
        place.unlink(missing_ok=True)
        for folder in PurePosixPath(path).parents[:-1]:
            with suppress(OSError):  # not empty, mostly
                (self._root / folder).rmdir()

    def _draft(self) -> Path:
        return self._drafts / str(next(self._numbers))

    def _settle(self, draft: Path, path: str) -> None:
        place = self._place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(place)

    def _place(self, path: str) -> Path:
        """Return where a path leads; a manifest may be anybody's, and a folder a link."""
        parts = PurePosixPath(path).parts
        place = self._root / path
        inside = Path(os.path.realpath(place.parent)).is_relative_to(self._real)
        if not parts or ".." in parts or not inside:
            raise OSError(errno.EPERM, "it leads out of the tree", path)
        return place


def _prepared(root: Path, lock: int) -> Path:
    """Return a new folder for drafts, alone in the tree. Raises SettingsError."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for dead in root.glob(f"{_DRAFTS}*"):
            shutil.rmtree(dead, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix=_DRAFTS, dir=root))
    except BlockingIOError as exc:
        raise SettingsError((f"DIR: {root}: another export is writing there",)) from exc
    except OSError as exc:
        raise SettingsError((f"DIR: {root}: {exc.strerror}",)) from exc


def _append(draft: Path, data: bytes) -> None:
    with draft.open("ab") as file:
        file.write(data)
