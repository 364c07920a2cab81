"""Which stored response a request selects (RFC 9111 §4.1).

Only the fields passed on to the origin can differ between readers; every other field Vary names is
said the same for all and always matches. Values are compared in a normal form: lines combined,
blanks around commas dropped, languages in any case and order.
"""

import re

from proxy.cache.passing import may_pass
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.permit import Profile

_WEIGHT = re.compile(r"\s*;\s*q\s*=\s*", re.IGNORECASE)
_ANY_ORDER = ("accept-charset", "accept-language")  # and any case: RFC 9110 §12.5.2, §12.5.4


def selecting_of(headers: Headers, passed: Headers) -> Headers:
    """Return the passed fields a response's Vary names, in normal form, sorted by name.

    A field that was not sent has no line: it matches only another request without it.
    """
    names = sorted(_names(headers))
    return Headers(
        tuple((name, _normal(name, value)) for name in names if (value := passed.get(name)))
    )


def matches(entry: Entry, passed: Headers) -> bool:
    """Tell whether a stored response may answer a request whose ``passed`` fields these are."""
    headers = entry.head.headers
    return "Vary" not in headers or (
        not varies_on_everything(headers) and selecting_of(headers, passed) == entry.selecting
    )


def varies_by_reader(headers: Headers, profile: Profile) -> bool:
    """Tell whether a response is one of several: Vary names a field that readers may differ in."""
    return any(may_pass(name, profile) for name in _names(headers))


def varies_on_everything(headers: Headers) -> bool:
    """Tell whether Vary has a member ``*``: no later request matches."""
    return "*" in _names(headers)


def _names(headers: Headers) -> set[str]:
    listed = (headers.get("Vary") or "").split(",")
    return {name.strip(" \t").lower() for name in listed} - {""}


def _normal(name: str, value: str) -> str:
    if '"' in value:  # a comma within a quoted string parts nothing
        return value.strip(" \t")
    parts = [part.strip(" \t") for part in value.split(",")]
    if name in _ANY_ORDER:  # weights order the members, their places do not
        parts = sorted(_WEIGHT.sub(";q=", part).lower() for part in parts)
    return ",".join(part for part in parts if part)
