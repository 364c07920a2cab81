"""The cache directory: what lies where, and which process owns which drafts.

    index.sqlite3   blobs/ab/cd/<sha256>   drafts/<owner>/<n>   locks/   pins.jsonl   purges

A process keeps its drafts in a folder of its own and holds an flock on that folder as long as it
lives; a folder whose lock can be had belongs to a dead process, and so do its reservations.
"""

import fcntl
import os
import re
import shutil
import tempfile
from itertools import count
from pathlib import Path

from proxy.stores.claims import same_file

_DIGEST = re.compile(r"[0-9a-f]{64}")
_PRIVATE = 0o700  # what a blog showed is nobody else's business on a shared machine


class Directory:
    """Paths under ``root``. ``prepare`` must have succeeded before drafts are named."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.blobs, self.drafts, self.locks = root / "blobs", root / "drafts", root / "locks"
        self.index = root / "index.sqlite3"
        self.pins, self.purges = root / "pins.jsonl", root / "purges"
        self._blobs = str(self.blobs)
        self._owned: tuple[Path, int] | None = None
        self._numbers = count()

    @property
    def owner(self) -> str:
        """Return the name of this process's drafts folder."""
        return self._owned[0].name if self._owned else ""

    def prepare(self) -> None:
        """Make what is missing, and own a drafts folder. Raises OSError."""
        for folder in (self.root, self.blobs, self.drafts, self.locks):
            folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        if self._owned and same_file(self._owned[1], self._owned[0]):
            return
        self.leave()
        while self._owned is None:
            self._owned = _own(Path(tempfile.mkdtemp(prefix="", dir=self.drafts)))

    def blob(self, digest: str) -> str:
        """Return the path of a blob. A string, because a hit asks for it: Path costs 4 µs."""
        return f"{self._blobs}/{digest[:2]}/{digest[2:4]}/{digest}"

    def draft(self) -> Path:
        """Return a path whose name no other draft of any process has."""
        return self.drafts / self.owner / f"{self.owner}.{next(self._numbers)}"

    def living_owners(self) -> list[str]:
        """Clear away the drafts of dead processes; return the names of those that live."""
        living = []
        for folder in self.drafts.iterdir():
            if folder.name != self.owner:
                taken = _own(folder)
                if taken is not None:
                    shutil.rmtree(folder, ignore_errors=True)
                    os.close(taken[1])
                    continue
            living.append(folder.name)
        return living

    def leave(self) -> None:
        """Give up the drafts folder and everything in it."""
        if self._owned is None:
            return
        path, lock = self._owned
        self._owned = None
        if same_file(lock, path):
            shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def is_digest(text: str) -> bool:
    """Tell whether this may name a blob: a damaged row must not lead out of the directory."""
    return _DIGEST.fullmatch(text) is not None


def _own(folder: Path) -> tuple[Path, int] | None:
    """Lock a drafts folder; None where a living process has it, or it is gone by then."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if same_file(lock, folder):
            return (folder, lock)
    except BlockingIOError:
        pass
    os.close(lock)
    return None
