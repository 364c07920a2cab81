"""The one thread of this process that writes the index: jobs in, batched transactions, futures out.

A job is a function of the connection. Each runs in a savepoint of its own: one that fails leaves
the others of its batch whole. Results are told only after COMMIT. Knows no table.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from proxy.errors import StoreUnavailable
from proxy.stores.health import sentence
from proxy.stores.schema import FAILURES, IndexFile, is_damage

_BATCH = 128

_T = TypeVar("_T")


@dataclass(slots=True)
class _Job(Generic[_T]):
    work: Callable[[sqlite3.Connection], _T]
    future: "asyncio.Future[_T]"
    result: _T | None = None
    failure: Exception | None = None


class Writer:
    """Made on the event loop its futures belong to."""

    def __init__(self, index: IndexFile, *, prepare: Callable[[], None]) -> None:
        self._index = index
        self._prepare = prepare  # called before the index is opened; may raise OSError
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._connection: sqlite3.Connection | None = None
        self._suspect = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="stores.writer", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[sqlite3.Connection], _T]) -> "asyncio.Future[_T]":
        """Run ``work`` inside a write transaction. The future raises StoreUnavailable.

        It runs even where the waiter is cancelled meanwhile, in the order of the calls.
        """
        future: asyncio.Future[_T] = self._loop.create_future()
        if self._closed:
            future.set_exception(StoreUnavailable("the store is closed"))
        else:
            self._jobs.put(_Job(work, future))
        return future

    def post(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Run ``work`` as ``do`` does, with nobody waiting; a failure is met again by the next."""
        self.do(work).add_done_callback(lambda done: done.cancelled() or done.exception())

    def suspect(self) -> None:
        """Have every page of the index checked before the next job."""
        self._suspect = True

    async def close(self) -> None:
        """Finish what was asked for and end the thread."""
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        going = True
        while going:
            batch, going = self._next_batch()
            if batch:
                self._try_batch(batch)
                self._loop.call_soon_threadsafe(_tell, batch)
        self._drop_connection()

    def _next_batch(self) -> tuple[list[_Job[Any]], bool]:
        """Wait for a job and take those behind it; False once the end was asked for."""
        jobs = [self._jobs.get()]
        with suppress(Empty):
            while jobs[-1] is not None and len(jobs) < _BATCH:
                jobs.append(self._jobs.get_nowait())
        return [job for job in jobs if job is not None], jobs[-1] is not None

    def _try_batch(self, batch: list[_Job[Any]]) -> None:
        try:
            self._run_batch(self._connected(), batch)
        except (*FAILURES, OSError, StoreUnavailable) as exc:
            if is_damage(exc):
                self._suspect = True
            self._drop_connection()
            for job in batch:
                job.failure = _translated(exc)

    def _connected(self) -> sqlite3.Connection:
        if self._suspect or self._index.moved():
            self._drop_connection()
        if self._connection is None:
            self._prepare()
            self._connection = self._index.open(suspect=self._suspect)
            self._suspect = False
        return self._connection

    def _run_batch(self, connection: sqlite3.Connection, batch: list[_Job[Any]]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        for job in batch:
            connection.execute("SAVEPOINT job")
            try:
                job.result = job.work(connection)
            except FAILURES:
                raise
            except Exception as exc:  # noqa: BLE001  # told to the one who asked, by its future
                connection.execute("ROLLBACK TO job")
                job.failure = _translated(exc) if isinstance(exc, OSError) else exc
            connection.execute("RELEASE job")
        connection.execute("COMMIT")
        self._index.keep_wal_short(connection)

    def _drop_connection(self) -> None:
        """Close, which rolls back what is open; the next job opens anew."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None


def _tell(batch: list[_Job[Any]]) -> None:
    for job in batch:
        if job.future.done():  # its waiter was cancelled
            continue
        if job.failure is None:
            job.future.set_result(job.result)
        else:
            job.future.set_exception(job.failure)


def _translated(failure: Exception) -> StoreUnavailable:
    if isinstance(failure, StoreUnavailable):
        return failure
    translated = StoreUnavailable(sentence(failure))
    translated.__cause__ = failure
    return translated
