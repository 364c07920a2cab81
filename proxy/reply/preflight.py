"""OPTIONS, answered here and never sent to an origin (Fetch standard, CORS-preflight)."""

import re
from http import HTTPStatus

from proxy.model.headers import Headers
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.reply import cors, security, vary
from proxy.settings import Access

METHODS = "GET, HEAD, OPTIONS"
_MAX_AGE_S = 86400
_MAX_ECHO = 1024  # characters; browsers list the few fields a script sets
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2


def preflight(request: Request, access: Access) -> Reply:
    """Return 200 without a body: the methods there are, and the header fields that were asked for.

    Those are only permitted, never forwarded. A list that is not one of field names is not echoed.
    """
    fields = _field_names(request.headers.get("Access-Control-Request-Headers") or "")
    return Reply(
        status=HTTPStatus.OK,
        headers=Headers(
            (
                ("Allow", METHODS),
                ("Access-Control-Allow-Methods", METHODS),
                *((("Access-Control-Allow-Headers", fields),) if fields else ()),
                ("Access-Control-Max-Age", str(_MAX_AGE_S)),
                *vary.lines_for(access, "Access-Control-Request-Headers"),
                *cors.lines_for(request, access),
                *security.lines_for(""),
            )
        ),
    )


def _field_names(listed: str) -> str:
    if len(listed) > _MAX_ECHO:
        return ""
    names = [name.strip(" \t") for name in listed.split(",")]
    return ", ".join(names) if all(_TOKEN.fullmatch(name) for name in names) else ""
