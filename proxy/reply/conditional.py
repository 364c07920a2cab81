"""Whether a client's copy still holds, so that 304 is all it needs (RFC 9110 §13, RFC 9111 §4.3.2).

If-Match and If-Unmodified-Since are for origins, not for caches: ignored.
"""

import re

from proxy.model.dates import read_date
from proxy.model.entry import Times
from proxy.model.headers import Headers

# An entity tag less its weakness; unquoted ones, which some origins send, are read as they are.
_TAG = re.compile(r'"[^"]*"|[^\s,"]+')
# RFC 9110 §15.4.5: no metadata of a body that is not sent, but what names or guards it.
_KEPT = ("content-location", "content-security-policy")


def is_unchanged(asked: Headers, headers: Headers, times: Times) -> bool:
    """Tell whether the client's conditions call for a 304 instead of a 2xx.

    ``asked`` are the request's fields, ``headers`` those of the answer it would get, ``times`` the
    original's. If-None-Match is compared weakly and silences If-Modified-Since (§13.2.2).
    """
    if "If-None-Match" in asked:
        return _names(asked.get("If-None-Match") or "", headers.get("ETag"))
    condition = asked.get("If-Modified-Since")
    since = None if condition is None else read_date(condition, times.received_at)
    return since is not None and _changed_at(headers, times) <= since


def without_body(headers: Headers) -> Headers:
    """Return the fields of a 304: Last-Modified only where there is no ETag to update by."""
    of_the_body = (
        name
        for name, _ in headers
        if name.lower().startswith("content-") and name.lower() not in _KEPT
    )
    validators = ("Last-Modified",) if "ETag" in headers else ()
    return headers.without(*of_the_body, *validators, "Accept-Ranges")


def _names(listed: str, etag: str | None) -> bool:
    if listed.strip() == "*":
        return True
    if etag is None:
        return False
    return etag.removeprefix("W/") in _opaque_tags(listed)


def _opaque_tags(listed: str) -> set[str]:
    return {tag.removeprefix("W/") for tag in _TAG.findall(listed)}


def _changed_at(headers: Headers, times: Times) -> float:
    """Return when the body was last known to change: Last-Modified, else Date, else its coming."""
    modified = read_date(headers.get("Last-Modified") or "", times.received_at)
    if modified is not None:
        return modified
    return times.received_at if times.date is None else times.date
