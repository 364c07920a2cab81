"""Who may read (contracts/service.md, "CORS")."""

from dataclasses import replace

import pytest

from proxy.model.headers import Headers
from proxy.model.request import Request
from proxy.reply.cors import lines, lines_for
from proxy.settings import Access
from tests.reply.answers import ALL, ANSWER, LISTED, request

BOTH = Access(readers=("https://blog.example", "*"))


@pytest.mark.parametrize(
    ("access", "asked", "reader"),
    [
        pytest.param(ALL, request(), "*", id="all may read, without an Origin too"),
        pytest.param(ALL, request(("Origin", "https://x.example")), "*", id="all, never echoed"),
        pytest.param(ALL, None, "*", id="all, the request unread"),
        pytest.param(BOTH, request(), "*", id="a star among others"),
        pytest.param(
            LISTED,
            request(("Origin", "https://blog.example")),
            "https://blog.example",
            id="a listed origin",
        ),
        pytest.param(
            LISTED,
            request(("origin", "https://other.example:8443")),
            "https://other.example:8443",
            id="listed in other letters, with a port",
        ),
        pytest.param(LISTED, request(("Origin", "https://other.example")), None, id="another port"),
        pytest.param(LISTED, request(("Origin", "http://blog.example")), None, id="another scheme"),
        pytest.param(
            LISTED,
            request(("Origin", "https://blog.example.evil.example")),
            None,
            id="a longer name",
        ),
        pytest.param(LISTED, request(("Origin", "null")), None, id="a sandboxed frame"),
        pytest.param(
            LISTED,
            request(("Origin", "https://blog.example"), ("Origin", "https://x.example")),
            None,
            id="two origins",
        ),
        pytest.param(LISTED, request(), None, id="no Origin: a plain <img>"),
        pytest.param(LISTED, None, None, id="the request unread"),
        pytest.param(
            Access(readers=()), request(("Origin", "https://x.example")), None, id="nobody"
        ),
    ],
)
def test_lines_for(access: Access, asked: Request | None, reader: str | None) -> None:
    sent = Headers(lines_for(asked, access))
    assert sent.get("Access-Control-Allow-Origin") == reader
    assert ("Access-Control-Expose-Headers" in sent) is (reader is not None)
    assert "Access-Control-Allow-Credentials" not in sent


@pytest.mark.parametrize("name", ["Age", "Cache-Status", "Content-Length", "ETag", "Retry-After"])
def test_scripts_may_read(name: str) -> None:
    sent = Headers(lines(ANSWER)).get("Access-Control-Expose-Headers")
    assert sent is not None
    assert name in sent.split(", ")


def test_an_answer_is_judged_by_its_own_request() -> None:
    answer = replace(ANSWER, access=LISTED, request=request(("Origin", "https://blog.example")))
    assert lines(answer)[0] == ("Access-Control-Allow-Origin", "https://blog.example")
