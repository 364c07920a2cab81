"""Twin of proxy/rules/publishers.py: the rungs of a host, lowest first."""

import re

import pytest

from proxy.dialects.address import parse_source
from proxy.rules.publishers import PUBLISHERS, rungs


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(
            "http://image.woshipm.com/a.png",
            (
                None,
                "http://image.woshipm.com/",
                "https://www.woshipm.com/",
                "https://woshipm.com/",
            ),
            id="none, itself, its site",
        ),
        pytest.param(
            "https://www.d.co.uk:8443/a.png",
            (None, "https://www.d.co.uk:8443/", "https://www.d.co.uk/", "https://d.co.uk/"),
            id="a port is part of itself alone; a suffix of two labels",
        ),
        pytest.param(
            "https://www.d.example/",
            (None, "https://www.d.example/", "https://d.example/"),
            id="nothing twice",
        ),
        pytest.param(
            "https://wx1.sinaimg.cn/large/a.jpg",
            (
                None,
                "https://wx1.sinaimg.cn/",
                "https://www.sinaimg.cn/",
                "https://sinaimg.cn/",
                "https://weibo.com/",
            ),
            id="a known publisher at last",
        ),
        pytest.param(
            "https://evilsinaimg.cn/a.jpg",
            (None, "https://evilsinaimg.cn/", "https://www.evilsinaimg.cn/"),
            id="known by labels, not by letters",
        ),
        pytest.param(
            "https://blog.github.io/", (None, "https://blog.github.io/"), id="a private suffix"
        ),
        pytest.param("http://co.uk/a.png", (None, "http://co.uk/"), id="a suffix is nobody's"),
        pytest.param("http://intranet/a.png", (None, "http://intranet/"), id="a bare name"),
        pytest.param("http://192.0.2.1/a.png", (None, "http://192.0.2.1/"), id="an IPv4"),
        pytest.param("http://[2001:db8::1]/", (None, "http://[2001:db8::1]/"), id="an IPv6"),
    ],
)
def test_rungs(url: str, expected: tuple[str | None, ...]) -> None:
    there = rungs(parse_source(url))
    assert there[: len(expected)] == expected
    assert len(set(there)) == len(there)


@pytest.mark.parametrize("domain", PUBLISHERS)
def test_what_a_publisher_wants_can_be_sent(domain: str) -> None:
    assert rungs(parse_source(f"https://img.{domain}/"))[-1] is not None
    for referer in PUBLISHERS[domain]:
        assert re.fullmatch(r"https?://[a-z0-9.-]+/?", referer)
        assert referer in rungs(parse_source(f"https://img.{domain}/"))
