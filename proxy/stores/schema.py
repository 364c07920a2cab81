"""The index file: its tables, how it is opened, and when it is set aside for a new one.

WAL, so that a reader never waits for a writer. ``synchronous=NORMAL``: no fsync a commit; a power
cut may lose the last seconds of rows (they are fetched again) but never leaves a broken file.
Counts (``totals``, ``blobs.names``) are kept by triggers, in the transaction of what they count.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from proxy.errors import StoreUnavailable

VERSION = 1
WAL_BYTES = 1 << 20  # counts against the bound, so small: checkpointed and cut back to this
_WAL_PAGES = WAL_BYTES // 4096
_BUSY_S = 5.0  # writers wait for each other in their own threads
_READ_BUSY_S = 0.005  # the event loop does not
_SUFFIXES = ("", "-wal", "-shm")
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

_TABLES = """
CREATE TABLE entries (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, source TEXT NOT NULL, host TEXT NOT NULL,
    head TEXT NOT NULL, times TEXT NOT NULL, digest TEXT, length INTEGER,
    media_type TEXT NOT NULL, facts TEXT, parent TEXT, pinned INTEGER NOT NULL,
    checksum BLOB NOT NULL, touched_at REAL NOT NULL
);
-- On a tie pictures go before the original they were made from.
CREATE INDEX coldest ON entries (touched_at, kind DESC) WHERE pinned = 0;
CREATE INDEX made_from ON entries (parent, touched_at) WHERE parent IS NOT NULL;
CREATE INDEX naming ON entries (digest) WHERE digest IS NOT NULL;
-- names: how many rows name the blob; free_at: since when it may go where none does.
CREATE TABLE blobs (
    digest TEXT PRIMARY KEY, disk_bytes INTEGER NOT NULL,
    names INTEGER NOT NULL, free_at REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX unnamed ON blobs (free_at) WHERE names <= 0;
CREATE TABLE reservations (
    draft TEXT PRIMARY KEY, owner TEXT NOT NULL, disk_bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE totals (
    blobs INTEGER NOT NULL, blob_bytes INTEGER NOT NULL, originals INTEGER NOT NULL,
    pictures INTEGER NOT NULL, created_at REAL NOT NULL
);
CREATE TRIGGER blob_came AFTER INSERT ON blobs BEGIN
    UPDATE totals SET blobs = blobs + 1, blob_bytes = blob_bytes + NEW.disk_bytes;
END;
CREATE TRIGGER blob_changed AFTER UPDATE OF disk_bytes ON blobs BEGIN
    UPDATE totals SET blob_bytes = blob_bytes + NEW.disk_bytes - OLD.disk_bytes;
END;
CREATE TRIGGER blob_went AFTER DELETE ON blobs BEGIN
    UPDATE totals SET blobs = blobs - 1, blob_bytes = blob_bytes - OLD.disk_bytes;
END;
CREATE TRIGGER entry_came AFTER INSERT ON entries BEGIN
    UPDATE totals SET originals = originals + (NEW.kind = 'original'),
                      pictures = pictures + (NEW.kind = 'picture');
    UPDATE blobs SET names = names + 1 WHERE digest = NEW.digest;
END;
CREATE TRIGGER entry_went AFTER DELETE ON entries BEGIN
    UPDATE totals SET originals = originals - (OLD.kind = 'original'),
                      pictures = pictures - (OLD.kind = 'picture');
    UPDATE blobs SET names = names - 1, free_at = OLD.touched_at WHERE digest = OLD.digest;
END;
"""

_log = logging.getLogger("proxy.stores")


class IndexFile:
    """The index at ``path``. ``open`` and ``reader`` raise OSError, sqlite3.Error."""

    def __init__(self, path: Path, *, lock: Path, now: Callable[[], float]) -> None:
        self.path = path
        self._wal = Path(f"{path}-wal")
        self._lock = lock
        self._now = now
        self._opened: tuple[int, int] | None = None

    def open(self, *, suspect: bool = False) -> sqlite3.Connection:
        """Return a connection that writes, to this index or a new one in its place.

        ``suspect``: go through every page first. Without it only what opening meets is noticed,
        because a start must not take longer the more is stored.
        """
        with _locked(self._lock):
            connection, verdict = self._try_open(suspect=suspect)
            if connection is None:
                self._set_aside(verdict)
                connection, verdict = self._try_open(suspect=False)
            if connection is None:
                raise StoreUnavailable(f"a new index in {self.path} cannot be used: {verdict}")
            self._opened = self.identity()
            return connection

    def reader(self) -> sqlite3.Connection:
        """Return a connection that only reads; text comes as bytes (see rows)."""
        connection = _connect(f"{self.path.absolute().as_uri()}?mode=rw", busy_s=_READ_BUSY_S)
        connection.execute("PRAGMA query_only = ON")
        connection.text_factory = bytes
        return connection

    def keep_wal_short(self, connection: sqlite3.Connection) -> None:
        """Empty the WAL where one large transaction made it longer than it may be.

        SQLite itself cuts it back only when it is next used from its beginning.
        """
        with suppress(FileNotFoundError):
            if self._wal.stat().st_size > WAL_BYTES:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def moved(self) -> bool:
        """Tell whether what stands at the path is no longer what was opened."""
        return self._opened is None or self.identity() != self._opened

    def identity(self) -> tuple[int, int] | None:
        """Return which file stands at the path; None: none does."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return (found.st_dev, found.st_ino)

    def damage(self) -> str:
        """Go through every page on a connection of its own; return what is wrong, or ""."""
        try:
            connection = self.reader()
            try:
                verdict: bytes = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            finally:
                connection.close()
        except sqlite3.DatabaseError as exc:
            return str(exc) if is_damage(exc) else ""
        return "" if verdict == b"ok" else verdict.decode(errors="replace")

    def _try_open(self, *, suspect: bool) -> tuple[sqlite3.Connection | None, str]:
        connection = _connect(f"{self.path.absolute().as_uri()}?mode=rwc", busy_s=_BUSY_S)
        try:
            verdict = self._ready(connection, suspect=suspect)
        except sqlite3.DatabaseError as exc:
            connection.close()
            if not is_damage(exc):
                raise
            return None, f"damaged: {exc}"
        except BaseException:
            connection.close()
            raise
        if verdict:
            connection.close()
            return None, verdict
        return connection, ""

    def _ready(self, connection: sqlite3.Connection, *, suspect: bool) -> str:
        """Make the connection fit for work; return why it cannot be, or ""."""
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and version != VERSION:
            if self._opened is not None:  # at run time: a newer release took over, leave it alone
                raise StoreUnavailable(f"{self.path} is now an index of version {version}")
            return f"version {version}, not {VERSION}"
        if tables and suspect:
            verdict: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            if verdict != "ok":
                return f"damaged: {verdict}"
        if not tables:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}").fetchone()
        connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}").fetchone()
        if not tables:
            connection.executescript(
                f"BEGIN;{_TABLES}INSERT INTO totals VALUES (0, 0, 0, 0, {self._now()!r});"  # noqa: S608  # a float of ours; scripts take no parameters
                f"PRAGMA user_version = {VERSION};COMMIT"
            )
        # A damaged row may hold what is no text; who deletes it goes by rowid.
        connection.text_factory = _lenient
        return ""

    def _set_aside(self, verdict: str) -> None:
        """Move the index out of the way; one such copy is kept, for whoever wants to look.

        Other processes notice that the file at the path is another one and open that. SQLite does
        not delete a WAL on close whose index was moved away under it (pager.c: databaseIsUnmoved).
        """
        aside = self.path.with_name(f"{self.path.name}.aside")
        for suffix in _SUFFIXES:
            Path(f"{aside}{suffix}").unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                Path(f"{self.path}{suffix}").rename(f"{aside}{suffix}")
        _log.error("the index %s is %s: set aside as %s", self.path, verdict, aside.name)


def is_damage(failure: sqlite3.Error) -> bool:
    """Tell a damaged file from a disk that fails, by SQLite's primary result code."""
    return (getattr(failure, "sqlite_errorcode", 0) & 0xFF) in _DAMAGED


def _connect(uri: str, *, busy_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=busy_s, isolation_level=None, check_same_thread=False
    )


def _lenient(raw: bytes) -> str:
    return raw.decode(errors="replace")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process at a time open, make or set aside an index."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
