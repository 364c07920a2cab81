"""The fast lane's rehearsal at start: it rests on aiohttp's internals; stands down if they moved.

One connection is asked by the ordinary way and by the lane; what comes back must be the same bytes.
"""

import asyncio
import os
import re
import socket
import tempfile

import aiohttp
from aiohttp import web

from proxy.errors import ProxyError
from proxy.model.body import Blob
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.reply import Standing
from proxy.model.trace import Trace
from proxy.server.clients import Clients
from proxy.server.connection import Server
from proxy.server.fastlane import Found
from proxy.server.plain import Plain, read
from proxy.server.ready import Ready, ready
from proxy.stores.files import BlobFile
from proxy.stores.leases import Lease
from proxy.stores.shelf import Identity

_MINOR = "3.14."  # of aiohttp: what is rehearsed here was read there
_ASK = b"GET /?http://image.example/a.jpg HTTP/1.1\r\nHost: image-proxy\r\nAccept: */*\r\n\r\n"
_LAST = _ASK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
_BODY = bytes(range(256)) * 64
_PATIENCE_S = 5.0
_DATE = re.compile(rb"Date: [^\r]*\r\n")


async def difference() -> str:
    """Return in what the lane and the ordinary handler differ; empty: in nothing."""
    if not aiohttp.__version__.startswith(_MINOR):
        return f"aiohttp is {aiohttp.__version__}, not {_MINOR}*"
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await _rehearsed()
    except Exception as failure:  # noqa: BLE001  # whatever it is, the ordinary handler does without
        return f"the rehearsal failed: {failure!r}"


class _Rehearsal:
    """A lane that knows one answer, once the ordinary handler has given it."""

    def __init__(self, body: BlobFile) -> None:
        self.body = body
        self.reply: Ready | None = None
        self.n_answered = 0

    def find(self, data: bytes) -> Found | None:
        """Return the answer to the one ask."""
        if self.reply is None or data != _ASK:
            return None
        return self.reply, read(_ASK.partition(b"\r\n")[2]) or Plain(b"", b""), 0.0

    def answered(self, _reply: Ready, _client: str, _now: float) -> None:
        """Count it."""
        self.n_answered += 1

    def cut(self, trace: Trace, _now: float) -> None:
        """Give up."""
        raise ConnectionError(trace.error)

    async def handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        """Answer as the door does, and learn the answer."""
        response = web.StreamResponse(headers={"Content-Type": "image/png", "Age": "0"})
        response.content_length = len(_BODY)
        await response.prepare(incoming)
        await response.write(_BODY)
        await response.write_eof()
        entry = _entry()
        lease = Lease(entry)
        self.reply = ready(
            status_line="HTTP/1.1 200 OK",
            lines=list(response.headers.items()),
            trace=Trace(request_id="", method="GET", target="/", started=0.0, status=200),
            standing=Standing(original=entry, served=entry, made_at=0.0, fresh_until=60.0),
            body=self.body,
            leases=(lease, lease),
            now=0.0,
        )
        return response


async def _rehearsed() -> str:
    with tempfile.NamedTemporaryFile(prefix="image-proxy-") as body:
        body.write(_BODY)
        body.flush()
        return await _compared(_Rehearsal(_opened(body.name)))


async def _compared(lane: _Rehearsal) -> str:
    server = Server(lane.handle, refusal=_refused, clients=Clients(()), lane=lane)
    theirs, ours = socket.socketpair()
    with theirs, ours:
        await asyncio.get_running_loop().connect_accepted_socket(server, theirs)
        reader, writer = await asyncio.open_connection(sock=ours)
        try:
            return await _asked(lane, reader, writer)
        finally:
            writer.close()
            await server.shutdown(_PATIENCE_S)


async def _asked(
    lane: _Rehearsal, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> str:

    async def answers(sent: bytes, n: int = 1) -> list[bytes]:
        writer.write(sent)
        return [await _heard(reader) for _ in range(n)]

    (usual,) = await answers(_ASK)
    for name, sent, n_answers, n_by_lane in (
        ("a plain ask", _ASK, 1, 1),
        ("asks that come together", _ASK + _ASK, 2, 1),
        ("a plain ask after those", _ASK, 1, 2),
    ):
        if await answers(sent, n=n_answers) != [usual] * n_answers:
            return f"{name} got another answer"
        if lane.n_answered != n_by_lane:
            return f"{name} went the wrong way"
    (last,) = await answers(_LAST)
    if b"Connection: close" not in last or await reader.read():
        return "the last ask did not end the connection"
    return ""


async def _heard(reader: asyncio.StreamReader) -> bytes:
    """Return one answer, less its Date."""
    head = await reader.readuntil(b"\r\n\r\n")
    return _DATE.sub(b"", head) + await reader.readexactly(len(_BODY))


def _opened(path: str) -> BlobFile:
    handle = os.open(path, os.O_RDONLY)
    return BlobFile(handle, len(_BODY), Identity.of(os.fstat(handle)))


def _entry() -> Entry:
    return Entry(
        key="",
        kind=Kind.ORIGINAL,
        source="",
        host="",
        head=Head(status=200),
        times=Times(requested_at=0.0, received_at=0.0),
        body=Blob("", len(_BODY)),
        media_type="image/png",
        facts=None,
    )


def _refused(failure: ProxyError, _peer: str | None) -> web.Response:
    raise failure
