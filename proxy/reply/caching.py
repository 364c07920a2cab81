"""How long others may keep an answer, and how to ask whether it changed (RFC 9111 §5).

Takes age and lifetime as they were counted; knows no freshness rules.
"""

from proxy.model.entry import Entry, Kind
from proxy.model.headers import Headers
from proxy.model.values import is_sendable
from proxy.reply.answer import Answer, Lines

_DIGEST_DIGITS = 32  # of the sha256: half is as good a name, and short


def lines(answer: Answer) -> Lines:
    """Return Cache-Control, Age and the validators; what cannot be sent safely is left out."""
    headers = answer.original.head.headers
    found = (
        ("Cache-Control", _cache_control(answer)),
        ("Age", str(int(max(0.0, answer.age_s)))),
        ("ETag", _etag(answer.served)),
        ("Last-Modified", _first(headers, "Last-Modified")),
    )
    return tuple((name, value) for name, value in found if value)


def _cache_control(answer: Answer) -> str:
    """Return the origin's words where they pass or made the lifetime, else our own.

    Where Cache-Control passes, an answer that says when it ends in Expires alone needs no more.
    """
    lifetime = f"max-age={int(answer.lifetime_s)}"
    headers = answer.original.head.headers
    theirs = headers.get("Cache-Control") or ""
    if answer.passes("Cache-Control") and (is_sendable(theirs) or _says_expires(answer)):
        return theirs if is_sendable(theirs) else ""
    if not answer.by_origin or not is_sendable(theirs):
        return f"public, {lifetime}"
    if (
        answer.lifetime_s > 0
        and "max-age" not in theirs.lower()
        and "s-maxage" not in theirs.lower()
    ):
        # The lifetime is from Expires, which we do not send: beside our own Date it would lie.
        return f"{theirs}, {lifetime}"
    return theirs


def _says_expires(answer: Answer) -> bool:
    return answer.passes("Expires") and is_sendable(_first(answer.original.head.headers, "Expires"))


def _etag(served: Entry) -> str:
    """Return an original's own tag as given, else one made of the body's digest."""
    theirs = _first(served.head.headers, "ETag") if served.kind is Kind.ORIGINAL else ""
    if theirs or served.body is None:
        return theirs
    return f'"{served.body.digest[:_DIGEST_DIGITS]}"'


def _first(headers: Headers, name: str) -> str:
    value = next(iter(headers.all(name)), "")
    return value if is_sendable(value) else ""
