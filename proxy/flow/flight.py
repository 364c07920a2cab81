"""Single-flight: many who want the same thing at once share one making of it.

The making is a task of its own, so a waiter that leaves never kills it and its fruit is kept.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

from proxy.tasks import Tasks

_T = TypeVar("_T")


class Flight(Generic[_T]):
    """The makings under way, by key."""

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks
        self._under_way: dict[str, asyncio.Task[_T]] = {}

    def begin(self, key: str, make: Callable[[], Coroutine[Any, Any, _T]]) -> asyncio.Task[_T]:
        """Start ``make``, unless the same is being made already; nobody need wait for it."""
        return self.join(key, make)[0]

    def join(
        self, key: str, make: Callable[[], Coroutine[Any, Any, _T]]
    ) -> tuple[asyncio.Task[_T], bool]:
        """Return the task that makes it, and whether another's making was joined.

        Whoever awaits it must shield it.
        """
        task = self._under_way.get(key)
        joined = task is not None
        if task is None:
            task = self._tasks.spawn(make(), name=f"make {key[:16]}")
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return task, joined

    async def share(self, key: str, make: Callable[[], Coroutine[Any, Any, _T]]) -> tuple[_T, bool]:
        """Return what ``make`` gives, and whether another's making was joined.

        A failure of the making goes to all who waited.
        """
        task, joined = self.join(key, make)
        return await asyncio.shield(task), joined
