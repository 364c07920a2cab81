"""Copies of the index: the newest and one older, each gone through before it takes its place.

Blocking, for a thread. ``sqlite3.backup`` copies in one read transaction, so writers go on.
"""

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from proxy.stores.tables import VERSION

_BUSY_S = 5.0

_log = logging.getLogger("proxy.stores")


class Copies:
    """The copies beside ``index``."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self.newest = index.with_name(f"{index.name}.backup")
        self.older = index.with_name(f"{index.name}.backup.older")

    def make(self, draft: Path) -> str:
        """Copy the index by way of ``draft``; return what is wrong with it, or "".

        Raises OSError, sqlite3.Error.
        """
        source = _connect(f"{self._index.absolute().as_uri()}?mode=rw")
        with closing(source), closing(_connect(f"{draft.absolute().as_uri()}?mode=rwc")) as target:
            target.execute("PRAGMA synchronous = OFF")  # one fsync does, in the end
            source.backup(target)
        verdict = fault(draft, thorough=True)
        if verdict:
            draft.unlink()
            return verdict
        _sync(draft)
        if self.newest.exists():
            self.newest.rename(self.older)
        draft.rename(self.newest)
        _sync(self.newest.parent)
        return ""

    def good(self, *, thorough: bool) -> Path | None:
        """Return the newest copy that is whole; None where there is none.

        ``thorough`` takes four times as long (100,000 rows: 600 ms) and also finds indexes that
        disagree with their tables; a copy was gone through so when it was made.
        """
        for copy in (self.newest, self.older):
            if copy.exists():
                verdict = fault(copy, thorough=thorough)
                if not verdict:
                    return copy
                _log.error("the copy %s cannot be used: %s", copy, verdict)
        return None

    def take(self, to: Path, *, thorough: bool) -> Path | None:
        """Copy the newest good copy to ``to``; return which it was. Raises OSError."""
        copy = self.good(thorough=thorough)
        if copy is not None:
            shutil.copyfile(copy, to)
        return copy


def fault(path: Path, *, thorough: bool) -> str:
    """Go through every page of a copy; return what is wrong, or "".

    ``immutable``: nothing is written beside it.
    """
    check = "integrity_check" if thorough else "quick_check"
    try:
        with closing(_connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1")) as connection:
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
            if version != VERSION:
                return f"version {version}, not {VERSION}"
            verdict = connection.execute(f"PRAGMA {check}(1)").fetchone()[0]
            connection.execute("SELECT trimmed FROM totals").fetchone()
    except (sqlite3.Error, UnicodeDecodeError) as exc:
        return str(exc)
    return "" if verdict == b"ok" else repr(verdict)


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_S, isolation_level=None)
    connection.text_factory = bytes
    return connection


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
