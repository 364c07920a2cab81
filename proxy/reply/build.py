"""Step 7, ANSWER: what was found becomes a reply, part by part.

An answer is built from this short list. Nothing of an origin's head passes unless a part names it,
or the operator (``passing``): Set-Cookie, CSP, HSTS, Link, Refresh never reach our domain.
Content-Length, Date and the connection's own fields are the server's.
"""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from proxy.errors import RangeNotSatisfiable
from proxy.model.entry import Entry, Times
from proxy.model.headers import Headers
from proxy.model.outcome import Outcome
from proxy.model.permit import Profile
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.reply import (
    caching,
    conditional,
    content,
    cors,
    hints,
    passing,
    ranges,
    security,
    status,
    vary,
)
from proxy.reply.answer import Answer, Lines
from proxy.reply.problems import problem
from proxy.settings import Access

PARTS: tuple[Callable[[Answer], Lines], ...] = (
    content.lines,
    caching.lines,
    ranges.lines,
    vary.lines,
    hints.lines,
    status.lines,
    cors.lines,
    security.lines,
    passing.lines,
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
    varies: tuple[str, ...],
    profile: Profile,
) -> Reply:
    """Return the answer to a GET or HEAD: the original's status, or 304 to a condition that holds.

    Or of a 200 the range asked for, 206 with a ``span``; 416 where there is none such.
    ``original`` gives status, lifetime, age and Last-Modified; ``served``, the same entry or the
    picture made of it, gives type, ETag and body. ``age_s`` and ``lifetime_s`` are in seconds;
    ``by_origin`` says that the origin's own word made the lifetime, ``varies`` names the request
    fields the picture was chosen by; the profile says what passes. A picture of an original with
    status 404 says 404 too.
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
        varies=varies,
        profile=profile,
    )
    headers = Headers(tuple([line for part in PARTS for line in part(answer)]))
    found = original.head.status
    succeeded = HTTPStatus.OK <= found < HTTPStatus.MULTIPLE_CHOICES  # RFC 9110 §13.2.1
    if succeeded and conditional.is_unchanged(request.headers, headers, original.times):
        return Reply(status=HTTPStatus.NOT_MODIFIED, headers=conditional.without_body(headers))
    whole = Reply(status=found, headers=headers, body=served.body)
    try:
        return _ranged(request, whole, original.times if served is original else None)
    except RangeNotSatisfiable as beyond:
        return problem(beyond, request, access)


def _ranged(request: Request, whole: Reply, times: Times | None) -> Reply:
    length = whole.body.length if whole.body is not None else None
    if whole.status != HTTPStatus.OK or length is None:
        return whole
    span = ranges.wanted_span(request, whole.headers, times, length)
    if span is None:
        return whole
    part = ("Content-Range", f"bytes {span[0]}-{span[1]}/{length}")
    return replace(
        whole,
        status=HTTPStatus.PARTIAL_CONTENT,
        headers=Headers((*whole.headers, part)),
        span=span,
    )
