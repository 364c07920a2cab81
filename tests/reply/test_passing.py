"""Which of an origin's fields go on, and which never do (contracts/service.md, "Lifetime")."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.values import is_sendable
from proxy.reply.passing import lines
from tests.reply.answers import answer_of, original, passing, picture

NEVER = (
    *("Set-Cookie", "Set-Cookie2", "Content-Security-Policy", "Strict-Transport-Security"),
    *("Clear-Site-Data", "X-Frame-Options", "Alt-Svc", "NEL", "Report-To", "Link", "Refresh"),
    *("Connection", "Keep-Alive", "Transfer-Encoding", "TE", "Trailer", "Upgrade"),
    *("Proxy-Authenticate", "Proxy-Anything", "WWW-Authenticate", "Service-Worker-Allowed"),
    *("Public-Key-Pins", "X-XSS-Protection", "Location", "Server", "Accept-CH"),
    *("Access-Control-Allow-Credentials", "Access-Control-Allow-Origin", "Sec-Anything"),
    *("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy"),
    *("X-Content-Type-Options", "Timing-Allow-Origin", "Content-Length", "Content-Encoding"),
    *("Content-Type", "Content-Range", "Accept-Ranges", "Age", "ETag", "Last-Modified"),
    *("Cache-Control", "Cache-Status", "Vary"),
)


@pytest.mark.parametrize("name", NEVER)
def test_a_field_never_passes_here_even_if_it_is_named(name: str) -> None:
    answer = answer_of(original((name, "x")))
    assert lines(replace(answer, profile=passing("*", name.lower()))) == ()


@pytest.mark.parametrize(
    "name",
    [
        *("X-Foo", "Expires", "Date", "Content-Location", "Content-MD5", "Content-Language"),
        *("Content-Disposition", "CDN-Cache-Control", "Pragma", "Warning", "Server-Timing"),
    ],
)
def test_a_field_passes(name: str) -> None:
    answer = answer_of(original((name, "x"), (name, "y")))
    assert lines(answer) == ()
    for wanted in ("*", name.lower()):
        assert lines(replace(answer, profile=passing(wanted))) == ((name, "x"), (name, "y"))


def test_a_made_picture_has_no_words_about_other_bytes() -> None:
    stored = original(("Content-MD5", "x"), ("Digest", "x"), ("Content-Language", "de"), ("A", "1"))
    answer = replace(answer_of(stored), served=picture(stored), profile=passing("*"))
    assert lines(answer) == (("A", "1"),)


@given(st.text())
def test_no_value_breaks_the_answer(value: str) -> None:
    answer = replace(answer_of(original(("X-Foo", value))), profile=passing("*"))
    assert all(is_sendable(sent) for _, sent in lines(answer))
