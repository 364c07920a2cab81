"""Which of an origin's own header fields go on to the reader: those the operator lets pass.

Never what acts on our whole domain or on one connection, and never in place of what other parts
say: those write their own line, with the origin's word in it where it has a place.
"""

from proxy.model.entry import Kind
from proxy.model.fields import OF_THE_CONNECTION, OVER_OUR_DOMAIN
from proxy.model.values import is_sendable
from proxy.reply.answer import Answer, Lines

_PREFIXES = ("access-control-", "cross-origin-", "proxy-", "sec-")
_OURS = OF_THE_CONNECTION | {
    *OVER_OUR_DOMAIN,
    "accept-ranges",
    "age",
    "cache-control",
    "cache-status",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "etag",
    "last-modified",
    "location",  # followed by us, never by the reader
    "referrer-policy",
    "server",
    "timing-allow-origin",
    "vary",
    "via",
    "x-content-type-options",
}
_OF_THE_BYTES = ("content-", "digest", "repr-digest")


def lines(answer: Answer) -> Lines:
    """Return the origin's lines that go on; beside a made picture none about the bytes it had."""
    if not answer.profile.pass_response_headers:
        return ()
    made = answer.served.kind is Kind.PICTURE
    return tuple(
        (name, value)
        for name, value in answer.original.head.headers
        if answer.passes(name)
        and not _is_ours(name.lower())
        and not (made and name.lower().startswith(_OF_THE_BYTES))
        and is_sendable(value)
    )


def _is_ours(name: str) -> bool:
    return name in _OURS or name.startswith(_PREFIXES)
