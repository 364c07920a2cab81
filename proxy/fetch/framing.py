"""An answer's head, judged: how its body is framed, and whether it answers what was asked.

Pure. aiohttp's parser is lenient where RFC 9112 §6.3 and RFC 9110 §5.5 are not; what it lets pass
and we do not is refused here.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from proxy.errors import OriginEncoding, OriginProtocol
from proxy.model.entry import Head
from proxy.model.headers import Headers

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # all but HTAB (RFC 9110 §5.5)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}  # RFC 9112 §6.3, rule 1
_LOWEST, _HIGHEST = 200, 599  # RFC 9110 §15; 1xx never ends an exchange we began
_VALIDATORS = ("If-None-Match", "If-Modified-Since")


@dataclass(frozen=True, slots=True, kw_only=True)
class Framing:
    """How a body ends."""

    length: int | None  # the declared number of bytes
    framed: bool  # False: only the end of the connection ends it


def read_head(status: int, raw: Iterable[tuple[bytes, bytes]]) -> Head:
    """Return a head whose values hold no control characters and no lone surrogates.

    Bytes are read as UTF-8, else as Latin-1 (RFC 9110 §5.5 leaves them opaque). Raises
    OriginProtocol for a field no line may carry.
    """
    head = Head(
        status=status, headers=Headers.of((_text(name), _text(value)) for name, value in raw)
    )
    for name, value in head.headers:
        if not _TOKEN.fullmatch(name) or _CONTROL.search(value):
            raise OriginProtocol(f"field {name!r} holds a character no field may: {value[:100]!r}")
    return head


def judge_head(head: Head, *, conditions: Headers, http_11: bool) -> Framing:
    """Return how the body is framed, or refuse the answer.

    ``http_11`` is False where the answer says HTTP/1.0. Raises OriginProtocol where the head
    answers another ask (a 304 or 206 nobody asked for) or its framing cannot be trusted, and
    OriginEncoding for a Content-Encoding we did not ask for.
    """
    _judge_status(head.status, conditions)
    encoding = head.headers.get("Content-Encoding") or "identity"
    if encoding.strip().lower() != "identity":
        raise OriginEncoding(f"Content-Encoding: {encoding[:100]!r}")
    if head.status in _BODILESS:
        return Framing(length=None, framed=True)
    lengths = head.headers.all("Content-Length")
    coding = head.headers.get("Transfer-Encoding")
    if coding is None:
        return Framing(length=_length(lengths), framed=bool(lengths))
    if coding.strip().lower() != "chunked" or lengths or not http_11:
        # RFC 9112 §6.1: a coding we cannot read, both framings at once, or one HTTP/1.0 lacks.
        raise OriginProtocol(f"Transfer-Encoding: {coding[:100]!r}, Content-Length: {lengths}")
    return Framing(length=None, framed=True)


def _judge_status(status: int, conditions: Headers) -> None:
    if not _LOWEST <= status <= _HIGHEST:
        raise OriginProtocol(f"status {status} is no final status")
    if status == HTTPStatus.NOT_MODIFIED and not any(name in conditions for name in _VALIDATORS):
        raise OriginProtocol("304 to an ask without conditions")
    if status == HTTPStatus.PARTIAL_CONTENT and "Range" not in conditions:
        raise OriginProtocol("206 to an ask without a range")


def _length(values: tuple[str, ...]) -> int | None:
    if not values:
        return None
    if len(set(values)) > 1 or not re.fullmatch(r"[0-9]{1,19}", values[0]):
        raise OriginProtocol(f"Content-Length: {', '.join(values)[:100]!r}")
    return int(values[0])


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
