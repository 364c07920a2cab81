"""The stand-in publisher: pictures behind hotlink protection, and a count of what was asked.

It answers as a picture host does: validators and 304 (RFC 9110 §13), and a page with 403 to a
Referer it does not know. It is the demo's origin and the tests'.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import PurePosixPath
from types import MappingProxyType
from urllib.parse import urlsplit

from aiohttp import web

from proxy.model.headers import Headers

LAST_MODIFIED = datetime(2021, 11, 17, tzinfo=UTC)  # of every picture

# As a host guesses it: by the name. mimetypes is not asked, its answer depends on the machine.
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".jpg": "image/jpeg",
        ".png": "image/png",
        ".gif": "image/gif",
        ".webp": "image/webp",
        ".avif": "image/avif",
    }
)
_FORBIDDEN = "<!doctype html><title>403</title><h1>Our pictures stay on our own pages</h1>"
_NOT_FOUND = "<!doctype html><title>404</title><h1>No such picture</h1>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as it came; ``target`` is the raw path and query."""

    method: str
    target: str
    headers: Headers


@dataclass(slots=True)
class Counts:
    """What a publisher was asked so far, in order, refusals and misses included."""

    asked: list[Asked] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return how many requests there were."""
        return len(self.asked)

    def of(self, target: str) -> int:
        """Return how many requests there were for exactly this raw target."""
        return sum(one.target == target for one in self.asked)


COUNTS: web.AppKey[Counts] = web.AppKey("counts", Counts)


def publisher(
    pictures: Mapping[str, bytes],
    *,
    referer_hosts: Collection[str] = ("woshipm.com",),
    cache_control: str | None = None,
) -> web.Application:
    """Return an application that serves the pictures by raw path, whatever the query.

    Pages on ``referer_hosts`` and below may show them; empty: anyone may. The mapping is read at
    every request, so what it holds may change meanwhile. ``app[COUNTS]`` is what was asked.
    """

    async def answer(request: web.Request) -> web.Response:
        app[COUNTS].asked.append(_asked(request))
        if referer_hosts and not _may_show(request.headers.get("Referer", ""), referer_hosts):
            return web.Response(status=403, text=_FORBIDDEN, content_type="text/html")
        path = request.raw_path.partition("?")[0]
        body = pictures.get(path)
        if body is None:
            return web.Response(status=404, text=_NOT_FOUND, content_type="text/html")
        response = _picture(request, body, path)
        if cache_control is not None:
            response.headers["Cache-Control"] = cache_control
        return response

    async def draw(_app: web.Application) -> None:
        await asyncio.to_thread(tuple, pictures.values())  # so that no request waits for a brush

    app = web.Application()
    app[COUNTS] = Counts()
    app.on_startup.append(draw)
    app.router.add_get("/{path:.*}", answer)
    return app


@asynccontextmanager
async def serve(
    app: web.Application, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[int]:
    """Serve the application while the context lasts and give its port; OSError where it is taken.

    Port 0 is any free one.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        bound: int = runner.addresses[0][1]
        yield bound
    finally:
        await runner.cleanup()


def _asked(request: web.Request) -> Asked:
    lines = Headers.of(request.headers.items())
    return Asked(method=request.method, target=request.raw_path, headers=lines)


def _may_show(referer: str, hosts: Collection[str]) -> bool:
    """Tell whether the page that shows a picture is on one of the hosts or below it."""
    try:
        host = urlsplit(referer).hostname or ""
    except ValueError:  # "http://[" is no address, so none of ours
        return False
    return any(host == known or host.endswith(f".{known}") for known in hosts)


def _picture(request: web.Request, body: bytes, path: str) -> web.Response:
    """Return 200 with the body, or 304 where the asker holds it (RFC 9110 §13.2.2)."""
    etag = sha256(body).hexdigest()[:16]
    since = request.if_modified_since
    if request.if_none_match is not None:  # then the date is not looked at
        held = any(one.value in (etag, "*") for one in request.if_none_match)
    else:
        held = since is not None and since >= LAST_MODIFIED
    if held:
        response = web.Response(status=304)
    else:
        guess = _TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")
        response = web.Response(body=body, content_type=guess)
    response.etag = etag
    response.last_modified = LAST_MODIFIED
    return response
