"""One client's connection: aiohttp's own, with our errors and a drain that loses no request.

Rests on internals of aiohttp 3.14 (the minor is pinned): ``data_received``, ``_request_count``,
``_messages``, ``_message_tail``, ``_waiter``, ``_upgraded``, ``_close``, ``_force_close``,
``_next_keepalive_close_time``, ``handle_error``; ``selftest`` tries them at start. aiohttp's own
shutdown drops pipelined requests and half-read heads; with ``is_idle`` and ``is_last`` none is
dropped. Hits of the fast lane go out past the parser, where nothing else is under way.
"""

import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMethod, HttpProcessingError, LineTooLong

from proxy.errors import AddressTooLong, BadRequest, HeadTooLarge, MethodNotAllowed, ProxyError
from proxy.model.trace import Trace
from proxy.observe.logs import quoted
from proxy.server.clients import Clients
from proxy.server.fastlane import Found
from proxy.server.outlet import Outlet
from proxy.server.plain import Plain
from proxy.server.ready import Ready

MAX_LINE_BYTES = 16 << 10
MAX_FIELD_BYTES = 8 << 10  # and told apart from a line by its limit
KEEP_ALIVE_S = 75.0  # nginx's default; also what a head may take to arrive
SEND_S = 60.0  # a reader that takes nothing for so long is left; nginx's send_timeout
LINGER_S = 2.0  # a body nobody asked for is read this long, so that the answer is not reset
_HEAD_END = b"\r\n\r\n"  # the parser takes no other (a bare LF is refused)


class Lane(Protocol):
    """What answers before the parser: the fast lane."""

    def find(self, data: bytes) -> Found | None:
        """Return the reply for exactly these bytes; None: the parser's."""

    def answered(self, reply: Ready, client: str, now: float) -> None:
        """Note a reply that was sent, and when it was found."""

    def cut(self, trace: Trace, now: float) -> None:
        """Note one that was not sent whole."""


Refusal = Callable[[ProxyError, str | None], web.Response]


class Connection(web.RequestHandler):
    """A connection that knows whether it is idle. ``lane`` None: no fast lane."""

    __slots__ = ("_begun", "_clients", "_lane", "_named", "_outlet", "_settled")

    def __init__(  # noqa: ANN204  # aiohttp's own arguments are passed on
        self,
        *args: Any,  # noqa: ANN401
        lane: Lane | None,
        clients: Clients,
        **options: Any,  # noqa: ANN401
    ):
        super().__init__(*args, **options)
        # Nothing was asked yet, or the last answer is written and the connection goes on. aiohttp's
        # task may not wait again yet: a fast client's next ask is there before.
        self._settled = True
        self._begun = b""  # the end of a head that is not whole yet, as long as an end's start
        self._lane = lane
        self._clients = clients
        self._named = ""  # the peer, quoted for the log; empty where a proxy says who it is
        self._outlet: Outlet | None = None  # made with the first answer of the lane

    def data_received(self, data: bytes) -> None:
        """Answer a hit at once where nothing else is under way; feed the parser with all else.

        An answer may go out where nothing is owed and nothing waits to be sent.
        """
        lane, waiter, outlet = self._lane, self._waiter, self._outlet
        if (
            lane is None
            or not self._settled
            or (waiter is not None and waiter.done())
            or self._close
            or self._force_close
            or self._messages
            or self._begun
            or self._message_tail
            or self._upgraded
            or (outlet is not None and outlet.is_busy)
            or self.transport.get_write_buffer_size()  # type: ignore[union-attr]  # it is open
            or self._manager.draining  # type: ignore[union-attr]  # a Server
            or (found := lane.find(data)) is None
            or (outlet := outlet or self._opened()) is None
        ):
            self._feed(data)
            return
        reply, plain, now = found
        self._next_keepalive_close_time = self._loop.time() + KEEP_ALIVE_S
        try:
            if outlet.send(reply.head.at(now), reply.body):
                lane.answered(reply, self._named or self._client(plain), now)
            else:
                self._follow(outlet, partial(self._ended, lane, found))
        except OSError as cut:
            self._ended(lane, found, cut)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Let go of the second descriptor: as long as it is open, the reader is told no end."""
        if self._outlet is not None:
            self._outlet.close()
        super().connection_lost(exc)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Write the answer as aiohttp does, and note that nothing is owed for now."""
        found, reset = await super().finish_response(request, resp, start_time)
        self._settled = bool(found.keep_alive) and not (reset or self._messages)
        return found, reset

    def _process_keepalive(self) -> None:
        if self._outlet is not None and self._outlet.is_busy:  # it has a patience of its own
            self._next_keepalive_close_time = self._loop.time() + KEEP_ALIVE_S
        super()._process_keepalive()

    def _follow(self, outlet: Outlet, ended: Callable[[OSError | None], None]) -> None:
        """Send the rest as the reader takes it; the kernel keeps what comes meanwhile."""
        if self.transport is not None:
            self.transport.pause_reading()
        outlet.follow(ended)

    def _opened(self) -> Outlet | None:
        """Open the way past the transport; None where no descriptor is left for it."""
        if self.transport is not None:
            with suppress(OSError):
                self._outlet = Outlet(self.transport, self._loop, patience_s=SEND_S)
        return self._outlet

    def _ended(self, lane: Lane, found: Found, failure: OSError | None) -> None:
        """End an answer that took its time, or was cut."""
        reply, plain, now = found
        if failure is None:
            lane.answered(reply, self._client(plain), now)
            self._next_keepalive_close_time = self._loop.time() + KEEP_ALIVE_S
            if self.transport is not None:
                self.transport.resume_reading()
            return
        trace = replace(
            reply.said.trace,
            request_id=secrets.token_hex(8),
            sent_bytes=self._outlet.sent_bytes if self._outlet is not None else 0,
            client=self._who(plain),
            error=f"reader-left: {failure}",
        )
        lane.cut(trace, now)
        if self.transport is not None:
            self.transport.abort()

    def _client(self, plain: Plain) -> str:
        """Return who asked, quoted for the log; remembered where it is the peer in any case."""
        who = quoted(self._who(plain))
        if not self._clients.trusts(self._peer):
            self._named = who
        return who

    def _who(self, plain: Plain) -> str:
        forwarded = plain.forwarded.decode(errors="surrogateescape")
        return self._clients.name(self._peer, forwarded)

    @property
    def _peer(self) -> str:
        peer = self.peername
        return str(peer[0]) if isinstance(peer, tuple) else ""

    def _feed(self, data: bytes) -> None:
        """Feed the parser, and remember whether it was left in the middle of a request's head.

        Blank lines before a request are none of it (RFC 9112 §2.2). A body's bytes count as a head
        begun: it does no harm, since an answer to a request with a body closes the connection.
        """
        before = self._request_count
        super().data_received(data)
        if self._request_count != before or self._upgraded:  # what is behind an upgrade is kept
            self._settled = False
            rest = (self._begun + data).rpartition(_HEAD_END)[2].lstrip(b"\r\n")
        else:
            rest = self._begun + (data if self._begun else data.lstrip(b"\r\n"))
        self._begun = rest[1 - len(_HEAD_END) :]

    @property
    def is_idle(self) -> bool:
        """Tell whether the client is owed nothing: no request queued, in work or half read."""
        waiting = self._waiter is not None and not self._waiter.done()
        sending = self._outlet is not None and self._outlet.is_busy
        return waiting and not sending and not self._is_owed

    @property
    def is_last(self) -> bool:
        """Tell whether the answer in work should close the connection: draining, nothing queued."""
        draining = isinstance(self._manager, Server) and self._manager.draining
        return draining and not self._is_owed

    @property
    def _is_owed(self) -> bool:
        """Tell whether a byte of a request was read that is not in work yet."""
        return bool(self._messages or self._begun or self._message_tail)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what the parser refused: our shape, nothing echoed, one line, no traceback.

        A client that left is no error: ConnectionError ends the connection without a word.
        """
        if isinstance(exc, ConnectionError):
            raise exc
        failure = _refused(exc)
        server = self._manager
        if failure is None or not isinstance(server, Server):
            return super().handle_error(request, status, exc, message)
        response = server.refusal(failure, request.remote)
        response.force_close()
        return response


class Server(web.Server):
    """Makes connections. ``refusal`` turns a failure and the peer into the answer for it.

    ``lane``, where there is one, answers what it can before the handler is asked.
    """

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        *,
        refusal: Refusal,
        clients: Clients,
        lane: Lane | None = None,
    ) -> None:
        super().__init__(handler, access_log=None)
        self.refusal = refusal
        self.lane = lane
        self._clients = clients
        self.draining = False  # True: every answer from now on closes its connection

    def __call__(self) -> web.RequestHandler:
        """Make the protocol of one connection."""
        return Connection(
            self,
            lane=self.lane,
            clients=self._clients,
            loop=self._loop,
            access_log=None,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_FIELD_BYTES,
            keepalive_timeout=KEEP_ALIVE_S,
            lingering_time=LINGER_S,
            auto_decompress=False,
        )

    def close_idle(self) -> None:
        """Close the connections whose client is owed nothing."""
        for connection in self.open_connections():
            if connection.is_idle:
                connection.force_close()

    def open_connections(self) -> list[Connection]:
        """Return the connections that are open."""
        return [held for held in self.connections if isinstance(held, Connection)]


def _refused(exc: BaseException | None) -> ProxyError | None:
    """Name what aiohttp's parser refused; None for what is no refusal of the parser."""
    if isinstance(exc, LineTooLong):
        limit = exc.args[1]
        too_long = AddressTooLong if limit == MAX_LINE_BYTES else HeadTooLarge
        return too_long(f"over {limit} bytes")
    if isinstance(exc, BadHttpMethod):
        return MethodNotAllowed("the parser knows no such method")
    if isinstance(exc, HttpProcessingError):
        return BadRequest(type(exc).__name__)
    return None
