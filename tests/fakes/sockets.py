"""Sockets that take a public address for granted and reach a port on loopback instead.

So that a test can walk the whole way through the guard without a packet leaving the machine.
Needs asyncio's own loop: uvloop connects without asking the socket.
"""

import socket

from aiohttp.connector import AddrInfoType


class Rerouted:
    """Opens sockets that connect to ``port`` on 127.0.0.1 and remembers what they were told."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.dialled: list[str] = []

    def __call__(self, target: AddrInfoType) -> socket.socket:
        """Return the socket for one dial."""
        dialled, port = self.dialled, self._port

        class _Socket(socket.socket):
            def connect(self, _address: object, /) -> None:
                dialled.append(str(target[4][0]))
                super().connect(("127.0.0.1", port))

        return _Socket(socket.AF_INET, socket.SOCK_STREAM)
