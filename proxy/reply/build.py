"""Step 7, ANSWER: what was found becomes a reply, part by part.

An answer is built from this short list. Nothing of an origin's head passes unless a part names it:
Set-Cookie, CSP, HSTS, Link, Refresh and whatever comes next never reach our domain. Content-Length,
Date and the connection's own fields are the server's.
"""

from collections.abc import Callable
from http import HTTPStatus

from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.outcome import Outcome
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.reply import caching, conditional, content, cors, security, status, vary
from proxy.reply.answer import Answer, Lines
from proxy.settings import Access

PARTS: tuple[Callable[[Answer], Lines], ...] = (
    content.lines,
    caching.lines,
    vary.lines,
    status.lines,
    cors.lines,
    security.lines,
)


def build(  # noqa: PLR0913  # the line's end: everything that was found meets here
    request: Request,
    original: Entry,
    served: Entry,
    *,
    outcome: Outcome,
    age_s: float,
    lifetime_s: float,
    by_origin: bool,
    access: Access,
    negotiated: bool,
) -> Reply:
    """Return the answer to a GET or HEAD: the original's status, or 304 to a condition that holds.

    ``original`` gives status, lifetime, age and Last-Modified; ``served``, the same entry or the
    picture made of it, gives type, ETag and body. ``age_s`` and ``lifetime_s`` are in seconds;
    ``by_origin`` says that the origin's own word made the lifetime, ``negotiated`` that the format
    was chosen by Accept. A picture of an original with status 404 says 404 too.
    """
    answer = Answer(
        request=request,
        original=original,
        served=served,
        outcome=outcome,
        age_s=age_s,
        lifetime_s=lifetime_s,
        by_origin=by_origin,
        access=access,
        negotiated=negotiated,
    )
    headers = Headers(tuple(line for part in PARTS for line in part(answer)))
    found = original.head.status
    succeeded = HTTPStatus.OK <= found < HTTPStatus.MULTIPLE_CHOICES  # RFC 9110 §13.2.1
    if succeeded and conditional.is_unchanged(request.headers, headers, original.times):
        return Reply(status=HTTPStatus.NOT_MODIFIED, headers=conditional.without_body(headers))
    return Reply(status=found, headers=headers, body=served.body)
