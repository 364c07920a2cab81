"""The deadlines of one ask until its head is here, and the law that it is made once.

One ``asyncio.timeout`` serves both phases: aiohttp's tracing tells when a connection stands, and
the deadline moves from ``connect`` (DNS, TCP and TLS) to ``first_byte``.
"""

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
from aiohttp import TraceConfig, TraceConnectionCreateEndParams, TraceConnectionReuseconnParams
from aiohttp.tracing import TraceConnectionCreateStartParams

from proxy.fetch.failures import translated


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One ask. Made by the client, given to aiohttp as its trace context and middleware."""

    deadline: asyncio.Timeout
    connect_s: float
    first_byte_s: float
    where: str  # the origin, for messages
    reused: bool = False  # runs on a connection from the pool
    waiting_for: str = "connection"

    def dialling(self) -> None:
        """Note that a new connection is being made."""
        self.reused = False
        self._wait("connection", self.connect_s)

    def connected(self, *, reused: bool) -> None:
        """Note that a connection stands; the answer's head is due."""
        self.reused = reused
        self._wait("answer", self.first_byte_s)

    async def once(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Middleware: keep aiohttp from asking a second time on a connection that was new.

        It retries once whatever the connection's age. On a pooled one that is right: the origin
        may have closed it before it saw the ask. On a new one the origin has seen the ask.
        """
        try:
            return await handler(request)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as exc:
            if self.reused:
                raise
            raise translated(exc, self.where) from exc

    def _wait(self, what: str, seconds: float) -> None:
        self.waiting_for = what
        self.deadline.reschedule(asyncio.get_running_loop().time() + seconds)


def tracing() -> TraceConfig:
    """Return the trace that tells an Attempt how far it has come."""
    trace = TraceConfig()
    trace.on_connection_create_start.append(_dialling)
    trace.on_connection_create_end.append(_created)
    trace.on_connection_reuseconn.append(_reused)
    return trace


async def _dialling(
    _: object, context: SimpleNamespace, __: TraceConnectionCreateStartParams
) -> None:
    context.trace_request_ctx.dialling()


async def _created(_: object, context: SimpleNamespace, __: TraceConnectionCreateEndParams) -> None:
    context.trace_request_ctx.connected(reused=False)


async def _reused(_: object, context: SimpleNamespace, __: TraceConnectionReuseconnParams) -> None:
    context.trace_request_ctx.connected(reused=True)
