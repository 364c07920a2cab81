"""Background tasks that are kept, named and awaited at the end.

The event loop keeps only weak references to tasks; one that nobody holds may vanish while it runs.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from proxy.errors import ProxyError

_T = TypeVar("_T")
_log = logging.getLogger("proxy.tasks")


class Tasks:
    """The background tasks of one owner."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, _T], *, name: str) -> asyncio.Task[_T]:
        """Start ``work`` and keep it until it ends; an unexpected failure is logged once."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self, *, timeout_s: float) -> None:
        """Wait for all that runs or is started meanwhile; after ``timeout_s`` cancel the rest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._running:
                    await asyncio.wait(self._running)
        left = tuple(self._running)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        failure = task.exception()
        if failure is not None and not isinstance(failure, ProxyError):
            _log.error("task %s failed", task.get_name(), exc_info=failure)
