"""Twin of proxy/dialects/address.py: what is an address, and what only looks like one."""

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from proxy.dialects.address import parse_source
from proxy.errors import BadAddress
from proxy.model.order import Source

BASE = parse_source("http://img.example/d/r.png?q")
LABEL = "a" * 63


@pytest.mark.parametrize(
    ("text", "url"),
    [
        pytest.param("HTTP://IMG.Example/A.png", "http://img.example/A.png", id="case of the host"),
        pytest.param("http://h", "http://h/", id="an empty path is the root"),
        pytest.param("http://h/a#b", "http://h/a", id="the fragment goes"),
        pytest.param("http://h/a#", "http://h/a", id="an empty fragment too"),
        pytest.param("http://h/a?", "http://h/a?", id="an empty query is part of the identity"),
        pytest.param("http://h#@127.0.0.1/", "http://h/", id="an @ in the fragment names no host"),
        pytest.param("http://h?@127.0.0.1/", "http://h/?@127.0.0.1/", id="nor one in the query"),
        pytest.param("http://h:80/a", "http://h/a", id="the scheme's own port is not written"),
        pytest.param("https://h:080/a", "https://h:80/a", id="another port is, without zeros"),
        pytest.param("http://h:/a", "http://h/a", id="an empty port is the default"),
        pytest.param("http://h./a", "http://h/a", id="one trailing dot is dropped"),
        pytest.param("http://h.:8080/a", "http://h:8080/a", id="before a port too"),
        pytest.param("http://bücher.example/", "http://xn--bcher-kva.example/", id="IDN"),
        pytest.param(
            "http://b%C3%BCcher.example/",
            "http://xn--bcher-kva.example/",
            id="an IDN as a browser escapes it",
        ),
        pytest.param("http://straße.example/", "http://xn--strae-oqa.example/", id="sharp s stays"),
        pytest.param("http://a\u3002example/", "http://a.example/", id="the ideographic full stop"),
        pytest.param("http://my_bucket.example/", "http://my_bucket.example/", id="an underscore"),
        pytest.param("http://h/ä b", "http://h/%C3%A4%20b", id="what must be escaped is"),
        pytest.param("http://h/a/../../../b", "http://h/b", id="dot segments end at the root"),
        pytest.param("http://h/x\\y", "http://h/x/y", id="a backslash in the path is a slash"),
        pytest.param("http://h//a", "http://h//a", id="a doubled slash in the path stays"),
        pytest.param(" http://h/a ", "http://h/a", id="blanks around are stripped"),
        pytest.param(f"http://{LABEL}.example/", f"http://{LABEL}.example/", id="a label of 63"),
        pytest.param(
            f"http://{LABEL}.{LABEL}.{LABEL}.{LABEL[:61]}./",
            f"http://{LABEL}.{LABEL}.{LABEL}.{LABEL[:61]}/",
            id="a name of 253 and its dot",
        ),
    ],
)
def test_identity(text: str, url: str) -> None:
    assert parse_source(text).url == url


@pytest.mark.parametrize("escape", ["%2B", "%23", "%25", "%2F", "%00", "%0d%0a", "%zz", "%", "%ed"])
def test_escapes_in_path_and_query_stay(escape: str) -> None:
    path = f"/a{escape}b?c{escape}d"
    assert parse_source(f"http://h{path}").path == path


def test_parts() -> None:
    assert parse_source("https://IMG.example:8443/a?b#c") == Source(
        url="https://img.example:8443/a?b",
        scheme="https",
        host="img.example",
        port=8443,
        path="/a?b",
    )


@pytest.mark.parametrize(
    ("host", "literal"),
    [
        pytest.param("192.0.2.1", "192.0.2.1", id="dotted decimal"),
        pytest.param("192.0.2.1.", "192.0.2.1", id="with a trailing dot"),
        pytest.param("2130706433", "127.0.0.1", id="one decimal number"),
        pytest.param("0X7f.1", "127.0.0.1", id="hexadecimal and short"),
        pytest.param("0177.0x0.0.1", "127.0.0.1", id="octal among others"),
        pytest.param("0", "0.0.0.0", id="zero"),  # noqa: S104  # nothing binds here
        pytest.param("127\uff0e0\uff0e0\uff0e1", "127.0.0.1", id="full-width dots"),
        pytest.param("①②⑦.0.0.1", "127.0.0.1", id="circled digits"),
        pytest.param("[0:0::1]", "[::1]", id="IPv6"),
        pytest.param("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", id="IPv4 within IPv6"),
    ],
)
def test_literals(host: str, literal: str) -> None:
    source = parse_source(f"http://{host}:8080/a")
    assert (source.host, source.literal) == (literal, True)
    assert source.url == f"http://{literal}:8080/a"


@pytest.mark.parametrize("user", ["u", "u:p", ":p", "a@b", "", "127.0.0.1"])
def test_credentials_are_noticed_and_not_kept(user: str) -> None:
    source = parse_source(f"http://{user}@h/a")
    assert (source.credentials, source.url) == (True, "http://h/a")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("h/a.png", id="no scheme"),
        pytest.param("//h/a.png", id="no scheme but slashes"),
        pytest.param("http:/h/a.png", id="one slash"),
        pytest.param("http:h", id="no slash"),
        pytest.param("http:\\\\h\\a", id="backslashes for slashes"),
        pytest.param("http://", id="only a scheme"),
        pytest.param("http:///h/a.png", id="three slashes"),
        pytest.param("http://\\h/", id="a backslash after the slashes"),
        pytest.param("http://?x", id="no host before the query"),
        pytest.param("http://#x", id="no host before the fragment"),
        pytest.param("http://@/", id="no host after the @"),
        pytest.param("http://:80/", id="no host before the port"),
        pytest.param("ftp://h/", id="another scheme"),
        pytest.param("data:image/png;base64,AAAA", id="a data URL"),
        pytest.param("view-source:http://h/", id="a scheme before the scheme"),
        pytest.param("httpſ://h/", id="a long s in the scheme"),
        pytest.param("ht\ttp://h/", id="a tab in the scheme"),
        pytest.param("http://h/a\n.png", id="a line end in the path"),
        pytest.param("http://h/a\x7f", id="DEL"),
        pytest.param("\x01http://h/", id="a control character in front"),
        pytest.param("http://h/a\x00", id="NUL at the end"),
        pytest.param("http://h/\ud800", id="a lone surrogate"),
        pytest.param("http://127.1.1.1:80\\@@127.2.2.2/", id="a backslash before the @"),
        pytest.param("http://127.0.0.1 .h/", id="a blank in the host"),
        pytest.param("http://h: 80/", id="a blank before the port"),
        pytest.param("http://a b@h/", id="a blank before the @"),
        pytest.param("http://%6c%6fcalhost/", id="an escaped host"),
        pytest.param("http://%256c%256fcalhost/", id="a twice escaped host"),
        pytest.param("http://127.0.0.1%20/", id="an escaped blank in the host"),
        pytest.param("http://127.0.0.1%2fh/", id="an escaped slash in the host"),
        pytest.param("http://h%40127.0.0.1/", id="an escaped @ in the host"),
        pytest.param("http://h:6379%0d%0aFLUSHALL/", id="escaped line ends in the port"),
        pytest.param("http://[::1%25lo]/", id="a zone"),
        pytest.param("http://h\uff20127.0.0.1/", id="a full-width @"),
        pytest.param("http://h\uff1a80/", id="a full-width colon"),
        pytest.param("http://evil.c\u2100.h/", id="a character that maps to a/c"),
        pytest.param("http://\u202e1.0.0.721/", id="a right-to-left override"),
        pytest.param("http://\u0e51\u0e52\u0e57.\u0e50.\u0e50.\u0e51/", id="Thai digits"),
        pytest.param("http://xn--c5ccp.xn--b5c.xn--b5c.xn--c5c/", id="Thai digits as A-labels"),
        pytest.param("http://xn--localhost-.example/", id="an A-label that holds plain ASCII"),
        pytest.param("http://a.xn--99999999/", id="an A-label that cannot be decoded"),
        pytest.param("http://xn--/", id="an A-label that holds nothing"),
        pytest.param("http://*.h/", id="an asterisk"),
        pytest.param("http://127.0.0.1,h/", id="a comma"),
        pytest.param("http://a!b/", id="an exclamation mark"),
        pytest.param("http://a..b/", id="an empty label"),
        pytest.param("http://.a/", id="an empty first label"),
        pytest.param("http://a../", id="two trailing dots"),
        pytest.param("http://./", id="only a dot"),
        pytest.param(f"http://{LABEL}a.example/", id="a label of 64"),
        pytest.param(f"http://{LABEL}.{LABEL}.{LABEL}.{LABEL[:62]}/", id="a name of 254"),
        pytest.param("http://h:0/", id="port 0"),
        pytest.param("http://h:65536/", id="a port over 16 bits"),
        pytest.param("http://h:8_0/", id="an underscore in the port"),
        pytest.param("http://h:80:22/", id="two ports"),
        pytest.param("http://h:\u0e58\u0e50/", id="a port in Thai digits"),
        pytest.param("http://::1/", id="IPv6 without brackets"),
        pytest.param("http://[evil.example]/", id="a name in brackets"),
        pytest.param("http://127.0.0.1.1/", id="five numbers"),
        pytest.param("http://383.0.0.1/", id="a number over 255"),
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        parse_source(text)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        pytest.param("https://other.example/x", "https://other.example/x", id="absolute"),
        pytest.param("//other.example/x", "http://other.example/x", id="scheme-relative"),
        pytest.param("/b.png", "http://img.example/b.png", id="path"),
        pytest.param("b.png", "http://img.example/d/b.png", id="relative path"),
        pytest.param("../b:c.png", "http://img.example/b:c.png", id="a colon within a path"),
        pytest.param("?x=1", "http://img.example/d/r.png?x=1", id="query"),
        pytest.param("#x", "http://img.example/d/r.png?q", id="fragment"),
        pytest.param("/%0d%0aX:%20y", "http://img.example/%0d%0aX:%20y", id="escaped line ends"),
        pytest.param("httpſ://u@x", "http://img.example/d/http%C5%BF://u@x", id="no scheme at all"),
        pytest.param("./..//127.0.0.1/x", "http://img.example//127.0.0.1/x", id="a late //"),
    ],
)
def test_redirects(location: str, url: str) -> None:
    source = parse_source(location, BASE)
    assert (source.url, source.credentials) == (url, False)


@pytest.mark.parametrize(
    "location",
    [
        pytest.param("file:///etc/passwd", id="another scheme"),
        pytest.param("http:/x", id="a scheme with one slash"),
        pytest.param("http:x", id="a scheme with a relative path"),
        pytest.param("https:x", id="another scheme with a host and no slashes"),
        pytest.param("///127.0.0.1/x", id="three slashes"),
        pytest.param("/\\127.0.0.1/x", id="slash and backslash"),
        pytest.param("\\\\127.0.0.1\\x", id="two backslashes"),
        pytest.param("\\x", id="one backslash"),
        pytest.param(" //h\\@x", id="a backslash in the authority"),
        pytest.param("//%31/x", id="an escape in the authority"),
        pytest.param("/b\r\nX: y", id="raw line ends"),
        pytest.param("//h:0/", id="port 0"),
    ],
)
def test_odd_redirects_are_refused(location: str) -> None:
    with pytest.raises(BadAddress):
        parse_source(location, BASE)


def test_a_redirect_to_a_literal_is_seen_as_one() -> None:
    source = parse_source("//2130706433/x", BASE)
    assert (source.host, source.literal) == ("127.0.0.1", True)


HOSTILE = st.text() | st.text(alphabet="htps:/\\?#@[]%.0a1 \t\u0e51\uff0e-_xn*,", max_size=60)


@given(st.sampled_from(["", "http://", "https://"]), HOSTILE, st.sampled_from([None, BASE]))
@example("http://", "xn--a-ecp.ru", None)
def test_any_text_is_a_source_or_refused(scheme: str, text: str, base: Source | None) -> None:
    try:
        source = parse_source(scheme + text, base)
    except BadAddress:
        return
    assert not source.host.endswith(".")
    assert source.url == f"{source.scheme}://{source.authority}{source.path}"
    assume(not source.credentials)
    assert parse_source(source.url) == source


@pytest.mark.parametrize("n", [1, 1000])
def test_an_address_is_read_alike_the_second_time_and_whatever_its_length(n: int) -> None:
    text = f"http://img.example/{'a' * n}?b"
    assert parse_source(text) == parse_source(text)
    assert parse_source(text).path == f"/{'a' * n}?b"
