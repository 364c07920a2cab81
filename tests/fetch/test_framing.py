"""Heads judged without a socket; over one: test_client.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import OriginEncoding, OriginProtocol, ProxyError
from proxy.fetch.framing import Framing, judge_head, read_head
from proxy.model.entry import Head
from proxy.model.headers import Headers

NONE = Headers()
VALIDATOR = Headers((("If-None-Match", '"a"'),))
BY_END = Framing(length=None, framed=False)
WHOLE = Framing(length=None, framed=True)


def lines(*fields: str) -> Headers:
    return Headers.of(
        (name, value.strip()) for name, _, value in (f.partition(":") for f in fields)
    )


@pytest.mark.parametrize(
    ("status", "headers", "conditions", "framing"),
    [
        pytest.param(
            200, lines("Content-Length: 7"), NONE, Framing(length=7, framed=True), id="length"
        ),
        pytest.param(
            200,
            lines("Content-Length: 7", "content-length: 7"),
            NONE,
            Framing(length=7, framed=True),
            id="the same length twice",
        ),
        pytest.param(
            200, lines("Transfer-Encoding: Chunked"), NONE, WHOLE, id="chunked in any case"
        ),
        pytest.param(200, NONE, NONE, BY_END, id="neither: by the end of the connection"),
        pytest.param(204, NONE, NONE, WHOLE, id="204 has no body"),
        pytest.param(304, lines("Content-Length: 7"), VALIDATOR, WHOLE, id="304 has no body"),
        pytest.param(
            206,
            lines("Content-Length: 7"),
            lines("Range: bytes=0-6"),
            Framing(length=7, framed=True),
            id="206 that was asked for",
        ),
        pytest.param(
            200, lines("Content-Range: bytes 0-1/2"), NONE, BY_END, id="200 with a range is a whole"
        ),
        pytest.param(
            200, lines("Content-Encoding: Identity"), NONE, BY_END, id="identity is no encoding"
        ),
        pytest.param(599, NONE, NONE, BY_END, id="the highest status"),
    ],
)
def test_framings(status: int, headers: Headers, conditions: Headers, framing: Framing) -> None:
    head = Head(status=status, headers=headers)
    assert judge_head(head, conditions=conditions, http_11=True) == framing


@pytest.mark.parametrize(
    ("status", "headers", "conditions", "failure"),
    [
        pytest.param(199, NONE, NONE, OriginProtocol, id="below the final statuses"),
        pytest.param(600, NONE, NONE, OriginProtocol, id="above all statuses"),
        pytest.param(304, NONE, NONE, OriginProtocol, id="304 without conditions"),
        pytest.param(304, NONE, lines("Range: bytes=0-1"), OriginProtocol, id="304 to a range"),
        pytest.param(206, NONE, VALIDATOR, OriginProtocol, id="206 without a range"),
        pytest.param(
            200,
            lines("Content-Length: 7", "Content-Length: 8"),
            NONE,
            OriginProtocol,
            id="lengths differ",
        ),
        pytest.param(
            200, lines("Content-Length: -1"), NONE, OriginProtocol, id="a negative length"
        ),
        pytest.param(
            200, lines("Content-Length: ²"), NONE, OriginProtocol, id="a length int() would read"
        ),
        pytest.param(200, lines("Content-Length:"), NONE, OriginProtocol, id="an empty length"),
        pytest.param(
            200,
            lines("Transfer-Encoding: chunked, chunked"),
            NONE,
            OriginProtocol,
            id="chunked twice",
        ),
        pytest.param(
            200,
            lines("Transfer-Encoding: identity"),
            NONE,
            OriginProtocol,
            id="a coding HTTP no longer has",
        ),
        pytest.param(
            200,
            lines("Transfer-Encoding: chunked", "Content-Length: 7"),
            NONE,
            OriginProtocol,
            id="both framings",
        ),
        pytest.param(200, lines("Content-Encoding: gzip"), NONE, OriginEncoding, id="gzip"),
        pytest.param(
            200,
            lines("Content-Encoding: identity", "Content-Encoding: br"),
            NONE,
            OriginEncoding,
            id="br behind identity",
        ),
    ],
)
def test_refusals(
    status: int, headers: Headers, conditions: Headers, failure: type[ProxyError]
) -> None:
    with pytest.raises(failure):
        judge_head(Head(status=status, headers=headers), conditions=conditions, http_11=True)


def test_chunks_need_http_11() -> None:
    head = Head(status=200, headers=lines("Transfer-Encoding: chunked"))
    with pytest.raises(OriginProtocol):
        judge_head(head, conditions=NONE, http_11=False)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        pytest.param("图.png".encode(), "图.png", id="UTF-8"),
        pytest.param(b"\xe9t\xe9", "été", id="Latin-1 where it is no UTF-8"),
        pytest.param(b"a\tb", "a\tb", id="a tab"),
    ],
)
def test_values_are_text(raw: bytes, text: str) -> None:
    assert read_head(200, [(b"X-A", raw)]).headers.get("x-a") == text


@given(st.lists(st.tuples(st.binary(), st.binary())))
def test_what_is_read_holds_nothing_that_ends_a_line(raw: list[tuple[bytes, bytes]]) -> None:
    try:
        head = read_head(200, raw)
    except OriginProtocol:
        return
    for name, value in head.headers:
        assert name
        assert not set("\r\n\0") & set(name + value)
        value.encode()  # no lone surrogates
