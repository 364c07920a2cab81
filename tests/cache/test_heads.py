"""What is kept of a response's head (RFC 9111 §3.1)."""

import pytest

from proxy.cache.heads import kept_headers
from proxy.model.entry import Head
from proxy.model.headers import Headers


@pytest.mark.parametrize(
    "name",
    [
        *("Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info"),
        *("Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding"),
        *("Upgrade", "Set-Cookie", "set-cookie2", "Content-Security-Policy", "Link", "Refresh"),
        *("Strict-Transport-Security", "Clear-Site-Data", "Alt-Svc", "NEL", "Report-To", "Age"),
        *("X-Frame-Options", "X-XSS-Protection", "Public-Key-Pins", "WWW-Authenticate"),
    ],
)
def test_a_field_is_not_kept(name: str) -> None:
    head = Head(status=200, headers=Headers(((name, "x"), ("ETag", '"a"'))))
    assert kept_headers(head) == Head(status=200, headers=Headers((("ETag", '"a"'),)))


@pytest.mark.parametrize(
    "name",
    [
        *("Cache-Control", "Expires", "Date", "Vary", "ETag", "Last-Modified", "Content-Type"),
        *("Content-Length", "X-Anything"),
    ],
)
def test_a_field_is_kept(name: str) -> None:
    head = Head(status=404, headers=Headers(((name, "x"), (name, "y"))))
    assert kept_headers(head) == head


def test_fields_that_connection_names_are_not_kept() -> None:
    head = Head(
        status=200,
        headers=Headers((("connection", "close, A"), ("a", "1"), ("Connection", "b"), ("B", "2"))),
    )
    assert kept_headers(head).headers == Headers()


def test_connection_cannot_lift_the_rules_of_caching() -> None:
    lines = (("Cache-Control", "no-cache"), ("ETag", '"a"'))
    head = Head(status=200, headers=Headers((*lines, ("Connection", "Cache-Control, etag"))))
    assert kept_headers(head).headers == Headers(lines)
