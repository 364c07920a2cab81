"""The memory tier: entries and small bodies, least recently used go first, bounded in bytes.

Of this process alone; knows no disk. What lies here was verified when it came in.
"""

from collections.abc import Collection

from cachetools import LRUCache

from proxy.model.body import Held
from proxy.model.entry import Entry
from proxy.model.purge import Scope, Selector
from proxy.stores.leases import Lease, Leases

# One large picture must not push out hundreds of small ones.
MAX_BODY_BYTES = 1 << 20
# A dict slot, the objects and their fields, measured with tracemalloc on entries of ten headers.
_ENTRY_BYTES = 4000
_BODY_BYTES = 200


class Recall:
    """What this process remembers. ``max_bytes`` 0 remembers nothing."""

    def __init__(self, max_bytes: int) -> None:
        self._kept: LRUCache[tuple[str, str], Entry | bytes] = LRUCache(max_bytes, _size)
        self._leases = Leases()

    @property
    def n_bytes(self) -> int:
        """Return how much is held, by estimate for entries."""
        return int(self._kept.currsize)

    def entry(self, key: str) -> Entry | None:
        """Return the entry of a key, and make it the most recent."""
        found = self._kept.get(("entry", key))
        return found if isinstance(found, Entry) else None

    def body(self, digest: str) -> bytes | None:
        """Return the bytes of a digest, and make them the most recent."""
        found = self._kept.get(("body", digest))
        return found if isinstance(found, bytes) else None

    def keep_entry(self, entry: Entry) -> None:
        """Remember an entry, unless it holds a body that is too large."""
        self._leases.heed(entry)
        self._keep(("entry", entry.key), entry)

    def keep_body(self, digest: str, data: bytes) -> None:
        """Remember bytes that were checked against their digest, unless they are too many."""
        self._keep(("body", digest), data)

    def lease(self, entry: Entry) -> Lease:
        """Return what tells whether an entry is still what was last heard of its key."""
        return self._leases.of(entry)

    def forget(self, key: str) -> None:
        """Drop the entry of a key; bodies go by themselves, another entry may name them."""
        self._leases.end(key)
        self._kept.pop(("entry", key), None)

    def purge(self, selectors: Collection[Selector]) -> None:
        """Drop the entries that any of these covers, in one pass; nothing else."""
        self._leases.purge(selectors)
        sources = {found.value for found in selectors if found.scope is Scope.SOURCE}
        wider = [found for found in selectors if found.scope is not Scope.SOURCE]
        gone = [
            name
            for name, value in self._kept.items()
            if not isinstance(value, bytes)
            and (
                value.source in sources
                or any(selector.covers(value.source, value.host) for selector in wider)
            )
        ]
        for name in gone:
            self._kept.pop(name, None)

    def _keep(self, name: tuple[str, str], value: Entry | bytes) -> None:
        self._kept.pop(name, None)
        size = _size(value)
        if size <= min(self._kept.maxsize, MAX_BODY_BYTES + _ENTRY_BYTES):
            self._kept[name] = value


def _size(value: Entry | bytes) -> int:
    if isinstance(value, bytes):
        return len(value) + _BODY_BYTES
    return _ENTRY_BYTES + (value.body.length if isinstance(value.body, Held) else 0)
