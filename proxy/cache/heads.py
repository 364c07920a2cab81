"""Which header fields of a response are kept with it (RFC 9111 §3.1).

Left out: what was for one connection only, and what would act on our own domain if it were ever
sent from there. Age is left out too: it lives on in ``Times``.
"""

from proxy.model.entry import Head
from proxy.model.fields import OF_THE_CONNECTION, OVER_OUR_DOMAIN

# An origin that lists these in Connection breaks §7.6.1; heeding it would lift its own no-cache.
_NEVER_OF_THE_CONNECTION = frozenset(
    ("cache-control", "cdn-cache-control", "date", "etag", "expires", "last-modified", "vary")
)


def kept_headers(head: Head) -> Head:
    """Return the head as it is stored: the same status, fewer header fields."""
    listed = {name.strip().lower() for name in (head.headers.get("Connection") or "").split(",")}
    unwanted = (
        *(listed - _NEVER_OF_THE_CONNECTION),
        *OF_THE_CONNECTION,
        *OVER_OUR_DOMAIN,
        "Age",
    )
    return Head(status=head.status, headers=head.headers.without(*unwanted))
