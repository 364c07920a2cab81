"""Sockets that take a public address for granted and reach a port on loopback instead.

So that a test can walk the whole way through the guard without a packet leaving the machine.
Needs asyncio's own loop: uvloop connects without asking the socket.
"""

import socket
from collections.abc import Mapping
from ipaddress import ip_address

from aiohttp.connector import AddrInfoType

from proxy.fetch.guard import open_socket


class Rerouted:
    """Opens sockets that connect to 127.0.0.1 and remembers what they were told.

    ``port`` is where to, unless ``ports`` says otherwise for the port asked. An address on
    loopback, should the guard ever admit one, is dialled as it is: a canary sits there.
    """

    def __init__(self, port: int, ports: Mapping[int, int] | None = None) -> None:
        self._port = port
        self._ports = ports or {}
        self.dialled: list[str] = []

    def __call__(self, target: AddrInfoType) -> socket.socket:
        """Return the socket for one dial."""
        address, asked = str(target[4][0]), int(target[4][1])
        dialled, port = self.dialled, self._ports.get(asked, self._port)
        if ip_address(address).is_loopback:
            dialled.append(address)
            return open_socket(target)

        class _Socket(socket.socket):
            def connect(self, _address: object, /) -> None:
                dialled.append(address)
                super().connect(("127.0.0.1", port))

        return _Socket(socket.AF_INET, socket.SOCK_STREAM)
