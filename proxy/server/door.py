"""Door one: from aiohttp's request to ours, through the corridor, and back.

Every answer, errors too, leaves by ``_send``; every request ends in one metric and one log line.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from http import HTTPStatus

from aiohttp import ClientError, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from proxy import clock
from proxy.errors import (
    BadRequest,
    BodyTooLarge,
    BodyTooSlow,
    MethodNotAllowed,
    NotFound,
    ProxyError,
)
from proxy.model.body import Chunks, Held
from proxy.model.headers import Headers
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.model.trace import Trace
from proxy.observe.access import AccessLog
from proxy.reply.preflight import preflight
from proxy.reply.problems import problem
from proxy.reply.robots import robots
from proxy.reply.usage import usage
from proxy.server.clients import Clients
from proxy.server.connection import SEND_S, Connection
from proxy.server.fastlane import FastLane
from proxy.wiring import Service

Admin = Callable[[Request], Awaitable[Reply]]
# Reads the request's body when it is wanted; raises BodyTooLarge, BodyTooSlow, BadRequest.
Body = Callable[[], Awaitable[bytes]]
Posted = Callable[[Request, Body], Awaitable[Reply]]
# A proxy's form of the target; a server takes it too (RFC 9112 §3.2.2).
_ABSOLUTE_FORM = re.compile(r"\Ahttps?://[^/?#]*", re.IGNORECASE)
# Of the old worker's paths without a query; no dialect has an address in one such word, but a bare
# base64url of imageproxy's, which nobody writes without options.
_PLAIN = re.compile(r"/[\w-]*/?", re.ASCII)
_PART_BYTES = 256 << 10
_AT_ONCE_BYTES = 48 << 10  # asyncio's mark is 64 KiB; a head takes its share
_SEND_S = SEND_S  # for a part
_MAX_BODY_BYTES = 16 << 10  # as long as an address may be
_BODY_S = 5.0  # for all of a body
_SERVER = (hdrs.SERVER, "image-proxy")
_METHODS = (hdrs.METH_GET, hdrs.METH_HEAD)
_log = logging.getLogger("proxy.server")


class Door:
    """The handler of all requests. ``admin`` answers what lies under ``/-/``, by path.

    ``posted`` is what is done there by POST, and only so. ``log`` is told of each request,
    ``lane`` is offered what it may answer the next time.
    """

    def __init__(  # noqa: PLR0913  # what a request may come to; two by position
        self,
        service: Service,
        admin: Mapping[str, Admin],
        *,
        posted: Mapping[str, Posted],
        log: AccessLog,
        clients: Clients,
        lane: FastLane | None = None,
    ) -> None:
        self._service = service
        self._log = log
        self._clients = clients
        self._lane = lane
        self._admin = admin
        self._posted = posted
        self._access = service.settings.access
        self._presets = tuple(service.settings.presets)

    async def __call__(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        request = _read(incoming)
        trace = _trace(request.method, request.target, self._client(request))
        try:
            reply = await self._answer(incoming, request, trace)
        except ProxyError as failure:
            trace.error = f"{failure.slug()}: {failure}"
            if failure.reported:
                _log.warning("%s", trace.error)
            reply = problem(failure, request, self._access)
        except Exception as bug:  # noqa: BLE001  # a 500 is a bug: logged whole, answered in our shape
            trace.error = f"bug: {type(bug).__name__}"
            _log.exception("a bug: please report it", exc_info=bug)
            reply = problem(ProxyError(str(bug)), request, self._access)
        trace.status = int(reply.status)
        try:
            response = await self._send(incoming, reply, trace)
        except (ConnectionError, ProxyError) as cut:  # the reader's end or the source's
            slug = cut.slug() if isinstance(cut, ProxyError) else "reader-left"
            trace.error = f"{slug}: {cut}"
            if incoming.transport is not None:
                incoming.transport.abort()  # close() would wait for the reader to take the rest
            raise ConnectionResetError("the answer was cut") from cut
        else:
            if reply.standing is not None and self._lane is not None:
                self._lane.offer(incoming, response, trace, reply.standing)
            return response
        finally:
            if isinstance(reply.body, Chunks):
                await reply.body.parts.aclose()
            self._ended(trace)

    def refusal(self, failure: ProxyError, peer: str | None) -> web.Response:
        """Return the answer to what was no request: the parser's refusals."""
        reply = problem(failure, None, self._access)
        body = reply.body.data if isinstance(reply.body, Held) else b""
        trace = _trace("", "", peer or "")
        trace.status, trace.sent_bytes = int(reply.status), len(body)
        trace.error = f"{failure.slug()}: {failure}"
        self._ended(trace)
        return web.Response(status=reply.status, headers=_fields(reply), body=body)

    def _ended(self, trace: Trace) -> None:
        seconds = clock.monotonic() - trace.started
        self._log.answered(trace, seconds, clock.now())

    async def _answer(self, incoming: web.BaseRequest, request: Request, trace: Trace) -> Reply:
        if incoming.version < (1, 0):
            raise BadRequest("HTTP/0.9 is not spoken here")
        if request.method == hdrs.METH_OPTIONS:
            trace.route = "preflight"
            return preflight(request, self._access)
        if request.path in self._posted:
            trace.route = "admin"
            return await self._post(incoming, request)
        if request.method not in _METHODS:
            raise MethodNotAllowed(f"{request.method} is not answered")
        if not request.target.startswith("/"):
            raise BadRequest(f"no target of a server's: {request.target[:200]!r}")
        if request.path.startswith("/-/"):
            trace.route = "admin"
            return await self._behind(request)
        if request.path == "/robots.txt":
            trace.route = "robots"
            return robots(request, self._access)
        if not request.query and _PLAIN.fullmatch(request.path):
            trace.route = "usage"
            return usage(request, self._presets, self._access)
        return await self._service.flow.answer(request, trace)

    async def _behind(self, request: Request) -> Reply:
        if request.path not in self._admin:
            raise NotFound(f"nothing answers at {request.path}")
        return await self._admin[request.path](request)

    async def _post(self, incoming: web.BaseRequest, request: Request) -> Reply:
        if request.method != hdrs.METH_POST:
            raise MethodNotAllowed(f"{request.method} {request.path}", hdrs.METH_POST)
        return await self._posted[request.path](request, partial(_body, incoming))

    async def _send(
        self, incoming: web.BaseRequest, reply: Reply, trace: Trace
    ) -> web.StreamResponse:
        bodiless = incoming.method == hdrs.METH_HEAD or reply.status == HTTPStatus.NOT_MODIFIED
        whole = None if bodiless else _in_one(reply)
        if whole is not None:  # sent with the head, and by half the work
            response: web.StreamResponse = web.Response(
                status=reply.status, headers=_fields(reply), body=whole
            )
        else:
            response = web.StreamResponse(status=reply.status, headers=_fields(reply))
            response.content_length = _length(reply)
        connection = incoming.protocol
        if incoming.body_exists or (isinstance(connection, Connection) and connection.is_last):
            response.force_close()  # nobody asked for a body: what follows one is not looked for
        await response.prepare(incoming)
        if whole is not None:
            await _within(_SEND_S, response.write_eof(), incoming, len(whole))
            trace.sent_bytes = len(whole)
            return response
        if not bodiless:
            await self._write(incoming, response, reply, trace)
        await response.write_eof()
        return response

    async def _write(
        self,
        incoming: web.BaseRequest,
        response: web.StreamResponse,
        reply: Reply,
        trace: Trace,
    ) -> None:
        """Send the body; a reader that takes none of it for ``_SEND_S`` is left."""
        async for part in _parts(reply):
            await _within(_SEND_S, response.write(part), incoming, len(part))
            trace.sent_bytes += len(part)

    def _client(self, request: Request) -> str:
        return self._clients.name(request.peer or "", request.headers.get(hdrs.X_FORWARDED_FOR))


def _read(incoming: web.BaseRequest) -> Request:
    peer = incoming.transport.get_extra_info("peername") if incoming.transport else None
    target = incoming.raw_path
    if not target.startswith("/"):
        target = _ABSOLUTE_FORM.sub("", target)
        target = f"/{target}" if target[:1] in ("", "?", "#") else target  # RFC 9112 §3.2.1
    return Request(
        method=incoming.method,
        target=target,
        headers=Headers(tuple(incoming.headers.items())),
        peer=str(peer[0]) if isinstance(peer, tuple) else None,
    )


async def _body(incoming: web.BaseRequest) -> bytes:
    data = bytearray()
    try:
        async with asyncio.timeout(_BODY_S):
            async for part in incoming.content.iter_any():
                data += part
                if len(data) > _MAX_BODY_BYTES:
                    raise BodyTooLarge(f"over {_MAX_BODY_BYTES} bytes")
    except TimeoutError as slow:
        raise BodyTooSlow(f"{len(data)} bytes in {_BODY_S:g} s") from slow
    except (ClientError, ConnectionError, HttpProcessingError) as cut:
        raise BadRequest(f"the body broke off: {type(cut).__name__}") from cut
    return bytes(data)


def _trace(method: str, target: str, client: str) -> Trace:
    return Trace(
        request_id=secrets.token_hex(8),
        method=method,
        target=target,
        started=clock.monotonic(),
        client=client,
    )


async def _within(
    seconds: float, write: Awaitable[None], incoming: web.BaseRequest, n_bytes: int
) -> None:
    """Await the writing of ``n_bytes``; raises ConnectionResetError for a reader that is stuck.

    What is below the mark at which a transport makes its writers wait needs no deadline, and
    setting one costs as much as the writing.
    """
    transport = incoming.transport
    if transport is None or transport.get_write_buffer_size() + n_bytes <= _AT_ONCE_BYTES:
        await write
        return
    try:
        async with asyncio.timeout(seconds):
            await write
    except TimeoutError as stuck:
        raise ConnectionResetError("the reader takes nothing") from stuck


def _in_one(reply: Reply) -> bytes | None:
    """Return the body where it is sent whole and at once."""
    body = reply.body
    fits = isinstance(body, Held) and body.length <= _PART_BYTES and reply.span is None
    return body.data if fits and isinstance(body, Held) else None


def _length(reply: Reply) -> int | None:
    """Return the length to declare; None where there is none to declare."""
    if reply.span is not None:
        return reply.span[1] - reply.span[0] + 1
    if reply.body is not None:
        return reply.body.length
    return None if reply.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED) else 0


async def _parts(reply: Reply) -> AsyncIterator[bytes | memoryview]:
    first, last = reply.span or (0, None)
    if isinstance(reply.body, Held):
        whole = memoryview(reply.body.data)[first : None if last is None else last + 1]
        for at in range(0, len(whole), _PART_BYTES):
            yield whole[at : at + _PART_BYTES]
    elif isinstance(reply.body, Chunks):
        at = 0
        async for part in reply.body.parts:
            start, at = at, at + len(part)
            found = part[max(0, first - start) : None if last is None else last + 1 - start]
            if found:
                yield found
            if last is not None and at > last:
                return


def _fields(reply: Reply) -> tuple[tuple[str, str], ...]:
    return (*reply.headers.lines, _SERVER)  # which no part of reply writes
