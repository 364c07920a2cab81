"""The door to picture making: a few killable processes behind a bounded queue.

Decides who may wait and who works; what a process is, ``slot`` knows. Bytes are loaded when a
process is free, so that a full queue holds none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from proxy.errors import Draining, QueueFull
from proxy.images.limits import Limits
from proxy.images.slot import Slot
from proxy.model.picture import Variant
from proxy.settings import Images
from proxy.tasks import Tasks

_log = logging.getLogger("proxy.images")
_CLOSE_S = 5.0  # ending a process takes some tenths of a second


class Workers:
    """``processes`` worker processes and the jobs that wait for one of them."""

    def __init__(self, images: Images, *, processes: int) -> None:
        self._queue_max = images.queue
        self._limits = Limits(
            max_pixels=images.max_pixels, max_frames=images.max_frames, deadline_s=images.deadline
        )
        self._processes = processes
        self._tasks = Tasks()
        self._slots: list[Slot] = []
        self._free: asyncio.Queue[Slot] = asyncio.Queue()
        self._queued = 0
        self._closed = False

    @property
    def queued(self) -> int:
        """Return how many jobs wait for a free process."""
        return self._queued

    @property
    def lost(self) -> int:
        """Return how many processes died or had to be killed at a deadline."""
        return sum(slot.lost for slot in self._slots)

    async def start(self) -> None:
        """Start the processes and wait until all are ready; jobs may queue meanwhile."""
        self._slots = [Slot(self._limits, self._tasks) for _ in range(self._processes)]
        async with asyncio.TaskGroup() as group:
            for slot in self._slots:
                group.create_task(self._open(slot))

    async def make(self, load: Callable[[], Awaitable[bytes]], variant: Variant) -> bytes:
        """Return the bytes of ``variant``, made of the original that ``load`` brings.

        Raises QueueFull where ``images.queue`` jobs wait already, Draining after ``close``,
        MakingTimeout at ``images.deadline`` (counted from when a process takes the job),
        NotDecodable where a process dies of the picture, Busy where none can be started, whatever
        ``load`` raises, and what ``pipeline.make`` raises. Cancelling kills the job.
        """
        slot = await self._claim()
        try:
            return await slot.make(await load(), variant)
        finally:
            self._free.put_nowait(slot)

    async def close(self) -> None:
        """Refuse what waits, let what is being made end (its deadline bounds it), stop all."""
        self._closed = True
        for _ in self._slots:
            await self._free.get()
        async with asyncio.TaskGroup() as group:
            for slot in self._slots:
                group.create_task(slot.close())
        await self._tasks.close(timeout_s=_CLOSE_S)

    async def _open(self, slot: Slot) -> None:
        """Free a slot once its process is ready; one that is not starts anew for its first job."""
        try:
            await slot.ready()
        except (TimeoutError, RuntimeError) as failure:
            _log.warning("a picture worker did not start: %r", failure)
        finally:
            self._free.put_nowait(slot)

    async def _claim(self) -> Slot:
        self._refuse_once_closed()
        if self._free.empty() and self._queued >= self._queue_max:
            raise QueueFull(f"images.queue = {self._queue_max} jobs wait already")
        self._queued += 1
        try:
            slot = await self._free.get()
        finally:
            self._queued -= 1
        try:
            self._refuse_once_closed()
        except Draining:
            self._free.put_nowait(slot)
            raise
        return slot

    def _refuse_once_closed(self) -> None:
        if self._closed:
            raise Draining("no more pictures are made")
