"""One client's connection: aiohttp's own, with our errors and a drain that loses no request.

Rests on internals of aiohttp 3.14 (the minor is pinned): ``data_received``, ``_request_count``,
``_messages``, ``_message_tail``, ``_waiter``, ``handle_error``. aiohttp's own shutdown drops
pipelined requests and half-read heads; with ``is_idle`` and ``is_last`` none is dropped.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMethod, HttpProcessingError, LineTooLong

from proxy.errors import AddressTooLong, BadRequest, HeadTooLarge, MethodNotAllowed, ProxyError

MAX_LINE_BYTES = 16 << 10
MAX_FIELD_BYTES = 8 << 10  # and told apart from a line by its limit
KEEP_ALIVE_S = 75.0  # nginx's default; also what a head may take to arrive
LINGER_S = 2.0  # a body nobody asked for is read this long, so that the answer is not reset
_HEAD_END = b"\r\n\r\n"  # the parser takes no other (a bare LF is refused)

Refusal = Callable[[ProxyError, str | None], web.Response]


class Connection(web.RequestHandler):
    """A connection that knows whether it is idle."""

    __slots__ = ("_begun",)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # aiohttp's, passed on
        super().__init__(*args, **options)
        self._begun = b""  # the end of a head that is not whole yet, as long as an end's start

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and remember whether it was left in the middle of a request's head.

        Blank lines before a request are none of it (RFC 9112 §2.2). A body's bytes count as a head
        begun: it does no harm, since an answer to a request with a body closes the connection.
        """
        before = self._request_count
        super().data_received(data)
        if self._request_count != before:
            rest = (self._begun + data).rpartition(_HEAD_END)[2].lstrip(b"\r\n")
        else:
            rest = self._begun + (data if self._begun else data.lstrip(b"\r\n"))
        self._begun = rest[1 - len(_HEAD_END) :]

    @property
    def is_idle(self) -> bool:
        """Tell whether the client is owed nothing: no request queued, in work or half read."""
        waiting = self._waiter is not None and not self._waiter.done()
        return waiting and not self._is_owed

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
    """Makes connections. ``refusal`` turns a failure and the peer into the answer for it."""

    def __init__(
        self,
        handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]],
        *,
        refusal: Refusal,
    ) -> None:
        super().__init__(handler, access_log=None)
        self.refusal = refusal
        self.draining = False  # True: every answer from now on closes its connection

    def __call__(self) -> web.RequestHandler:
        """Make the protocol of one connection."""
        return Connection(
            self,
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
