"""OPTIONS, answered here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.headers import Headers
from proxy.model.reply import Reply
from proxy.reply.preflight import preflight
from proxy.reply.security import lines_for
from proxy.settings import Access
from tests.reply.answers import ALL, LISTED, request
from tests.reply.test_build import READABLE


def asked(*fields: str) -> Headers:
    lines = (("Access-Control-Request-Headers", value) for value in fields)
    return preflight(request(*lines, method="OPTIONS"), ALL).headers


def test_the_whole_answer() -> None:
    assert preflight(request(method="OPTIONS"), ALL) == Reply(
        status=200,
        headers=Headers(
            (
                ("Allow", "GET, HEAD, OPTIONS"),
                ("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS"),
                ("Access-Control-Max-Age", "86400"),
                ("Vary", "Access-Control-Request-Headers"),
                *READABLE,
                *lines_for(""),
            )
        ),
        body=None,
    )


@pytest.mark.parametrize(
    ("fields", "echoed"),
    [
        pytest.param(["x-a"], "x-a", id="one name"),
        pytest.param(["x-a,X-B ,\tx-c"], "x-a, X-B, x-c", id="a list, blanks made even"),
        pytest.param(["x-a", "x-b"], "x-a, x-b", id="on two lines"),
        pytest.param([], None, id="none asked"),
        pytest.param([""], None, id="an empty field"),
        pytest.param(["x-a,,x-b"], None, id="an empty member"),
        pytest.param(["x-a: 1"], None, id="no field name"),
        pytest.param(["x-a\r\nSet-Cookie: a"], None, id="a line break"),
        pytest.param(["图"], None, id="other letters"),
        pytest.param(["a" * 1024], "a" * 1024, id="as long as may be"),
        pytest.param(["a" * 1025], None, id="too long"),
    ],
)
def test_asked_fields_are_echoed_if_they_are_names(fields: list[str], echoed: str | None) -> None:
    assert asked(*fields).get("Access-Control-Allow-Headers") == echoed


@pytest.mark.parametrize(
    ("access", "origin", "reader", "vary"),
    [
        pytest.param(ALL, "https://x.example", "*", "Access-Control-Request-Headers", id="all"),
        pytest.param(
            LISTED,
            "https://blog.example",
            "https://blog.example",
            "Access-Control-Request-Headers, Origin",
            id="listed",
        ),
        pytest.param(
            LISTED,
            "https://x.example",
            None,
            "Access-Control-Request-Headers, Origin",
            id="not listed",
        ),
    ],
)
def test_who_may_read(access: Access, origin: str, reader: str | None, vary: str) -> None:
    reply = preflight(request(("Origin", origin), method="OPTIONS"), access)
    assert reply.status == 200
    assert reply.headers.get("Access-Control-Allow-Origin") == reader
    assert reply.headers.get("Vary") == vary


@given(st.text())
def test_an_echo_is_a_list_of_names(listed: str) -> None:
    echoed = asked(listed).get("Access-Control-Allow-Headers")
    assert echoed is None or (echoed.isascii() and echoed.isprintable())
