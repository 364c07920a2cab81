"""A failure as the client sees it: RFC 9457 ``application/problem+json``, nothing echoed.

Always ``no-store``: what may be remembered of a failure is remembered here, where a purge or the
origin's next success ends it, never in caches we cannot reach.
"""

import json
from http import HTTPStatus

from proxy.errors import AdminOnly, MethodNotAllowed, ProxyError, RangeNotSatisfiable
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.reply.answer import Lines
from proxy.reply.page import page
from proxy.reply.preflight import METHODS
from proxy.settings import Access


def problem(error: ProxyError, request: Request | None, access: Access) -> Reply:
    """Return the answer for a failure; ``request`` is None where it could not be read."""
    body = {
        "type": f"urn:image-proxy:{error.slug()}",
        "title": error.title(),
        "status": int(error.status),
    }
    return page(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        status=int(error.status),
        media_type="application/problem+json",
        lines=(("Cache-Control", "no-store"), *_lines_of(error)),
        request=request,
        access=access,
    )


def _lines_of(error: ProxyError) -> Lines:
    """Return what the status asks for; a 401 relayed from an origin is no ask for our token."""
    if error.retry_after_s is not None:
        return (("Retry-After", str(error.retry_after_s)),)
    if isinstance(error, AdminOnly):
        return (("WWW-Authenticate", "Bearer"),)
    if isinstance(error, RangeNotSatisfiable):
        return (("Content-Range", f"bytes */{error.length}"),)
    if isinstance(error, MethodNotAllowed) and error.allowed:
        return (("Allow", error.allowed),)
    if error.status == HTTPStatus.METHOD_NOT_ALLOWED:  # RFC 9110 §15.5.6, relayed ones too
        return (("Allow", METHODS),)
    return ()
