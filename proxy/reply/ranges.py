"""Which part of a body is wanted (RFC 9110 §14). Bodies here are whole, so any part can be cut.

One range is answered by 206. Several are answered by the whole body (§14.2 allows it): multipart
would cost its framing a range, and overlapping ones are a known attack (§17.15).
"""

import re
from http import HTTPStatus

from proxy.errors import RangeNotSatisfiable
from proxy.model.dates import read_date
from proxy.model.entry import Times
from proxy.model.headers import Headers
from proxy.model.request import Request
from proxy.reply.answer import Answer, Lines

Span = tuple[int, int]
_ONE = re.compile(r"\s*bytes\s*=[\s,]*([0-9]{0,19})-([0-9]{0,19})[\s,]*", re.IGNORECASE)
_CLOCK_S = 1.0  # §8.8.2.2: a date younger than the answer itself may name two bodies


def lines(answer: Answer) -> Lines:
    """Return Accept-Ranges, where a range could be had."""
    found = answer.original.head.status == HTTPStatus.OK and answer.served.body is not None
    return (("Accept-Ranges", "bytes"),) if found else ()


def wanted_span(
    request: Request, headers: Headers, times: Times | None, length: int
) -> Span | None:
    """Return the first and last byte of the one range asked for; None: the body is sent whole.

    ``headers`` are those of the 200, ``length`` is the body's in bytes; ``times`` are the
    original's, None for a picture made of it: the original's date names other bytes.
    Raises RangeNotSatisfiable where the range holds none of them.
    """
    fields = request.headers
    asked = fields.get("Range") if request.method == "GET" else None
    found = None if asked is None else _ONE.fullmatch(asked)
    if found is None or not _is_same(fields.get("If-Range"), headers, times):
        return None
    first, last = found.groups()
    if first:
        span = int(first), min(int(last) if last else length, length - 1)
        if last and int(last) < int(first):
            return None  # §14.1.1: such a range is invalid, not unsatisfiable
    elif last:
        span = max(0, length - int(last)), length - 1
    else:
        return None
    if span[0] > span[1]:
        raise RangeNotSatisfiable(length)
    return span


def _is_same(condition: str | None, headers: Headers, times: Times | None) -> bool:
    """Tell whether If-Range names the body we have, by a strong validator (§13.1.5)."""
    if condition is None:
        return True
    if condition.startswith('"'):
        return condition == headers.get("ETag")
    if times is None:
        return False
    date, modified = (
        read_date(text or "", times.received_at)
        for text in (condition, headers.get("Last-Modified"))
    )
    made = times.received_at if times.date is None else times.date
    return date is not None and date == modified and made - date >= _CLOCK_S
