"""Connections to origins: one connector a guard; none is reused that holds unasked-for bytes.

Knows no source and no profile. Why the pool needs watching: ``Watched``.
"""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import aiohttp

from proxy.fetch.body import PACE, Pace
from proxy.fetch.guard import Guard, Judge, OpenSocket, open_socket
from proxy.fetch.resolver import Adapted, Resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What lies between us and an origin: sockets, certificates, the patience bodies need."""

    open_socket: OpenSocket = open_socket
    tls: ssl.SSLContext | None = None  # None: the system's roots
    pace: Pace = PACE


INTERNET = Wire()
KEEP_ALIVE_S = 30.0  # below what common origins keep an idle connection for (nginx: 75)


class Watched(aiohttp.TCPConnector):
    """A connector that does not reuse a connection on which something arrived while it was idle.

    aiohttp 3.14.5 asks a pooled connection only whether it is open. An answer that came unasked
    (surplus bytes behind a Content-Length, sent late) would be taken for the next ask's.
    """

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list["aiohttp.tracing.Trace"],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109  # aiohttp's signature
    ) -> "aiohttp.connector.Connection":
        """Return a clean connection, or raise as for one the origin has closed."""
        connection = await super().connect(req, traces, timeout)
        if connection.protocol is not None and connection.protocol.should_close:
            connection.close()
            raise aiohttp.ServerDisconnectedError("bytes nobody asked for arrived")
        return connection


@contextmanager
def ending_with_connection(response: aiohttp.ClientResponse) -> Iterator[None]:
    """Within the block, have a body fail whose connection is gone and which nothing else ended.

    aiohttp 3.14.5 closes the connection over a malformed chunk but does not tell the body's
    reader, which would wait for as long as it is let.
    """
    protocol = None if response.connection is None else response.connection.protocol
    closed = None if protocol is None else protocol.closed
    if closed is None:  # the whole body came with the head
        yield
        return

    def end(_: asyncio.Future[None]) -> None:
        if not response.content.is_eof() and response.content.exception() is None:
            response.content.set_exception(aiohttp.ClientPayloadError("malformed body"))

    closed.remove_done_callback(_take)  # once a connection, however often it is used
    closed.add_done_callback(_take)
    closed.add_done_callback(end)
    try:
        yield
    finally:
        closed.remove_done_callback(end)


def connector(judge: Judge, resolver: Resolver, wire: Wire) -> Watched:
    """Return a connector that dials what ``judge`` admits, and verifies certificates.

    How many connections there are is bounded by the caller (``[fetch] per_origin``). A lookup is
    shared by those who wait for it and then forgotten (``ttl_dns_cache=0``): how long an answer
    lasts is known to the system's resolver, not to us, and every dial is judged anew anyway.
    """
    return Watched(
        resolver=Adapted(resolver),
        socket_factory=Guard(judge, wire.open_socket),
        ttl_dns_cache=0,
        keepalive_timeout=KEEP_ALIVE_S,
        limit=0,
    )


def system_roots() -> ssl.SSLContext:
    """Return a context that trusts whom the system does; takes some 50 ms, so for a thread.

    aiohttp's own is not asked: a server is started without it (``lean``).
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(("http/1.1",))
    return context


def _take(closed: asyncio.Future[None]) -> None:
    """Look at how a connection ended, else asyncio logs it as never retrieved."""
    if not closed.cancelled():
        closed.exception()
