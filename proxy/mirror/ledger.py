"""What was tried and when, on disk: so that a killed run goes on, and what is gone is left alone.

Attempts only; what succeeded, the index says. JSON lines, appended; the last line of a source
counts, and one cut by sudden death is passed over. A lock beside it keeps a second writer out.
"""

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from proxy.errors import StoreUnavailable
from proxy.mirror.asking import Answer
from proxy.settings import Cache

_NAME = "mirror/ledger.jsonl"
_SPARE_LINES = 1000  # so many may be outdated before the file is written anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How an ask of a source ended. Instants are Unix seconds."""

    source: str
    at: float
    status: int
    problem: str = ""
    because: str = ""
    until: float = 0.0  # it is not asked again before
    presets: tuple[str, ...] = ()  # that were wanted with it

    def holds(self, now: float) -> bool:
        """Tell whether the source is left alone now; a clock set back does not make it so."""
        return self.at <= now < self.until

    @property
    def answer(self) -> Answer:
        """Return what was answered, as far as it was noted."""
        return Answer(status=self.status, problem=self.problem, because=self.because)


class Ledger:
    """The last attempt of each source; written through ``file`` where there is one."""

    def __init__(self, last: dict[str, Attempt], file: int | None = None) -> None:
        self._last = last
        self._file = file

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what stands in a ledger, to look at, whoever writes it; empty where there is none.

        Raises StoreUnavailable.
        """
        return cls({attempt.source: attempt for attempt in _attempts(path)})

    def last(self, source: str) -> Attempt | None:
        """Return how a source's last ask ended."""
        return self._last.get(source)

    def note(self, attempt: Attempt) -> None:
        """Remember an attempt; it survives the end of this process. Raises StoreUnavailable."""
        self._last[attempt.source] = attempt
        if self._file is None:
            return
        try:
            _append(self._file, attempt)
        except OSError as failed:
            raise StoreUnavailable(f"the ledger cannot be written: {failed.strerror}") from failed


def path_of(cache: Cache) -> Path:
    """Return where the ledger of a store lies."""
    return Path(cache.dir).expanduser() / _NAME


@contextmanager
def writing(path: Path) -> Iterator[Ledger]:
    """Open a ledger to go on with it; its folder is made.

    Raises StoreUnavailable where that cannot be done, or another run writes it just now.
    """
    with _locked(path):
        try:
            attempts = list(_attempts(path))
            last = {attempt.source: attempt for attempt in attempts}
            if len(attempts) > 2 * len(last) + _SPARE_LINES:
                _write_anew(path, last)
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as failed:
            raise StoreUnavailable(f"{path}: {failed.strerror}") from failed
        try:
            yield Ledger(last, file)
        finally:
            os.close(file)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other writers out. The lock's file stays: who removed it would let two in."""
    lock = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as failed:
        raise StoreUnavailable(f"{lock}: {failed.strerror}") from failed
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise StoreUnavailable(f"{path}: another run is writing it") from taken
        yield
    finally:
        os.close(handle)


def _attempts(path: Path) -> Iterator[Attempt]:
    try:
        with suppress(FileNotFoundError), path.open("rb") as file:
            for line in file:
                with suppress(ValueError, TypeError, RecursionError):  # cut, or another release's
                    yield _parsed(line)
    except OSError as failed:
        raise StoreUnavailable(f"{path}: {failed.strerror}") from failed


def _parsed(line: bytes) -> Attempt:
    """Return a line's attempt; raises ValueError, TypeError."""
    said = json.loads(line)
    attempt = Attempt(**{**said, "presets": tuple(said["presets"])} if "presets" in said else said)
    numbers = (attempt.at, attempt.until, attempt.status)
    texts = (attempt.source, attempt.problem, attempt.because, *attempt.presets)
    if not all(isinstance(one, int | float) for one in numbers) or not all(
        isinstance(one, str) for one in texts
    ):
        raise TypeError(f"{said!r} is no attempt")
    return attempt


def _append(file: int, attempt: Attempt) -> None:
    line = _line(attempt)
    size = os.fstat(file).st_size
    if size and os.pread(file, 1, size - 1) != b"\n":
        line = b"\n" + line  # a line was cut by sudden death
    if os.write(file, line) != len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _line(attempt: Attempt) -> bytes:
    return json.dumps(asdict(attempt), separators=(",", ":")).encode() + b"\n"


def _write_anew(path: Path, last: dict[str, Attempt]) -> None:
    """Write the file without what is outdated, beside it, and put it in its place."""
    draft = path.with_name(f"{path.name}.new")
    with draft.open("wb") as file:
        file.writelines(_line(attempt) for attempt in last.values())
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
