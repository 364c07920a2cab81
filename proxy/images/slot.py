"""One killable worker process; its user keeps the slot while the process behind it changes.

After anything but a result the process is replaced whole, and so is one that is worn.
"""

import asyncio
from contextlib import suppress
from typing import TypeVar

from proxy.errors import Busy, MakingTimeout, WorkerLost
from proxy.images.limits import Limits
from proxy.images.process import Process
from proxy.images.worker import Work, ready
from proxy.model.body import Placed
from proxy.tasks import Tasks

_JOBS_MAX = 10_000  # then a fresh process, whatever it holds
_STARTS_MAX = 2
_START_S = 10.0  # a process is ready in half a second; one that is not after this is given up
_TAKE_S = 0.5  # a running process takes its job at once; one that is stopped does not
_GONE = (EOFError, ConnectionError)  # what a socket says whose other end has died

_T = TypeVar("_T")


class Slot:
    """A place for one job at a time. ``lost`` counts processes that died or had to be killed."""

    def __init__(self, limits: Limits, tasks: Tasks) -> None:
        self.lost = 0
        self._runs = False  # the process behind it has taken a job once
        self._jobs = 0  # it has done
        self._limits = limits
        self._tasks = tasks
        self._process: Process | None = None
        self._start()

    async def ready(self) -> None:
        """Wait until the process has loaded its decoders; raises as ``run``."""
        await self.run(ready, b"")

    async def run(self, work: Work[_T], body: bytes | Placed) -> _T:
        """Return what ``work`` makes of ``body`` in the process.

        Raises what it raises, BodyLost where what was placed is not there, MakingTimeout at the
        deadline and WorkerLost where the process dies of it. One that died before the job began
        costs only a new start; Busy where that one dies, too. Cancelling kills the process.
        """
        for _ in range(_STARTS_MAX):
            if self._process is None:
                self._start()
            if self._process is not None and await self._takes(self._process, work, body):
                return await self._made(self._process)
        raise Busy("the workers died before they took the picture")

    async def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)

    async def _takes(self, process: Process, work: Work[_T], body: bytes | Placed) -> bool:
        """Tell the process its job; False where it died instead."""
        patience_s = self._limits.deadline_s + (_TAKE_S if self._runs else _START_S)
        try:
            async with asyncio.timeout(patience_s):
                await process.tell((work, body))
        except _GONE:
            await self._lose(process)
            return False
        except TimeoutError as exc:
            await self._lose(process)
            raise MakingTimeout("the worker did not take the picture") from exc
        except asyncio.CancelledError:
            self._replace(process)
            raise
        self._runs = True
        return True

    async def _made(self, process: Process) -> _T:
        deadline_s = self._limits.deadline_s
        try:
            async with asyncio.timeout(deadline_s):
                made, worn = await process.answer()
        except _GONE as exc:
            how = await self._lose(process)
            raise WorkerLost(f"the worker died of the picture: exit {how}") from exc
        except TimeoutError as exc:
            await self._lose(process)
            raise MakingTimeout(f"not made within images.deadline = {deadline_s:g} s") from exc
        except BaseException:
            self._replace(process)
            raise
        self._jobs += 1
        if worn or self._jobs >= _JOBS_MAX:
            self._replace(process)
        if isinstance(made, Exception):
            raise made
        result: _T = made
        return result

    def _start(self) -> None:
        self._process, self._runs, self._jobs = None, False, 0
        with suppress(OSError):  # no room for a process: the next job tries again
            self._process = Process(self._limits)

    async def _lose(self, process: Process) -> int:
        """Replace a process that is of no use any more; return how it ended."""
        self.lost += 1
        return await asyncio.shield(self._replace(process))

    def _replace(self, process: Process) -> "asyncio.Task[int]":
        process.kill()
        self._start()
        return self._tasks.spawn(asyncio.to_thread(process.wait), name="end a picture worker")
