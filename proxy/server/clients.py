"""Who asked: the peer, or what a proxy we trust says of it. For the log; it allows nothing."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

_MOST = 64  # characters of what a proxy says


class Clients:
    """Tells clients' names; ``trusted_proxies`` are networks."""

    def __init__(self, trusted_proxies: Iterable[str]) -> None:
        self._trusted = tuple(ip_network(net) for net in trusted_proxies)

    def trusts(self, peer: str) -> bool:
        """Tell whether a peer is a proxy whose word counts."""
        try:
            return any(ip_address(peer) in net for net in self._trusted)
        except ValueError:
            return False

    def name(self, peer: str, forwarded: str | None) -> str:
        """Return the peer, or the last member of a trusted proxy's X-Forwarded-For."""
        if not forwarded or not self.trusts(peer):
            return peer
        return forwarded.rpartition(",")[2].strip()[:_MOST] or peer
