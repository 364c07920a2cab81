"""The room that keeps: rows and bytes, memory over one of these backends. Door: ``store.Store``."""

from collections.abc import Awaitable, Callable

from proxy.stores.disk import Disk
from proxy.stores.memory import Memory
from proxy.stores.protocols import Backend

# A name and what opens it: (settings, now=…).
BACKENDS: tuple[tuple[str, Callable[..., Awaitable[Backend]]], ...] = (
    ("disk", Disk.open),
    ("memory", Memory.open),
)
