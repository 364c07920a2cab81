"""Which header fields of a response are kept with it (RFC 9111 §3.1).

Left out: what was for one connection only, and what would act on our own domain if it were ever
sent from there. Age is left out too: it lives on in ``Times``.
"""

from proxy.model.entry import Head

# RFC 9110 §7.6.1 and RFC 9111 §3.1; Keep-Alive and Proxy-Connection are of HTTP/1.0.
_OF_THE_CONNECTION = (
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authentication-Info",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
)
# contracts/service.md, "Lifetime": never passed, so never kept.
_OVER_OUR_DOMAIN = (
    "Alt-Svc",
    "Clear-Site-Data",
    "Content-Security-Policy",
    "Content-Security-Policy-Report-Only",
    "Link",
    "NEL",
    "Refresh",
    "Report-To",
    "Reporting-Endpoints",
    "Set-Cookie",
    "Set-Cookie2",
    "Strict-Transport-Security",
    "X-Frame-Options",
)
# An origin that lists these in Connection breaks §7.6.1; heeding it would lift its own no-cache.
_NEVER_OF_THE_CONNECTION = frozenset(
    ("cache-control", "date", "etag", "expires", "last-modified", "vary")
)


def kept_headers(head: Head) -> Head:
    """Return the head as it is stored: the same status, fewer header fields."""
    listed = {name.strip().lower() for name in (head.headers.get("Connection") or "").split(",")}
    unwanted = (
        *(listed - _NEVER_OF_THE_CONNECTION),
        *_OF_THE_CONNECTION,
        *_OVER_OUR_DOMAIN,
        "Age",
    )
    return Head(status=head.status, headers=head.headers.without(*unwanted))
