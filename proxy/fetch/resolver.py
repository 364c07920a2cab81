"""Names to addresses: the Protocol this room asks, the system's resolver, aiohttp's view of one.

Nothing is judged here: the guard judges what is dialled, so a resolver may say what it likes.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from aiohttp.abc import AbstractResolver, ResolveResult

from proxy.errors import OriginNotFound, OriginUnreachable

# A slow name holds one thread (aiohttp shares a lookup among those who wait for it), so this is
# the number of slow names that may be out at once before others wait within their own deadline.
THREADS = 8
_NO_SUCH_NAME = {socket.EAI_NONAME, socket.EAI_NODATA}


class Resolver(Protocol):
    """Where addresses come from."""

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Return the host's numeric addresses, at least one, best first.

        Raises OriginNotFound where there is none.
        """


class SystemResolver:
    """``getaddrinfo`` in threads of its own, so that a slow DNS starves no file and no worker.

    A lookup cannot be called off: after the caller's deadline its thread stays busy until the C
    library gives up (resolv.conf's timeout), and so does an interpreter that wants to exit.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="resolver")

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Return what the system knows; raises OriginNotFound, or OriginUnreachable without DNS."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(
                self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            )
        except socket.gaierror as exc:
            failure = OriginNotFound if exc.errno in _NO_SUCH_NAME else OriginUnreachable
            raise failure(f"{host} does not resolve: {exc.strerror}") from exc
        except UnicodeError as exc:  # a label over 63 bytes, or an empty one
            raise OriginNotFound(f"{host} is no name DNS can hold: {exc}") from exc
        return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))

    def close(self) -> None:
        """Take no more lookups and wait for none."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class Adapted(AbstractResolver):
    """A Resolver as aiohttp asks for one. Closing it leaves the resolver to its owner."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses as aiohttp's rows; raises OriginNotFound where there is none."""
        addresses = await self._resolver.resolve(host, port)
        if not addresses:
            raise OriginNotFound(f"{host} has no address")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
            for address in addresses
        ]

    async def close(self) -> None:
        """Do nothing: the resolver outlives the connector."""
