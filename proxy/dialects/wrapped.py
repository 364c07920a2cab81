"""Wrapped addresses: ``/?URL`` and ``/PRESET/?URL``, the old worker's form with presets.

The raw query, whole, is the target; it is never parsed as parameters and never decoded further
than to its scheme (service.md "Addresses"). Wrapped addresses inside wrapped ones are unwrapped.
"""

import re
from urllib.parse import unquote

from proxy.dialects.address import parse_source
from proxy.errors import BadAddress, LoopDetected, UnknownPreset
from proxy.model.order import Order, Source
from proxy.model.request import Request
from proxy.model.transform import ORIGINAL, Transform
from proxy.settings import Settings

_DEPTH = 8  # wrappers around one target: as many pages copy from one another, and no more
_DECODINGS = 2  # encodeURIComponent once by the page, once more by what made the page
_SCHEME = re.compile(r"https?://", re.IGNORECASE | re.ASCII)
_NAMED = re.compile(r"/([^/]+)/?")


def read(request: Request, settings: Settings) -> Order | None:
    """Return what is asked, or None where the query leads to no http(s) address.

    Raises BadAddress, UnknownPreset, and LoopDetected for our own name with nothing wrapped in it.
    """
    text = _uncovered(request.query)
    if text is None:
        return None
    asked = _asked(request.path, settings)
    source, meant = _unwrapped(text, settings)
    if source.host in settings.server.names:
        raise LoopDetected(f"{source.host} is ourselves, and nothing is wrapped in it")
    preset = asked or meant
    transform = _transform(preset, settings) if preset else ORIGINAL
    return Order(source=source, transform=transform, preset=preset, dialect="wrapped")


def write(order: Order) -> str:
    """Return the request target that is read as this order: its preset's name and its source."""
    return f"/{order.preset}/?{order.source.url}" if order.preset else f"/?{order.source.url}"


def _uncovered(text: str) -> str | None:
    """Decode as often as it takes to see a scheme; None where there is none to be seen."""
    for _ in range(_DECODINGS):
        if _SCHEME.match(text):
            return text
        try:
            text = unquote(text, errors="strict")
        except UnicodeDecodeError:
            return None
    return text if _SCHEME.match(text) else None


def _unwrapped(text: str, settings: Settings) -> tuple[Source, str | None]:
    """Return the innermost address, and the outermost preset named by a wrapper around it.

    The query is taken from the text, not from the Source: ada has escaped it there once more.
    """
    wrappers = {*settings.server.names, *settings.dialects.wrappers}
    meant = None
    for _ in range(_DEPTH + 1):
        source = parse_source(text)
        query = text.partition("#")[0].partition("?")[2]
        if source.host not in wrappers or not query or source.credentials:
            return source, meant
        name = _name(source.path.partition("?")[0])
        if meant is None and name in settings.presets:
            meant = name
        inner = _uncovered(query)
        if inner is None:
            raise BadAddress(f"{source.host} wraps no http or https address: {query[:200]!r}")
        text = inner
    raise BadAddress(f"wrapped more than {_DEPTH} times: {text[:200]!r}")


def _asked(path: str, settings: Settings) -> str | None:
    """Return the preset our own path names, None for the original; raises UnknownPreset."""
    if path == "/":
        return None
    name = _name(path)
    if name not in settings.presets:
        raise UnknownPreset(name or path, tuple(settings.presets))
    return name


def _name(path: str) -> str | None:
    found = _NAMED.fullmatch(path)
    return found[1] if found else None


def _transform(preset: str, settings: Settings) -> Transform:
    wanted = settings.presets[preset]
    return Transform(width=wanted.width, height=wanted.height, fit=wanted.fit)
