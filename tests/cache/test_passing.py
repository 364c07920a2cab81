"""Which of a reader's header fields go on to the origin (contracts/service.md, "Upstream")."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.cache.passing import passed_request
from proxy.model.headers import Headers
from proxy.model.permit import Profile

PROFILE = Profile(user_agent="t", default_ttl=60.0, min_ttl=0.0, max_ttl=60.0)
NEVER = (
    *("Cookie", "Authorization", "Proxy-Authorization", "Proxy-Connection", "Connection"),
    *("Keep-Alive", "TE", "Transfer-Encoding", "Upgrade", "Host", "Content-Length", "Via"),
    *("If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range"),
    *("Range", "Cache-Control", "Pragma", "Accept-Encoding", "Referer", "Forwarded"),
    *("X-Forwarded-For", "X-Real-IP", "Sec-Fetch-Site", "Expect"),
    *("X-Original-URL", "X-HTTP-Method-Override", "X-Forwarded-Host"),
)


def passed(lines: list[tuple[str, str]], *wanted: str, own: str = "") -> Headers:
    profile = replace(
        PROFILE,
        pass_request_headers=frozenset(wanted),
        headers=Headers(((own, "ours"),) if own else ()),
    )
    return passed_request(Headers.of(lines), profile)


@pytest.mark.parametrize(
    ("name", "wanted", "goes"),
    [
        pytest.param("Foo", (), False, id="nothing passes by default"),
        pytest.param("Foo", ("foo",), True, id="one that is named"),
        pytest.param("Foo", ("bar",), False, id="another is named"),
        pytest.param("Foo", ("*",), True, id="all"),
        pytest.param("Accept-Language", ("*",), True, id="all, languages too"),
        pytest.param("Accept", ("*",), False, id="what we say ourselves is not among all"),
        pytest.param("User-Agent", ("*",), False, id="nor the reader's browser"),
        pytest.param("User-Agent", ("user-agent",), True, id="but passes by name"),
        pytest.param("Origin", ("*",), False, id="a hotlink guard's bait is not among all"),
    ],
)
def test_a_field_passes(name: str, wanted: tuple[str, ...], goes: bool) -> None:  # noqa: FBT001  # a table's column
    lines = [(name, "x")]
    assert passed(lines, *wanted) == Headers.of(lines if goes else [])


@pytest.mark.parametrize("name", NEVER)
def test_a_field_never_passes_even_if_it_is_named(name: str) -> None:
    assert passed([(name, "x")], "*", name.lower()) == Headers()


def test_lines_keep_their_order_and_number() -> None:
    lines = [("Foo", "1"), ("Bar", "2"), ("foo", "3")]
    assert passed(lines, "*") == Headers.of(lines)


def test_what_connection_names_stays_here() -> None:
    assert passed([("Connection", "close, Foo"), ("Foo", "1")], "*") == Headers()


def test_the_profiles_own_word_stands_alone() -> None:
    assert passed([("foo", "1")], "*", own="Foo") == Headers()


@given(st.lists(st.tuples(st.sampled_from([*NEVER, "Foo"]), st.text())))
def test_whatever_comes_nothing_unsendable_goes(lines: list[tuple[str, str]]) -> None:
    for name, value in passed(lines, "*"):
        assert name == "Foo"
        assert value.isprintable() or "\t" in value or max(value) >= "\xa0"
        assert "\n" not in value
