"""Twin of proxy/dialects/cors_anywhere.py."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects.address import parse_source
from proxy.dialects.cors_anywhere import read, write
from proxy.errors import AskError, BadAddress
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import Transform
from proxy.settings import Settings

SETTINGS = Settings()


def order(target: str) -> Order | None:
    return read(Request(method="GET", target=target), SETTINGS)


@pytest.mark.parametrize(
    ("target", "url"),
    [
        pytest.param("/http://h/x.jpg", "http://h/x.jpg", id="whole"),
        pytest.param("/https://h/x.jpg?a=1&b=2", "https://h/x.jpg?a=1&b=2", id="with its query"),
        pytest.param("/HTTPS://h:8443/x", "https://h:8443/x", id="a port, any case"),
        pytest.param("/http:/h/x.jpg", "http://h/x.jpg", id="a slash merged on the way (R#150)"),
        pytest.param(
            "/http://h/100%25.jpg?u=http%3A", "http://h/100%25.jpg?u=http%3A", id="as it is"
        ),
        pytest.param("/http://h/http://g/", "http://h/http://g/", id="an address in a path"),
        pytest.param("/http://h", "http://h/", id="no path"),
        pytest.param(
            "/image.woshipm.com/a/x.jpg", "http://image.woshipm.com/a/x.jpg", id="no scheme"
        ),
        pytest.param("/h.example:443/x", "https://h.example/x", id="443 is https"),
        pytest.param("/h.example:8443/x", "http://h.example:8443/x", id="another port is not"),
        pytest.param("/H.Example./x?y", "http://h.example/x?y", id="a name written oddly"),
        pytest.param("/h.xn--p1ai/x", "http://h.xn--p1ai/x", id="an A-label"),
        pytest.param("/b%C3%BCcher.example/x", "http://xn--bcher-kva.example/x", id="escaped IDN"),
        pytest.param("/192.0.2.1/x", "http://192.0.2.1/x", id="IPv4, for the rules to judge"),
        pytest.param("/[2001:db8::1]:80/x", "http://[2001:db8::1]/x", id="IPv6"),
    ],
)
def test_targets(target: str, url: str) -> None:
    assert order(target) == Order(source=parse_source(url), dialect="cors-anywhere")


@pytest.mark.parametrize(
    "target",
    [
        *(
            "/",
            "/?http://h/x",
            "/thumbnail/?http://h/x",
            "//http://h/x",
            "/favicon.ico",
            "/robots.txt",
        ),
        *("/h.example", "/localhost/x", "/iscorsneeded", "/200x/http://h/x", "/-/health"),
        *(
            "/cdn-cgi/image/w=1/http://h/x",
            "/_/plain/http://h/x",
            "/ftp://h/x",
            "/data:image/png,x",
        ),
        *("/http%3A%2F%2Fh%2Fx", "/http:h/x", "/a.b9/x", "/.example/x"),
    ],
)
def test_addresses_of_others(target: str) -> None:
    assert order(target) is None


@pytest.mark.parametrize(
    "target",
    [
        *("/http://", "/http:///h/x", "/http://h:99999/x", "/h.example:99999/x", "/h.example:0/x"),
        *("/http://a b/", "/999.1.1.1/x", "/http://%6c%6fcalhost/"),
    ],
)
def test_refusals(target: str) -> None:
    with pytest.raises(BadAddress):
        order(target)


def test_a_name_in_front_is_left_for_the_rules() -> None:
    found = order("/https://u:p@h.example/x")
    assert found is not None
    assert found.source.credentials


@pytest.mark.parametrize("url", ["http://h/x.jpg", "https://h:8443/?a=http://g/&b=%25"])
def test_what_is_written_is_read_as_it_was_meant(url: str) -> None:
    meant = Order(source=parse_source(url), dialect="cors-anywhere")
    assert write(meant) == f"/{url}"
    assert order(f"/{url}") == meant


@pytest.mark.parametrize(
    "more",
    [
        {"transform": Transform(width=1)},
        {"info": True},
        {"expires": 9.0},
        {"otherwise": parse_source("http://h/")},
    ],
    ids=str,
)
def test_all_but_an_original_cannot_be_said(more: dict[str, object]) -> None:
    assert write(replace(Order(source=parse_source("http://h/")), **more)) is None  # type: ignore[arg-type]  # by name


@given(st.text(max_size=60))
def test_any_path_is_read_or_refused(text: str) -> None:
    for target in (f"/{text}", f"/http:/{text}", f"/h.example/{text}", f"/{text}.example/"):
        with suppress(AskError):
            order(target)
