"""The door to picture making: a few killable processes behind a bounded queue.

Decides who may wait and who works; what a process is, ``slot`` knows. Bytes are loaded when a
process is free, so that a full queue holds none; where they are a file, the process reads it.
Pictures of one original that wait for the same
process are made of one decode.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from proxy.errors import Draining, ProxyError, QueueFull, WorkerLost
from proxy.images.batch import Batch, by_variant
from proxy.images.limits import Limits
from proxy.images.slot import Slot
from proxy.images.worker import Making, Work, clean, describe, fingerprint
from proxy.model.body import Placed
from proxy.model.picture import Facts, Variant
from proxy.settings import Images
from proxy.tasks import Tasks

Load = Callable[[], Awaitable[bytes | Placed]]  # a body, or where it is

_T = TypeVar("_T")
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
        self._waiting: set[object] = set()  # a token for each work that waits for a process
        self._batches: dict[str, Batch] = {}  # by the original's digest; not begun
        self._closed = False

    @property
    def queued(self) -> int:
        """Return how many works wait for a free process."""
        return len(self._waiting)

    @property
    def lost(self) -> int:
        """Return how many processes died or had to be killed at a deadline."""
        return sum(slot.lost for slot in self._slots)

    async def start(self, *, after_s: float = 0.0) -> None:
        """Start the processes and wait until all are ready; jobs may queue meanwhile.

        Each takes a third of a second of a processor to start: ``after_s`` leaves them to others.
        """
        await asyncio.sleep(after_s)
        self._slots = [Slot(self._limits, self._tasks) for _ in range(self._processes)]
        async with asyncio.TaskGroup() as group:
            for slot in self._slots:
                group.create_task(self._open(slot))

    async def make(
        self, digest: str, load: Load, variant: Variant, facts: Facts | None = None
    ) -> bytes:
        """Return the bytes of ``variant``, made of the original that ``load`` brings.

        ``digest`` names that original, ``facts`` are what its bytes say, where they are known: what
        waits for the same is made together. Raises QueueFull
        where ``images.queue`` works wait already, Draining after ``close``, MakingTimeout at
        ``images.deadline`` (counted from when a process takes the work), WorkerLost where a process
        dies of the picture, Busy where none can be started, whatever ``load`` raises, and what
        ``pipeline.make`` gives. Cancelling all who wait kills the work.
        """
        batch = self._batches.get(digest)
        if batch is None or not batch.takes(variant):
            batch = self._batches[digest] = self._begun(digest, load, facts)
        return await batch.join(variant)

    async def describe(self, load: Load) -> bytes:
        """Return what is known of the picture that ``load`` brings, as JSON; raises as ``make``."""
        return await self._run(describe, load)

    async def clean(self, data: bytes) -> bytes:
        """Return an SVG without what runs or loads; raises NotServedType, and as ``make``."""
        return await self._run(clean, _loaded(data))

    async def fingerprint(self, data: bytes) -> int:
        """Return how a picture looks, as 64 bits that are near for the like; raises as ``make``."""
        return await self._run(fingerprint, _loaded(data))

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
        except ProxyError as failure:
            _log.warning("a picture worker did not start: %r", failure)
        finally:
            self._free.put_nowait(slot)

    def _begun(self, digest: str, load: Load, facts: Facts | None) -> Batch:
        batch, token = Batch(facts), self._queue_up()

        def left(_task: asyncio.Task[None]) -> None:  # it may be cancelled before it runs
            self._waiting.discard(token)
            self._close(batch, digest)
            batch.fail(Draining("no more pictures are made"))

        work = self._made_together(batch, digest, load, token)
        batch.work = self._tasks.spawn(work, name=f"make of {digest[:8]}")
        batch.work.add_done_callback(left)
        return batch

    async def _made_together(self, batch: Batch, digest: str, load: Load, token: object) -> None:
        try:
            async with self._free_slot(token) as slot:
                body = await load()
                self._close(batch, digest)
                await self._settled(batch, slot, body)
        except Exception as failure:  # noqa: BLE001  # it goes to all who wait
            self._close(batch, digest)  # who comes from here on was not waiting
            batch.fail(failure)

    async def _settled(self, batch: Batch, slot: Slot, body: bytes | Placed) -> None:
        variants = batch.variants
        try:
            made = await slot.run(Making(variants, batch.facts), body)
        except WorkerLost as lost:
            if len(variants) == 1:
                raise
            _log.warning("%s; its pictures are made one by one", lost)
        else:
            batch.settle(by_variant(variants, made))
            return
        for variant in variants:  # which of them it died of is not known
            try:
                (result,) = await slot.run(Making((variant,), batch.facts), body)
                batch.settle({variant: result})
            except WorkerLost as lost:
                batch.settle({variant: lost})

    def _close(self, batch: Batch, digest: str) -> None:
        """Let nobody join any more."""
        if self._batches.get(digest) is batch:
            del self._batches[digest]

    async def _run(self, work: Work[_T], load: Load) -> _T:
        async with self._free_slot(self._queue_up()) as slot:
            return await slot.run(work, await load())

    def _queue_up(self) -> object:
        """Return the token of one more work that waits; raises QueueFull and Draining."""
        self._refuse_once_closed()
        if len(self._waiting) >= self._queue_max + self._free.qsize():
            raise QueueFull(f"images.queue = {self._queue_max} works wait already")
        token = object()
        self._waiting.add(token)
        return token

    @asynccontextmanager
    async def _free_slot(self, token: object) -> AsyncIterator[Slot]:
        """Hold a process alone, once one is free."""
        try:
            slot = await self._free.get()
        finally:
            self._waiting.discard(token)
        try:
            self._refuse_once_closed()
            yield slot
        finally:
            self._free.put_nowait(slot)

    def _refuse_once_closed(self) -> None:
        if self._closed:
            raise Draining("no more pictures are made")


def _loaded(data: bytes) -> Load:
    async def load() -> bytes:
        return data

    return load
