"""Plain heads: which are, what tells them apart, and that nothing else has a say."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from proxy.server.plain import CHOOSING, EXCLUDED, MAX_BYTES, read, read_fields

HOST = b"Host: img.blog.example\r\n"
CHROME = (
    HOST + b"Connection: keep-alive\r\n"
    b'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"\r\nsec-ch-ua-mobile: ?0\r\n'
    b"User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0.0.0 Safari/537.36\r\n"
    b"Accept: image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8\r\n"
    b"Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"
    b"Referer: https://blog.example/\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    b"Accept-Language: zh-CN,zh;q=0.9\r\nCookie: a=b\r\nPragma: x\r\nDNT: 1\r\nPriority: i\r\n"
)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(HOST, id="wrk's, the shortest there is"),
        pytest.param(HOST + b"User-Agent: curl/8\r\nAccept: */*\r\n", id="curl's"),
        pytest.param(CHROME, id="Chrome's"),
        pytest.param(HOST + b"Connection: Keep-Alive\r\n", id="in any case"),
        pytest.param(HOST + b'If-None-Match: W/"a"\r\n', id="with a condition"),
        pytest.param(HOST + b"X-Forwarded-For: 203.0.113.9\r\n", id="a proxy's"),
        pytest.param(HOST + b"X-Own:\r\n", id="an empty value"),
        pytest.param(HOST + b"X-Own: caf\xe9\t!\r\n", id="obs-text and a tab (RFC 9110 §5.5)"),
        pytest.param(b"HOST:a\r\n", id="without a blank"),
    ],
)
def test_plain(fields: bytes) -> None:
    assert read(fields + b"\r\n") is not None


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(b"", id="no Host"),
        pytest.param(b"Host:\r\n", id="an empty Host"),
        pytest.param(b"Host: a b\r\n", id="a Host that is none"),
        pytest.param(b"Host: a/\r\n", id="a path in Host"),
        pytest.param(HOST + HOST, id="Host twice"),
        pytest.param(HOST + b"Accept: a\r\nAccept: b\r\n", id="Accept on two lines"),
        pytest.param(HOST + b"User-Agent: a\r\nuser-agent: a\r\n", id="what aiohttp refuses twice"),
        pytest.param(HOST + b"Connection: close\r\n", id="the last on its connection"),
        pytest.param(HOST + b"Connection: keep-alive, Upgrade\r\n", id="an upgrade"),
        pytest.param(HOST + b"Content-Length: 0\r\n", id="a body, though empty"),
        pytest.param(HOST + b"Transfer-Encoding: chunked\r\n", id="a body in chunks"),
        pytest.param(HOST + b"Range: bytes=0-1\r\n", id="a part"),
        pytest.param(HOST + b"Cache-Control: no-cache\r\n", id="a reload"),
        pytest.param(HOST + b"Via: 1.1 x\r\n", id="what may be a loop"),
        pytest.param(HOST + b"Sec-WebSocket-Key1: x\r\n", id="what aiohttp refuses"),
        pytest.param(HOST + b"X : a\r\n", id="a blank before the colon"),
        pytest.param(HOST + b" folded\r\n", id="a folded line (RFC 9112 §5.2)"),
        pytest.param(HOST + b"X: a\nY: b\r\n", id="a bare line feed"),
        pytest.param(HOST + b"X: a\rY\r\n", id="a bare carriage return"),
        pytest.param(HOST + b"X: a\x00\r\n", id="NUL"),
        pytest.param(HOST + b"X: \x7f\r\n", id="DEL"),
        pytest.param(HOST + b": a\r\n", id="no name"),
        pytest.param(HOST + b"X\xe9: a\r\n", id="a name that is no token"),
        pytest.param(HOST + b"X: a\r\n\r\nGET / HTTP/1.1\r\n" + HOST, id="two requests"),
        pytest.param(HOST + b"X: " + b"a" * MAX_BYTES + b"\r\n", id="too long"),
        pytest.param(HOST + b"X: a\r\n" * 101, id="too many"),
    ],
)
def test_not_plain(fields: bytes) -> None:
    assert read(fields + b"\r\n") is None


@pytest.mark.parametrize("end", [b"", b"\r", b"\n", b"\r\n\r\n", b"\r\nG"])
def test_nothing_less_and_nothing_more_than_a_head(end: bytes) -> None:
    assert read(HOST + end) is None


@pytest.mark.parametrize("name", [name.decode() for name in CHOOSING if name != b"host"])
def test_what_may_choose_an_answer_tells_asks_apart(name: str) -> None:
    found = {
        plain.choice
        for value in ("", f"{name}:\r\n", f"{name}: a\r\n", f"{name.title()}: b\r\n")
        if (plain := read(HOST + value.encode() + b"\r\n")) is not None
    }
    assert len(found) == 4


def test_values_that_flow_together_are_told_apart() -> None:
    one = read(HOST + b"Accept: a\r\nOrigin: -\r\n\r\n")
    other = read(HOST + b"Accept: a\r\n\r\n")
    third = read(HOST + b"Origin: a\r\n\r\n")
    assert one is not None
    assert len({plain and plain.choice for plain in (one, other, third)}) == 3


def test_what_has_no_say_tells_nobody_apart() -> None:
    plain = [read(HOST + more + b"\r\n") for more in (b"", b"User-Agent: x\r\n", b"Cookie: y\r\n")]
    assert len({one and one.choice for one in plain}) == 1


NAMES = st.sampled_from([*CHOOSING, *sorted(EXCLUDED), b"x-own", b"connection", b"cookie"])
VALUES = st.binary(max_size=12).map(lambda raw: bytes(b for b in raw if b >= 0x20 and b != 0x7F))


@given(st.lists(st.tuples(NAMES, VALUES), max_size=8))
@example([(b"host", b"a"), (b"accept", b" a \t")])
def test_a_head_is_read_alike_before_and_after_the_parser(
    fields: list[tuple[bytes, bytes]],
) -> None:
    written = b"".join(b"%b: %b\r\n" % field for field in fields) + b"\r\n"
    parsed = [(name, value.strip(b" \t")) for name, value in fields]
    assert read(written) == (read_fields(parsed) if fields else None)


@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd_to_be_read(data: bytes) -> None:
    plain = read(HOST + data)
    assert plain is None or data.endswith(b"\r\n")
