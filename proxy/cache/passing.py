"""Which of a reader's header fields go on to the origin: those ``pass_request_headers`` names.

These alone can select among an origin's answers (RFC 9111 §4.1): all else we say is the same for
every reader.
"""

from proxy.model.fields import OF_THE_CONNECTION
from proxy.model.headers import Headers
from proxy.model.permit import Profile
from proxy.model.values import is_sendable

_PREFIXES = ("proxy-", "sec-", "x-forwarded-")
# Whoever the reader is, and what frames, routes, conditions or splits a message of ours.
_NEVER = OF_THE_CONNECTION | {
    "accept-encoding",  # one body for all, never encoded
    "authorization",
    "cache-control",  # no reader's reload becomes every cache's (§5.2.1: preferences)
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "pragma",
    "range",
    "referer",  # the profile's, or the address of the reader's page would tell on him
    "via",
    "x-real-ip",
    # What makes an origin answer another request than the one its answer would be kept for.
    "x-host",
    "x-http-method-override",
    "x-original-url",
    "x-rewrite-url",
}
# Said by us for all readers, or a hotlink guard's bait: passed by name, never by "*".
_BY_NAME = frozenset(("accept", "dnt", "origin", "upgrade-insecure-requests", "user-agent"))


def passed_request(asked: Headers, profile: Profile) -> Headers:
    """Return the reader's fields that go on, as they came.

    Never credentials, conditions or ranges. What the profile itself says to this origin is left
    out: it would be said twice.
    """
    if not profile.pass_request_headers:
        return Headers()
    listed = {name.strip().lower() for name in (asked.get("Connection") or "").split(",")}
    return Headers(
        tuple(
            (name, value)
            for name, value in asked
            if may_pass(name, profile) and name.lower() not in listed and is_sendable(value)
        )
    )


def may_pass(name: str, profile: Profile) -> bool:
    """Tell whether a reader's field of that name can reach the origin."""
    low, wanted = name.lower(), profile.pass_request_headers
    if low in _NEVER or low.startswith(_PREFIXES) or name in profile.headers:
        return False
    return low in wanted or ("*" in wanted and low not in _BY_NAME)
