"""What an origin is told of us, and that it is told nothing else."""

from typing import Any

import pytest

from proxy.fetch.headers import ACCEPT, request_headers
from proxy.model.headers import Headers
from proxy.model.order import Source
from tests.fetch.conftest import profile, source


@pytest.mark.parametrize(
    ("referer", "asked", "expected"),
    [
        pytest.param("none", source(), None, id="none"),
        pytest.param("auto", source(), None, id="auto begins with none"),
        pytest.param("origin", source(), "http://img.example/", id="the origin itself"),
        pytest.param(
            "origin", source(port=8080), "http://img.example:8080/", id="the origin with its port"
        ),
        pytest.param(
            "origin", source(scheme="https"), "https://img.example/", id="the origin by https"
        ),
        pytest.param("https://www.woshipm.com/", source(), "https://www.woshipm.com/", id="a URL"),
    ],
)
def test_referer(referer: str, asked: Source, expected: str | None) -> None:
    headers = request_headers(asked, profile(referer=referer), pseudonym="p")
    assert headers.get("Referer") == expected


@pytest.mark.parametrize(
    ("more", "name", "expected"),
    [
        pytest.param({}, "Accept", ACCEPT, id="the fixed Accept"),
        pytest.param({}, "Accept-Encoding", "identity", id="no encoding"),
        pytest.param({}, "Via", "1.1 p", id="Via names us"),
        pytest.param({"user_agent": "x/1"}, "User-Agent", "x/1", id="the profile's User-Agent"),
        pytest.param(
            {"headers": Headers((("accept", "image/webp"),))},
            "Accept",
            "image/webp",
            id="the profile's field in place of ours",
        ),
        pytest.param({"headers": Headers((("X-Key", "1"),))}, "X-Key", "1", id="its own field"),
    ],
)
def test_fields(more: dict[str, Any], name: str, expected: str) -> None:
    assert request_headers(source(), profile(**more), pseudonym="p").get(name) == expected


def test_conditions_travel_and_accept_may_be_replaced() -> None:
    conditions = Headers((("If-None-Match", '"a"'), ("If-Modified-Since", "then")))
    headers = request_headers(
        source(), profile(), pseudonym="p", accept="*/*", conditions=conditions
    )
    assert [name for name, _ in headers] == [
        "Host",
        "Accept",
        "Accept-Encoding",
        "User-Agent",
        "Via",
        "If-None-Match",
        "If-Modified-Since",
    ]
    assert headers.get("Accept") == "*/*"


def test_what_passes_stands_in_place_of_ours_and_the_profiles_word_over_both() -> None:
    passed = Headers((("accept", "image/png"), ("X-A", "1"), ("x-a", "2"), ("X-Key", "theirs")))
    own = profile(headers=Headers((("X-Key", "ours"),)))
    headers = request_headers(source(), own, pseudonym="p", passed=passed)
    assert headers.all("Accept") == ("image/png",)
    assert headers.all("X-A") == ("1", "2")
    assert headers.all("X-Key") == ("ours",)
    assert next(iter(headers))[0] == "Host"
