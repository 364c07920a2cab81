"""Which network addresses are public: a table of those that are not, and the verdict on one.

Pure, and the same on every Python: ``ipaddress.is_global`` is no guard (on 3.11 it calls NAT64 and
6to4 forms of loopback, site-local and multicast addresses global). Sources: the IANA IPv4 and IPv6
Special-Purpose Address Registries (RFC 6890) and the RFC beside each row.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an address may be dialled, and why."""

    address: str  # as it was asked
    admitted: bool
    reason: str  # for the operator, with its source


@dataclass(frozen=True, slots=True)
class Blocked:
    """A network that is not the public Internet."""

    network: _Network
    reason: str


def _row(network: str, reason: str) -> Blocked:
    return Blocked(ip_network(network), reason)


# The first row that fits names the reason, so the narrower stands first.
BLOCKED_V4 = (
    _row("0.0.0.0/8", "this network, RFC 791 §3.2; Linux connects it to loopback"),
    _row("10.0.0.0/8", "private use, RFC 1918"),
    _row("100.64.0.0/10", "shared address space, RFC 6598"),
    _row("127.0.0.0/8", "loopback, RFC 1122 §3.2.1.3"),
    _row("168.63.129.16/32", "Azure's wire server: public by number, private by use"),
    _row("169.254.0.0/16", "link-local and cloud metadata, RFC 3927"),
    _row("172.16.0.0/12", "private use, RFC 1918"),
    _row("192.0.0.0/24", "IETF protocol assignments, RFC 6890 §2.1; Oracle's metadata"),
    _row("192.0.2.0/24", "documentation, RFC 5737"),
    _row("192.31.196.0/24", "AS112 sink, RFC 7535"),
    _row("192.52.193.0/24", "automatic multicast tunnels, RFC 7450"),
    _row("192.88.99.0/24", "6to4 relay anycast, RFC 7526"),
    _row("192.168.0.0/16", "private use, RFC 1918"),
    _row("192.175.48.0/24", "AS112 sink, RFC 7534"),
    _row("198.18.0.0/15", "benchmarking, RFC 2544"),
    _row("198.51.100.0/24", "documentation, RFC 5737"),
    _row("203.0.113.0/24", "documentation, RFC 5737"),
    _row("224.0.0.0/4", "multicast, RFC 5771"),
    _row("255.255.255.255/32", "limited broadcast, RFC 919"),
    _row("240.0.0.0/4", "reserved, RFC 1112 §4"),
)
# Inside 2000::/3. Everything outside it is refused as no global unicast; the rows further down
# only give the well-known parts of that their names.
BLOCKED_V6 = (
    _row("2001::/32", "Teredo, RFC 4380"),
    _row("2001::/23", "IETF protocol assignments, RFC 2928"),
    _row("2001:db8::/32", "documentation, RFC 3849"),
    _row("2002::/16", "6to4, RFC 7526"),
    _row("2620:4f:8000::/48", "AS112 sink, RFC 7534"),
    _row("3ffe::/16", "the former 6bone, RFC 3701"),
    _row("3fff::/20", "documentation, RFC 9637"),
    _row("::/128", "unspecified, RFC 4291 §2.5.2; Linux connects it to loopback"),
    _row("::1/128", "loopback, RFC 4291 §2.5.3"),
    _row("::/96", "IPv4-compatible, RFC 4291 §2.5.5.1"),
    _row("::ffff:0:0:0/96", "IPv4-translated, RFC 2765"),
    _row("64:ff9b:1::/48", "local-use NAT64, RFC 8215"),
    _row("100::/64", "discard-only, RFC 6666"),
    _row("100:0:0:1::/64", "dummy prefix, RFC 9780"),
    _row("5f00::/16", "segment routing, RFC 9602"),
    _row("fc00::/7", "unique local, RFC 4193"),
    _row("fe80::/10", "link-local, RFC 4291 §2.5.6"),
    _row("fec0::/10", "site-local, RFC 3879"),
    _row("ff00::/8", "multicast, RFC 4291 §2.7"),
)
GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291 §2.4, IANA's IPv6 address space registry

_MAPPED = IPv6Network("::ffff:0:0/96")  # RFC 4291 §2.5.5.2: the kernel dials the IPv4 address
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: how IPv6-only hosts reach public IPv4
_ISATAP = 0x5EFE  # RFC 5214 §6.1: the interface identifier's upper half, less its u and g bits
_U_AND_G = 0x03000000


def judge(address: str) -> Verdict:
    """Tell whether a numeric address, as a socket would be given it, is a public one.

    An IPv4 address inside an IPv6 one is judged first. Not seen: IPv4 behind a NAT64 prefix of the
    network's own inside 2000::/3 (RFC 6052 §2.2): nothing in such an address tells it apart.
    """
    if "%" in address:
        return Verdict(address=address, admitted=False, reason="has a zone, RFC 4007 §11")
    try:
        parsed = ip_address(address)
    except ValueError:
        return Verdict(address=address, admitted=False, reason="no IP address")
    reason = _reason(parsed)
    return Verdict(address=address, admitted=reason is None, reason=reason or "public")


def _reason(address: _Address) -> str | None:
    """Return why an address is not public, or None where it is."""
    if isinstance(address, IPv4Address):
        return _found(address, BLOCKED_V4)
    embedded = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _MAPPED or address in _NAT64:
        return _reason(embedded)
    if _is_isatap(address) and (inner := _reason(embedded)):
        return f"ISATAP of {embedded}: {inner}"
    if found := _found(address, BLOCKED_V6):
        return found
    return None if address in GLOBAL_UNICAST else "no global unicast, RFC 4291 §2.4"


def _found(address: _Address, table: tuple[Blocked, ...]) -> str | None:
    return next((row.reason for row in table if address in row.network), None)


def _is_isatap(address: IPv6Address) -> bool:
    upper_half = int(address) >> 32 & 0xFFFFFFFF
    return upper_half & ~_U_AND_G == _ISATAP
