"""Leases: who built something upon an entry is told once the store says otherwise of its key.

Of this process alone, like the memory tier whose word they carry. An entry that memory merely let
go of, for room, keeps its lease.
"""

from collections.abc import Collection
from weakref import WeakValueDictionary

from proxy.model.entry import Entry
from proxy.model.purge import Selector


class Lease:
    """``current`` until another entry took the place of this one, or none did."""

    __slots__ = ("__weakref__", "current", "entry")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.current = True


class Leases:
    """The leases somebody holds, by key."""

    def __init__(self) -> None:
        self._held: WeakValueDictionary[str, Lease] = WeakValueDictionary()

    def of(self, entry: Entry) -> Lease:
        """Return the lease of an entry, which is believed to stand."""
        self.heed(entry)
        lease = self._held.get(entry.key)
        if lease is None:
            lease = self._held[entry.key] = Lease(entry)
        return lease

    def heed(self, entry: Entry) -> None:
        """End the lease of its key, unless it was for this very entry."""
        lease = self._held.get(entry.key)
        if lease is not None and lease.entry != entry:
            self.end(entry.key)

    def end(self, key: str) -> None:
        """End the lease of a key: there is no such entry any more."""
        lease = self._held.pop(key, None)
        if lease is not None:
            lease.current = False

    def purge(self, selectors: Collection[Selector]) -> None:
        """End the leases of all that any of these covers."""
        for key, lease in list(self._held.items()):
            entry = lease.entry
            if any(selector.covers(entry.source, entry.host) for selector in selectors):
                self.end(key)
