"""One killable worker process; its user keeps the slot while the process behind it changes.

A pool of one each, because pebble's workers share a locked pipe: one that dies while it holds the
lock would stop them all. After anything but a result the process is replaced whole.
"""

import asyncio
import multiprocessing
import os
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from pebble import CONSTS, ProcessExpired, ProcessPool

from proxy.errors import Busy, MakingTimeout, WorkerLost
from proxy.images.limits import Limits
from proxy.images.worker import Work, bounded, prepare
from proxy.tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Callable

_JOBS_MAX = 500  # then a fresh process: what decoders leak is bounded
_STARTS_MAX = 2
_START_S = 10.0  # a process is ready in half a second; one that is not after this is given up

_TAKE_S = 0.5  # a running process takes its job at once; one that does not is stopped

_T = TypeVar("_T")


class Slot:
    """A place for one job at a time. ``lost`` counts processes that died or had to be killed."""

    def __init__(self, limits: Limits, tasks: Tasks) -> None:
        self.lost = 0
        self._runs = False  # the process behind it has answered once
        self._limits = limits
        self._tasks = tasks
        self._pool: ProcessPool = self._start()

    async def ready(self) -> None:
        """Wait until the process has loaded its decoders."""
        async with asyncio.timeout(_START_S):
            await asyncio.wrap_future(self._pool.schedule(os.getpid))
        self._runs = True

    async def run(self, work: Work[_T], data: bytes) -> _T:
        """Return what ``work`` makes of ``data`` in the process.

        Raises what it raises, MakingTimeout at the deadline and WorkerLost where the process dies
        of it. One that died before the job began costs only a new start; Busy where that one dies,
        too. Cancelling kills the process.
        """
        broken: RuntimeError | None = None
        for _ in range(_STARTS_MAX):
            try:
                return await self._attempt(work, data)
            except RuntimeError as exc:  # pebble's word for a pool whose process died idle
                self._lose()
                broken = exc
        raise Busy("the workers died before they took the picture") from broken

    async def close(self) -> None:
        """End the process."""
        await asyncio.to_thread(_end, self._pool)

    async def _attempt(self, work: Work[_T], data: bytes) -> _T:
        deadline_s = self._limits.deadline_s
        arguments = work, data, self._limits
        bound: Callable[..., _T] = bounded
        job = self._pool.schedule(bound, args=arguments, timeout=deadline_s)
        try:
            async with asyncio.timeout(deadline_s + (_TAKE_S if self._runs else _START_S)):
                result = await asyncio.wrap_future(job)
        except ProcessExpired as exc:
            self._lose()
            raise WorkerLost(f"the worker died of the picture: exit {exc.exitcode}") from exc
        except TimeoutError as exc:
            self._lose()
            raise MakingTimeout(f"not made within images.deadline = {deadline_s:g} s") from exc
        except asyncio.CancelledError:
            self._replace()
            raise
        else:
            self._runs = True
            return result

    def _start(self) -> ProcessPool:
        # Workers ignore SIGTERM, a shutdown's signal to the whole group; pebble is to kill at once.
        CONSTS.term_timeout = 0
        pool = ProcessPool(
            max_workers=1,
            max_tasks=_JOBS_MAX,
            initializer=prepare,
            initargs=(self._limits, os.getpid()),
            context=multiprocessing.get_context("spawn"),
        )
        # Asking starts it; in this thread, because a worker dies with the thread it came from.
        # Where there is no room for a process, the next job says so.
        with suppress(BrokenProcessPool):
            _ = pool.active
        return pool

    def _lose(self) -> None:
        self.lost += 1
        self._replace()

    def _replace(self) -> None:
        self._tasks.spawn(asyncio.to_thread(_end, self._pool), name="end a picture worker")
        self._pool = self._start()
        self._runs = False


def _end(pool: ProcessPool) -> None:
    """Stop a pool and wait for its process and threads. Blocks for some tenths of a second."""
    pool.stop()  # type: ignore[no-untyped-call]  # pebble left it untyped
    pool.join()
