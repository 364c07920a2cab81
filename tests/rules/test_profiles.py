"""Twin of proxy/rules/profiles.py: the most exact entry speaks."""

from dataclasses import replace

import pytest

from proxy.rules.policy import Policy
from proxy.rules.profiles import terms_of
from proxy.settings import Origin, Settings
from tests.rules.sources import source

KEYS = (
    "img.d.example:8080",
    "img.d.example",
    "*.d.example",
    "*.example",
    "other.test:80",
    "[::1]:80",
    "192.0.2.1",
)
POLICY = Policy.of(Settings(origins={key: Origin() for key in KEYS}))


@pytest.mark.parametrize(
    ("host", "port", "key"),
    [
        pytest.param("img.d.example", 8080, "img.d.example:8080", id="host and port"),
        pytest.param("img.d.example", 80, "img.d.example", id="host at another port"),
        pytest.param("a.b.d.example", 80, "*.d.example", id="the longest domain"),
        pytest.param("d.example", 80, "*.example", id="a domain's own name lies not below it"),
        pytest.param("example", 80, "", id="no domain above"),
        pytest.param("other.test", 80, "other.test:80", id="the scheme's own port is a port"),
        pytest.param("other.test", 443, "", id="and no other"),
    ],
)
def test_names(host: str, port: int, key: str) -> None:
    assert terms_of(source(host, port=port), POLICY).profile.key == key


@pytest.mark.parametrize(
    ("literal", "key"),
    [
        pytest.param("192.0.2.1", "192.0.2.1", id="IPv4"),
        pytest.param("[::1]", "[::1]:80", id="IPv6 and port"),
        pytest.param("198.51.100.1", "", id="another one"),
    ],
)
def test_literals(literal: str, key: str) -> None:
    assert terms_of(source(literal, literal=True), POLICY).profile.key == key


def test_no_domain_lies_above_numbers() -> None:
    policy = replace(POLICY, terms={"*.2.1": POLICY.terms["*.example"]})
    assert terms_of(source("192.0.2.1", literal=True), policy) == policy.otherwise
