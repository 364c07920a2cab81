"""What a 304 changes in a stored response (RFC 9111 §4.3.4, §3.2)."""

from dataclasses import replace

from proxy.cache.heads import kept_headers
from proxy.errors import OriginProtocol
from proxy.model.entry import Entry, Head, Times
from proxy.model.headers import Headers

# §3.2: what describes the stored bytes stays with them; a 304 brings none. Digests count too.
_OF_THE_BODY = (
    "Content-Digest",
    "Content-Encoding",
    "Content-Length",
    "Content-MD5",
    "Content-Range",
    "Content-Type",
    "Digest",
    "Repr-Digest",
)


def freshen(entry: Entry, head: Head, times: Times) -> Entry:
    """Return the entry with a 304's header fields over its own and the 304's times.

    Raises OriginProtocol where the 304 carries another body's ETag: it must not update this copy
    (§4.3.4), and the copy cannot be called validated. A 304 without ETag answers what was asked.
    """
    stored = entry.head.headers
    ours, theirs = _opaque_tag(stored), _opaque_tag(head.headers)
    if ours and theirs and ours != theirs:
        raise OriginProtocol(f"{entry.source}: 304 for {theirs}, asked about {ours}")
    news = kept_headers(head).headers.without(*_OF_THE_BODY)
    olds = stored.without(*(name for name, _ in news))
    updated = Head(status=entry.head.status, headers=Headers((*olds, *news)))
    return replace(entry, head=updated, times=times)


def _opaque_tag(headers: Headers) -> str:
    """Return an entity tag less its weakness, which origins change with their encodings."""
    return next(iter(headers.all("ETag")), "").removeprefix("W/")
