"""The shelf of blobs: ``blobs/ab/cd/<sha256>`` and its rows, changed together.

The law that keeps deletion out of the way of everyone else: **a name appears or vanishes under
``blobs/`` only inside a write transaction of the index.** SQLite lets one process write at a time,
so that lock is the mutex of the directory:

- Delete against commit of the same bytes, in whatever process: one comes first. A commit after a
  delete renames its own file there; a delete after a commit sees the commit's row, and rows that
  name the blob keep it.
- Delete against read: whoever has opened the file reads it to its end (POSIX); whoever comes later
  finds nothing, which is a miss.
- A reader that met a damaged file asks for its removal by identity (inode, size, mtime), so a copy
  renamed there meanwhile stays.
- Rows first or files first? Killed between rename and COMMIT a file has no row: ``sweep`` counts
  it. Killed between unlink and COMMIT a row has no file: a miss that heals. Never wrong bytes.

Every function but ``read``, ``open_verified`` and ``write`` expects to run in such a transaction;
all may raise OSError.
"""

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path

from proxy.stores.directory import Directory, is_digest

_BLOCK = 4096

# So long a fresh blob may wait for the row that will name it (a soft promise: see ledger.evict).
GRACE_S = 60.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Which file it was that stood at a path."""

    device: int
    inode: int
    size: int
    changed_ns: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Identity":
        """Take what tells one file from its successor at the same path."""
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class Damaged:
    """What was found instead of a blob; ``identity`` None: nothing."""

    identity: Identity | None


def read(path: str, digest: str, length: int) -> bytes | Damaged:
    """Return a blob's bytes, verified against its name. Raises OSError where the disk fails."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return Damaged(None)
    try:
        found = os.fstat(handle)
        data = _read_whole(handle, length) if found.st_size == length else b""
    finally:
        os.close(handle)
    if len(data) == length and sha256(data).hexdigest() == digest:
        return data
    return Damaged(Identity.of(found))


def open_verified(path: str, digest: str, length: int) -> int | Damaged:
    """Return a descriptor of a blob whose bytes were just verified, at its beginning.

    Never holds more than a part of it in memory. Raises OSError where the disk fails.
    """
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return Damaged(None)
    try:
        found = os.fstat(handle)
        with os.fdopen(handle, "rb", closefd=False) as file:
            sum_ = file_digest(file, "sha256").hexdigest() if found.st_size == length else ""
    except BaseException:
        os.close(handle)
        raise
    if sum_ == digest:
        os.lseek(handle, 0, os.SEEK_SET)
        return handle
    os.close(handle)
    return Damaged(Identity.of(found))


def publish(
    connection: sqlite3.Connection, directory: Directory, digest: str, draft: Path, *, now: float
) -> bool:
    """Put a finished draft on the shelf; False where the draft is gone.

    A file already there is replaced: the same bytes, or damaged ones.
    """
    target = Path(directory.blob(digest))
    try:
        taken = disk_bytes(draft.stat())
    except FileNotFoundError:
        return False
    try:
        draft.rename(target)
    except FileNotFoundError:  # its folder is: most of 65,536 are there in time
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.rename(target)
    _write_row(connection, digest, taken, free_at=now + GRACE_S)
    connection.execute("DELETE FROM reservations WHERE draft = ?", (draft.name,))
    return True


def write(draft: Path, data: bytes) -> None:
    """Write all of a draft at once; nothing is left of it where that fails."""
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        rest = memoryview(data)
        while rest:  # a disk that fills up takes part of it first
            rest = rest[os.pwrite(file, rest, len(data) - len(rest)) :]
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finally:
        os.close(file)


def count(connection: sqlite3.Connection, directory: Directory, digest: str) -> None:
    """Write the row of a blob that is there. Raises FileNotFoundError where none is."""
    found = Path(directory.blob(digest)).stat()
    free_at = found.st_mtime + GRACE_S
    _write_row(connection, digest, disk_bytes(found), free_at=free_at)


def drop(connection: sqlite3.Connection, directory: Directory, digest: str) -> None:
    """Take a blob off the shelf, with folders it leaves empty."""
    if is_digest(digest):
        path = Path(directory.blob(digest))
        path.unlink(missing_ok=True)
        with suppress(OSError):  # not empty, mostly
            path.parent.rmdir()
            path.parent.parent.rmdir()
    connection.execute("DELETE FROM blobs WHERE digest = ?", (digest,))


def drop_unnamed(connection: sqlite3.Connection, directory: Directory, digest: str) -> bool:
    """Take a blob off the shelf unless a row names it; tell whether it went."""
    named = connection.execute(
        "SELECT 1 FROM blobs WHERE digest = ? AND names > 0", (digest,)
    ).fetchone()
    if named:
        return False
    drop(connection, directory, digest)
    return True


def discard(
    connection: sqlite3.Connection, directory: Directory, digest: str, damaged: Damaged
) -> None:
    """Remove a blob found damaged, and the rows that are nothing without it.

    An original's row stays while pictures were made from it (it still validates and answers them),
    and so does a pinned one: their bodies heal by fetching again.
    """
    try:
        current = Identity.of(Path(directory.blob(digest)).stat())
    except FileNotFoundError:
        current = None
    if current != damaged.identity:
        return  # another process has put a good one there
    connection.execute(
        "DELETE FROM entries WHERE digest = ? AND pinned = 0 AND NOT EXISTS"
        " (SELECT 1 FROM entries AS made WHERE made.parent = entries.key)",
        (digest,),
    )
    drop(connection, directory, digest)


def reconcile(connection: sqlite3.Connection, directory: Directory, prefix: str) -> None:
    """Make rows and files agree about the blobs that begin with ``prefix`` (two hex digits).

    Counts files that have no row, forgets rows that have no file, and mends sizes and names.
    """
    files = {path.name: path for path in (directory.blobs / prefix).glob("??/*")}
    span = (prefix, f"{prefix}~")
    rows = connection.execute(
        "SELECT digest, disk_bytes, names FROM blobs WHERE digest BETWEEN ? AND ?", span
    ).fetchall()
    connection.executemany(
        "DELETE FROM blobs WHERE digest = ?",
        [(digest,) for digest, _, _ in rows if digest not in files],
    )
    names: dict[str, int] = dict(
        connection.execute(
            "SELECT digest, count(*) FROM entries WHERE digest BETWEEN ? AND ? GROUP BY digest",
            span,
        )
    )
    known = {digest: (taken, n_names) for digest, taken, n_names in rows}
    for digest, path in files.items():
        found = path.stat()
        so = (disk_bytes(found), names.get(digest, 0))
        if is_digest(digest) and known.get(digest) != so:
            _write_row(connection, digest, so[0], free_at=found.st_mtime + GRACE_S)


def disk_bytes(found: os.stat_result) -> int:
    """Return the bytes a file takes: its blocks, or its length where blocks are told late (NFS)."""
    return max(found.st_blocks * 512, blocks(found.st_size))


def blocks(n_bytes: int) -> int:
    """Round up to whole blocks of 4 KiB."""
    return -(-n_bytes // _BLOCK) * _BLOCK


def _write_row(connection: sqlite3.Connection, digest: str, taken: int, *, free_at: float) -> None:
    connection.execute(
        "INSERT INTO blobs VALUES"
        " (:digest, :taken, (SELECT count(*) FROM entries WHERE digest = :digest), :free_at)"
        " ON CONFLICT (digest) DO UPDATE SET"
        " disk_bytes = excluded.disk_bytes, names = excluded.names, free_at = excluded.free_at",
        {"digest": digest, "taken": taken, "free_at": free_at},
    )


def _read_whole(handle: int, length: int) -> bytes:
    """Return up to ``length`` bytes; less where the file was cut."""
    data = os.read(handle, length)
    while len(data) < length:
        more = os.read(handle, length - len(data))
        if not more:
            break
        data += more
    return data
