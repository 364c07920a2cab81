"""CDN-Cache-Control: directives for caches such as ours alone (RFC 9213).

A Dictionary of Structured Fields (RFC 8941), so a stricter syntax than Cache-Control's: a field
with one mistake is ignored whole, and Cache-Control and Expires hold (RFC 9213 §2.1).
"""

from collections.abc import Mapping
from typing import cast

import http_sf

from proxy.cache.directives import Directives
from proxy.model.headers import Headers

Members = Mapping[str, tuple[object, object]]  # a member's value, and its parameters

FIELD = "CDN-Cache-Control"


_NUMBERS = ("max-age", "s-maxage", "stale-if-error", "stale-while-revalidate")


def targeted_directives(headers: Headers) -> Directives | None:
    """Return what the field says; None where it is absent, empty or not as it should be."""
    text = headers.get(FIELD)
    if text is None or not text.isascii():
        return None
    try:
        read = cast("Members", http_sf.parse(text.encode(), tltype="dictionary"))
    except http_sf.StructuredFieldError:
        return None
    # Parameters mean nothing (§2.1); an inner list, too, is a pair.
    members = {name: value for name, (value, _) in read.items()}
    wrong = any(type(members.get(name, 0)) is not int for name in _NUMBERS)
    if wrong or not members:
        return None
    return Directives(tuple(_member(*member) for member in members.items()), targeted=True)


def _member(name: str, value: object) -> tuple[str, str | None]:
    """Return a directive as Cache-Control would write it.

    ``?0`` is a value too: the careful reading of ``no-store=?0`` is that it is named.
    """
    if value is True:
        return name, None
    return name, str(max(value, 0) if isinstance(value, int) else value)
