"""weserv's addresses (wsrv.nl): ``/?url=…&w=…``. What the parameters mean: ``weserv_terms.py``.

    target    = "/?" parameter *("&" parameter)      ; one of them is url
    parameter = key ["=" value]     ; the first of a key counts; without "=" a flag is on
    url       = ["http://" / "https://" / "//" / "ssl:"] host …      ; encoded once; none: http
    default   = url                 ; where the reader is sent should the ask fail

    /?url=h/x.jpg&w=480                               480 wide, the first frame
    /?url=https://h/x.jpg&w=300&h=200&fit=cover&a=attention
    /?url=http%3A%2F%2Fh%2Fx%3Fa%3D1%26b%3D2&w=100    a source with a query: its "&" is encoded
    /?url=h/x?a=1&b=2&w=100                           the source is h/x?a=1, b is nobody's

Follows weserv/images at caa4e8e, and its documentation where that is newer.
"""

import re
from collections.abc import Iterator
from string import punctuation
from urllib.parse import quote, unquote, unquote_to_bytes

from proxy.dialects import weserv_print, weserv_terms
from proxy.dialects.address import parse_source
from proxy.dialects.echo import confirmed
from proxy.errors import BadAddress, NotOffered
from proxy.model.order import Order, Source
from proxy.model.request import Request
from proxy.model.transform import ORIGINAL
from proxy.settings import Settings

_URLS = ("url", "default")
_LONGEST_KEY = 8  # characters; longer ones are not looked at
_BARE = "-1"  # what a key without a value has: a flag that is on, a number that is none
_ALIASES = {
    "shape": "mask",
    "or": "ro",
    "t": "fit",
    "pages": "n",
    "width": "w",
    "height": "h",
    "align": "a",
    "quality": "q",
    "lossless": "ll",
}
_FOCAL = re.compile(r"(?:focal|crop)-([0-9]{0,3})(?:-([0-9]{0,3}))?", re.ASCII)
_SCHEME = re.compile(r"(https?://|ssl:|//)?/*", re.IGNORECASE | re.ASCII)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:/", re.IGNORECASE | re.ASCII)
# What may stand in a value as it is: not what ends it, nor what is read as something else.
_PLAIN = "".join(sorted(set(punctuation) - set("%&#+")))
_USUAL = weserv_terms.read({}).normal()


def read(request: Request, settings: Settings) -> Order | None:  # noqa: ARG001  # as every dialect
    """Return what is asked, or None where the path is not the root or there is no url.

    Raises BadAddress, and NotOffered for a parameter with an effect that is not had here.
    """
    found = _parameters(request.query) if request.path == "/" else {}
    if "url" not in found:
        return None
    fallback = found.get("default", "")
    if fallback == "1":
        raise NotOffered("default=1")
    transform, info = weserv_terms.read(found).normal(), found.get("output") == "json"
    if info and transform != _USUAL:
        raise NotOffered("output=json of a changed picture")
    if transform.is_original:  # which keeps what weserv strips
        raise NotOffered("n=-1 and il without more")
    return Order(
        source=_source(found["url"]),
        transform=ORIGINAL if info else transform,
        info=info,
        dialect="weserv",
        otherwise=_source(fallback) if fallback else None,
    )


def write(order: Order) -> str | None:
    """Return the request target that is read as this order; None where there is none."""
    terms = ["output=json"] if order.info else weserv_print.write(order.transform)
    addresses = zip(_URLS, (order.source, order.otherwise), strict=True)
    written = [f"{key}={quote(at.url, safe=_PLAIN)}" for key, at in addresses if at is not None]
    return confirmed(f"/?{'&'.join([*written, *terms])}", order, read)


def _parameters(query: str) -> dict[str, str]:
    """Return every value by its key; url and default are still encoded."""
    found: dict[str, str] = {}
    for item in query.split("&"):
        key, equals, value = item.partition("=")
        if not key or len(key) > _LONGEST_KEY:
            continue
        key = _ALIASES.get(key, key)
        if not equals:
            value = "10" if key == "trim" else _BARE
        for name, meant in _meant(key, value if key in _URLS else unquote(value)):
            found.setdefault(name, meant)
    return found


def _meant(key: str, value: str) -> Iterator[tuple[str, str]]:
    """Go through the single parameters a list or an old value stands for."""
    tokens = [token for token in value.split(",") if token]
    match key:
        case "sharp" if len(tokens) > 1:
            yield from zip(("sharpf", "sharpj", "sharp"), tokens, strict=False)
        case "mod":
            yield from zip(("mod", "sat", "hue"), tokens, strict=False)
        case "crop":
            if len(tokens) >= 4:  # noqa: PLR2004  # width, height, x, y
                yield from zip(("cw", "ch", "cx", "cy"), tokens, strict=False)
        case "fit":
            if value in ("fit", "squaredown"):
                yield "we", _BARE
            yield key, value
        case "a":
            if point := _FOCAL.match(value):
                yield from zip(("fpx", "fpy"), map(_share, point.groups()), strict=True)
            yield key, value
        case _:
            yield key, value


def _share(percent: str | None) -> str:
    known = percent and int(percent) <= 100  # noqa: PLR2004  # percent
    return str(int(percent) / 100) if percent and known else "0.5"


def _source(text: str) -> Source:
    """Return the source of an encoded address, with or without a scheme."""
    try:
        raw = unquote_to_bytes(text)
    except UnicodeEncodeError as exc:  # a lone surrogate
        raise BadAddress(f"{text[:200]!r} holds what is no character") from exc
    # Bytes that are no ASCII stay escaped: they need not be UTF-8.
    address = quote(raw, safe=punctuation)
    scheme = _SCHEME.match(address)
    rest = address[scheme.end() :] if scheme else address
    if _OTHER_SCHEME.match(rest):
        raise BadAddress(f"{text[:200]!r} is not written as an http or https address")
    named = (scheme[1] or "http:").lower() if scheme else "http:"
    return parse_source(f"{'http' if named.startswith('http:') else 'https'}://{rest}")
