"""How many of our asks one origin has to bear at once; the others wait their turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class _Slot:
    free: asyncio.Semaphore
    users: int = 0  # holding or waiting; at 0 the slot is forgotten


class Slots:
    """At most ``limit`` holders a key; a key nobody uses takes no memory."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._slots: dict[str, _Slot] = {}

    def __len__(self) -> int:
        """Return the number of keys in use."""
        return len(self._slots)

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Wait for a place at ``key`` and keep it for the block; the caller sets the deadline."""
        slot = self._slots.setdefault(key, _Slot(asyncio.Semaphore(self._limit)))
        slot.users += 1
        try:
            async with slot.free:
                yield
        finally:
            slot.users -= 1
            if not slot.users:
                del self._slots[key]
