"""Which blobs were verified lately: their files, unchanged since, need not be read twice a hit.

For large bodies, which memory does not keep: hashing 2 MB takes four times what sending it does.
A file that was written to is noticed by its identity, a disk that forgets by the next verification.
Knows no file.
"""

from cachetools import LRUCache

from proxy.stores.shelf import Identity

TRUSTED_S = 600.0
# A file's time moves in ticks of some milliseconds: two writes within one leave one identity.
_SETTLED_S = 2.0
_MOST = 4096
_NS = 1_000_000_000


class Trusted:
    """What this process verified, by digest. Instants are Unix seconds."""

    def __init__(self) -> None:
        self._known: LRUCache[str, tuple[Identity, float]] = LRUCache(_MOST)

    def remember(self, digest: str, identity: Identity, now: float) -> None:
        """Take note that a file's bytes were just found to be those of the digest."""
        if now - identity.changed_ns / _NS > _SETTLED_S:
            self._known[digest] = (identity, now)

    def holds(self, digest: str, identity: Identity, now: float) -> bool:
        """Tell whether this very file was found so within ``TRUSTED_S``."""
        known, since = self._known.get(digest, (None, now))
        return known == identity and 0 <= now - since < TRUSTED_S
