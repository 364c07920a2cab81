"""The guard at the socket: no connection is dialled to an address it does not admit.

It is aiohttp's ``socket_factory``, so it sees every address about to be dialled, literal or
resolved, redirected or rebound, under happy eyeballs too. It knows no URL and no name (design §7).
"""

import errno
import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from aiohttp.connector import AddrInfoType

from proxy.fetch.addresses import Verdict

Judge = Callable[[str], Verdict]
OpenSocket = Callable[[AddrInfoType], socket.socket]


class AddressRefused(OSError):  # translated to AddressNotAllowed in failures.py
    """The guard's word on its way through aiohttp; ``verdict`` holds the facts.

    An OSError, because aiohappyeyeballs 2.7 passes on to the next address only for one, and fails
    with an IndexError where every address ended in another class. Always the same message: it
    merges differing ones into a new OSError, and the facts would be lost.
    """

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(errno.EACCES, "the guard does not admit this address")
        self.verdict = verdict


def open_socket(target: AddrInfoType) -> socket.socket:
    """Open an unconnected socket for an address, as ``getaddrinfo`` describes it."""
    family, kind, protocol, _, _ = target
    return socket.socket(family, kind, protocol)


@dataclass(frozen=True, slots=True)
class Guard:
    """A socket factory that asks ``judge`` before there is a socket at all."""

    judge: Judge
    open_socket: OpenSocket = open_socket

    def __call__(self, target: AddrInfoType) -> socket.socket:
        """Return a socket for this address, or raise AddressRefused."""
        verdict = self.judge(str(target[4][0]))
        if not verdict.admitted:
            raise AddressRefused(verdict)
        return self.open_socket(target)


def only(host: str) -> Judge:
    """Return the judge of an origin's own connector: what ``connect_to`` names, and no more.

    A literal (brackets allowed) admits itself. A name admits whatever it resolves to, because
    such a connector never dials anything but that name.
    """
    try:
        wanted = ip_address(host.strip("[]"))
    except ValueError:
        return lambda address: Verdict(address=address, admitted=True, reason=f"is {host}")

    def judge(address: str) -> Verdict:
        admitted = "%" not in address and ip_address(address) == wanted
        reason = f"{'is' if admitted else 'is not'} {host}"
        return Verdict(address=address, admitted=admitted, reason=reason)

    return judge
