"""Listeners on loopback that nobody may call, and an ear on every connect of this process.

The listeners are what an attacker would reach; the ear hears the connects at ports no listener
could be had for, and keeps any packet from leaving loopback.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from itertools import product
from typing import Any

FORMS = ("127.0.0.1", "127.1.1.1", "127.2.2.2", "127.127.127.127", "::1")
PORTS = (22, 25, 80, 443, 6379, 8080, 11211)


@dataclass(slots=True)
class Canaries:
    """Who was called, in order, as "HOST PORT"; ``missing`` says which could not be set up.

    ``calls`` counts on where a test clears ``called``.
    """

    called: list[str] = field(default_factory=list)
    calls: int = 0
    listening: list[tuple[str, int]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@asynccontextmanager
async def canaries() -> AsyncIterator[Canaries]:
    """Listen at every form and port that can be had while the block lasts."""
    flock = Canaries()

    def called(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = writer.get_extra_info("sockname")[:2]
        flock.called.append(f"{host} {port}")
        flock.calls += 1
        writer.close()

    async with AsyncExitStack() as stack:
        for host, port in product(FORMS, PORTS):
            try:
                server = await asyncio.start_server(called, host, port)
            except OSError as failure:  # taken, or below 1024 and we are not root, or no IPv6
                flock.missing.append(f"{host} {port}: {failure.strerror or failure}")
                continue
            stack.callback(server.close)
            flock.listening.append((host, port))
        yield flock


class Ear:
    """Hears connects and name lookups through Python's audit events (PEP 578), while ``on``.

    A hook cannot be taken out again: one that is no longer ``on`` stays and does nothing.
    """

    def __init__(self) -> None:
        self.on = True
        self.dialled: list[tuple[str, int]] = []
        self.looked_up: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            host, port = arguments[1][:2]
            self.dialled.append((host, port))
            if not ip_address(host).is_loopback:
                raise ConnectionRefusedError(f"a test must not dial {host}")
        elif event == "socket.getaddrinfo" and not _is_numeric(arguments[0]):
            self.looked_up.append(str(arguments[0]))
            raise ConnectionRefusedError(f"a test must not look up {arguments[0]}")


def _is_numeric(host: object) -> bool:
    try:
        ip_address(str(host))
    except ValueError:
        return False
    return True
