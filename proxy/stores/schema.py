"""The index file: how it is opened, and when another takes its place.

One that is missing or damaged is replaced by the newest good copy, else by an empty one, with every
pin in it; it is made whole beside and renamed, so that no process ever opens half of it.

WAL, so that a reader never waits for a writer. ``synchronous=NORMAL``: no fsync a commit; a power
cut may lose the last seconds of rows (they are fetched again) but never leaves a broken file.
"""

import fcntl
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from proxy.errors import StoreUnavailable
from proxy.stores.backup import Copies
from proxy.stores.counter import Counter
from proxy.stores.tables import TABLES, VERSION

WAL_BYTES = 1 << 20  # counts against the bound, so small: checkpointed and cut back to this
_WAL_PAGES = WAL_BYTES // 4096
_BUSY_S = 15.0  # writers wait for each other in their own threads; a purge of 100,000 takes 3 s
_READ_BUSY_S = 0.005  # the event loop does not
_SUFFIXES = ("", "-wal", "-shm")
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

# What sqlite3 raises; the second where its message quotes a damaged name.
FAILURES = (sqlite3.Error, UnicodeDecodeError)

_log = logging.getLogger("proxy.stores")


class IndexFile:
    """The index at ``path``. ``open`` and ``reader`` raise OSError, sqlite3.Error."""

    def __init__(
        self,
        path: Path,
        *,
        lock: Path,
        now: Callable[[], float],
        counter: Counter,
        restore: Callable[[sqlite3.Connection], int],
    ) -> None:
        self.path = path
        self._counter = counter
        self._restore = restore  # puts in what a new index must not lack
        self._copies = Copies(path)
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
            if self.identity() is None:
                self._replace("missing", suspect=suspect)
            connection, verdict = self._try_open(suspect=suspect)
            if connection is None:
                self._replace(verdict, suspect=suspect)
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
                verdict: bytes = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            finally:
                connection.close()
        except FAILURES as exc:
            return str(exc) if is_damage(exc) else ""
        return "" if verdict == b"ok" else verdict.decode(errors="replace")

    def _try_open(self, *, suspect: bool) -> tuple[sqlite3.Connection | None, str]:
        connection = _connect(f"{self.path.absolute().as_uri()}?mode=rw", busy_s=_BUSY_S)
        try:
            verdict = self._ready(connection, suspect=suspect)
        except FAILURES as exc:
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
        if version != VERSION:
            if self._opened is not None and version > VERSION:
                # At run time a newer release took over: leave it alone.
                raise StoreUnavailable(f"{self.path} is now an index of version {version}")
            return f"of version {version}, not {VERSION}"
        if connection.execute("SELECT count(*) FROM totals").fetchone()[0] != 1:
            return "damaged: its totals are lost"
        if suspect:
            verdict: str = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if verdict != "ok":
                return f"damaged: {verdict}"
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {WAL_BYTES}").fetchone()
        connection.execute(f"PRAGMA wal_autocheckpoint = {_WAL_PAGES}").fetchone()
        # A damaged row may hold what is no text; who deletes it goes by rowid.
        connection.text_factory = _lenient
        return ""

    def _replace(self, verdict: str, *, suspect: bool) -> None:
        """Put another index at the path."""
        new = self.path.with_name(f"{self.path.name}.new")
        _unlink(new)
        copy = self._copies.take(new, thorough=suspect)
        connection = _connect(f"{new.absolute().as_uri()}?mode=rwc", busy_s=_BUSY_S)
        try:
            n_pins = self._fill(connection, empty=copy is None)
        finally:
            connection.close()
        _sync(new)
        self._set_aside()
        new.rename(self.path)
        if copy is not None or n_pins or verdict != "missing":
            _log.error(
                "the index %s is %s: replaced by %s, %d pins put back",
                self.path,
                verdict,
                "an empty one" if copy is None else f"its copy {copy.name}",
                n_pins,
            )

    def _fill(self, connection: sqlite3.Connection, *, empty: bool) -> int:
        """Make a new index, or a copy, fit for its place; return how many pins it lacked.

        What a copy does not know of came after it, so it counts as made now: no blob older than
        that is swept, and no fetch begun before the last purge is kept.
        """
        connection.text_factory = _lenient
        connection.execute("PRAGMA synchronous = OFF")  # one fsync does, in the end
        if empty:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.executescript(f"BEGIN;{TABLES}PRAGMA user_version = {VERSION};COMMIT")
        connection.execute("BEGIN")
        connection.execute("DELETE FROM reservations")
        connection.execute(
            "UPDATE totals SET created_at = ?, saved_at = ?, trimmed = max(trimmed, ?)",
            (self._now(), self._now() if empty else 0.0, self._counter.raise_to(0)),
        )
        n_pins = self._restore(connection)
        connection.execute("COMMIT")
        return n_pins

    def _set_aside(self) -> None:
        """Move what is left of the index out of the way; one such is kept, for whoever looks.

        A WAL that stays would be played into the next index. Other processes notice that the file
        at the path is another one and open that. SQLite does not delete a WAL on close whose index
        was moved away under it (pager.c: databaseIsUnmoved).
        """
        aside = self.path.with_name(f"{self.path.name}.aside")
        if self.identity() is not None:
            _unlink(aside)
        for suffix in _SUFFIXES:
            with suppress(FileNotFoundError):
                Path(f"{self.path}{suffix}").rename(f"{aside}{suffix}")


def is_damage(failure: Exception) -> bool:
    """Tell a damaged file from a disk that fails, by SQLite's primary result code."""
    code = getattr(failure, "sqlite_errorcode", 0) & 0xFF
    return code in _DAMAGED or isinstance(failure, UnicodeDecodeError)


def _connect(uri: str, *, busy_s: float) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=busy_s, isolation_level=None, check_same_thread=False
    )


def _unlink(path: Path) -> None:
    for suffix in (*_SUFFIXES, "-journal"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _sync(path: Path) -> None:
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


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
