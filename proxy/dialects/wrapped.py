"""Wrapped addresses, the old worker's form with our own options: ``/?URL``, ``/SEGMENT/?URL``.

The raw query, whole, is the target; it is never parsed as parameters and never decoded further
than to its scheme (service.md "Addresses"). Wrapped addresses inside wrapped ones are unwrapped.
What SEGMENT may say is in ``segment.py``.
"""

import re
from contextlib import suppress
from urllib.parse import unquote

from proxy.dialects import segment
from proxy.dialects.address import parse_source
from proxy.dialects.segment import NOTHING, Segment
from proxy.errors import BadAddress, BadOption, LoopDetected, UnknownPreset
from proxy.model.order import Order, Source
from proxy.model.request import Request
from proxy.settings import Settings

_DEPTH = 8  # wrappers around one target: as many pages copy from one another, and no more
_DECODINGS = 2  # encodeURIComponent once by the page, once more by what made the page
_SCHEME = re.compile(r"https?://", re.IGNORECASE | re.ASCII)
_NAMED = re.compile(r"/([^/]+)/?")


def read(request: Request, settings: Settings) -> Order | None:
    """Return what is asked, or None where the query leads to no http(s) address.

    Raises BadAddress, BadOption, UnknownPreset, and LoopDetected for our own name with nothing
    wrapped in it.
    """
    found = _found(request, settings)
    return found and found[0].order(found[1])


def write(order: Order) -> str | None:
    """Return the request target, unsigned, that is read as this order, whoever wrote it first.

    None where we have no words for it: a redirect on failure, values beyond our bounds.
    """
    said = None if order.otherwise else segment.write(order)
    return None if said is None else _target(said, order.source)


def sign(target: str, settings: Settings, expires: int | None = None) -> str | None:
    """Return the target signed with the first of ``[access] keys``, until ``expires`` if given.

    None where it is no wrapped address or there is no key; raises what ``read`` does. A signature
    or, with ``expires`` in Unix seconds, an end that it has is replaced.
    """
    keys = settings.signing_keys("wrapped")
    found = _found(Request(method="GET", target=target), settings)
    if not keys or found is None:
        return None
    said, source = found
    return _target(said.signed(source, keys[0], expires), source)


def _target(said: str, source: Source) -> str:
    return f"/{said}/?{source.url}" if said else f"/?{source.url}"


def _found(request: Request, settings: Settings) -> tuple[Segment, Source] | None:
    text = _uncovered(request.query)
    if text is None:
        return None
    asked = _asked(request.path, settings)
    source, meant = _unwrapped(text, settings)
    if source.host in settings.server.names:
        raise LoopDetected(f"{source.host} is ourselves, and nothing is wrapped in it")
    return asked or meant or NOTHING, source


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


def _unwrapped(text: str, settings: Settings) -> tuple[Source, Segment | None]:
    """Return the innermost address, and what the outermost wrapper around it says, if we read it.

    The query is taken from the text, not from the Source: ada has escaped it there once more.
    """
    names, wrappers = settings.server.names, settings.dialects.wrappers
    meant: Segment | None = None
    for _ in range(_DEPTH + 1):
        source = parse_source(text)
        query = text.partition("#")[0].partition("?")[2]
        wraps = source.host in names or source.host in wrappers
        if not wraps or not query or source.credentials:
            return source, meant
        with suppress(UnknownPreset, BadOption):  # the old worker took any path for none
            meant = meant or _asked(source.path.partition("?")[0], settings)
        inner = _uncovered(query)
        if inner is None:
            raise BadAddress(f"{source.host} wraps no http or https address: {query[:200]!r}")
        text = inner
    raise BadAddress(f"wrapped more than {_DEPTH} times: {text[:200]!r}")


def _asked(path: str, settings: Settings) -> Segment | None:
    """Return what a path says, None for ``/``; raises UnknownPreset and BadOption.

    A client may have escaped the commas and equal signs; they are decoded once.
    """
    if path == "/":
        return None
    named = _NAMED.fullmatch(path)
    if named is None:
        raise UnknownPreset(path, tuple(settings.presets))
    return segment.read(unquote(named[1]), settings)
