"""Twin of proxy/rules/hosts.py: which hosts are admitted, at the boundaries."""

from dataclasses import replace

import pytest

from proxy.errors import HostNotAllowed
from proxy.model.order import Source
from proxy.rules.hosts import SPECIAL_USE, refuse_unlisted_host
from proxy.rules.policy import Policy
from proxy.settings import Access, Settings
from tests.rules.sources import source


def admits(hosts: tuple[str, ...], asked: Source) -> bool:
    try:
        refuse_unlisted_host(asked, Policy.of(Settings(access=Access(hosts=hosts))))
    except HostNotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    ("hosts", "host", "admitted"),
    [
        pytest.param("", "img.example", False, id="nothing is listed"),
        pytest.param("img.example", "img.example", True, id="the name itself"),
        pytest.param("IMG.Example.", "img.example", True, id="the name in another spelling"),
        pytest.param("img.example", "a.img.example", False, id="a name below a listed one"),
        pytest.param("img.example", "example", False, id="a name above a listed one"),
        pytest.param("*.d.example", "a.d.example", True, id="one level below a domain"),
        pytest.param("*.d.example", "c.b.a.d.example", True, id="any depth below a domain"),
        pytest.param("*.d.example", "d.example", False, id="not the domain itself"),
        pytest.param("*.d.example", "evild.example", False, id="bug 11: compared by labels"),
        pytest.param("*.d.example", "a.d.example.evil.example", False, id="nor in the middle"),
        pytest.param("*.woshipm.com", "xn--imge-43d.woshipm.com", True, id="an IDN below it"),
        pytest.param("image.woshipm.com", "xn--imge-43d.woshipm.com", False, id="a homograph"),
        pytest.param("*", "img.example", True, id="a star is any public name"),
        pytest.param("*", "example.com", True, id="of any two labels"),
        pytest.param("*", "metadata", False, id="but no bare name"),
        pytest.param("*", "foo.localhost", False, id="nor one of special use"),
        pytest.param("*", "localhost.example", True, id="whose top label decides"),
        pytest.param("*", "mylocal.example", True, id="whole"),
        pytest.param("*,metadata", "metadata", True, id="a bare name that is listed"),
        pytest.param("*,*.internal", "a.internal", True, id="a domain that is listed"),
        pytest.param("nas.home.arpa", "nas.home.arpa", True, id="a special name that is listed"),
    ],
)
def test_names(hosts: str, host: str, admitted: bool) -> None:  # noqa: FBT001  # a table's column
    listed = tuple(hosts.split(",")) if hosts else ()
    assert admits(listed, source(host)) is admitted


@pytest.mark.parametrize("top", sorted(SPECIAL_USE))
def test_a_star_is_no_name_of_special_use(top: str) -> None:
    assert not admits(("*",), source(f"img.{top}"))
    assert not admits(("*",), source(top))
    assert admits(("*", f"*.{top}"), source(f"img.{top}"))


@pytest.mark.parametrize(
    ("hosts", "literal", "admitted"),
    [
        pytest.param(("*",), "93.184.216.34", False, id="a star covers no IPv4"),
        pytest.param(("*",), "[2606:4700::1111]", False, id="nor IPv6"),
        pytest.param(("192.0.2.1",), "192.0.2.1", True, id="an IPv4 that is listed"),
        pytest.param(("192.0.2.1",), "192.0.2.10", False, id="its neighbour"),
        pytest.param(("[2001:db8::1]",), "[2001:db8::1]", True, id="an IPv6 that is listed"),
        pytest.param(("[2001:db8::1]",), "[2001:db8::2]", False, id="and its neighbour"),
    ],
)
def test_literals(hosts: tuple[str, ...], literal: str, admitted: bool) -> None:  # noqa: FBT001  # a table's column
    assert admits(hosts, source(literal, literal=True)) is admitted


def test_no_domain_covers_a_literal() -> None:
    policy = replace(Policy.of(Settings()), domains=frozenset({"1", "0.0.1"}))
    with pytest.raises(HostNotAllowed):
        refuse_unlisted_host(source("127.0.0.1", literal=True), policy)
