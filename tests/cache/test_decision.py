"""What to do for an ask (RFC 9111 §4, §5.2.1)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.cache.decision import (
    Decision,
    Fetch,
    Fresh,
    Refuse,
    Stale,
    Validate,
    decide,
    may_serve_stale,
)
from proxy.model.body import Held
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.permit import Profile

PROFILE = Profile(user_agent="t", default_ttl=60.0, min_ttl=0.0, max_ttl=31536000.0)
LAST_MODIFIED = "Sun, 06 Nov 1994 08:49:37 GMT"
TAG = Headers((("If-None-Match", '"a"'),))


def stored(cache_control: str = "max-age=60", *lines: tuple[str, str]) -> Entry:
    return Entry(
        key="o-1",
        kind=Kind.ORIGINAL,
        source="http://h.example/a.png",
        host="h.example",
        head=Head(
            status=200,
            headers=Headers((("Cache-Control", cache_control), ("ETag", '"a"'), *lines)),
        ),
        times=Times(requested_at=100.0, received_at=100.0),
        body=Held(b"x", "00" * 32),
        media_type="image/png",
        facts=None,
    )


PINNED = replace(stored("no-cache"), pinned=True)


@pytest.mark.parametrize(
    ("entry", "asked", "now", "decision"),
    [
        pytest.param(None, "", 100.0, Fetch(), id="nothing stored"),
        pytest.param(None, "only-if-cached", 100.0, Refuse(), id="nothing stored, none wanted"),
        pytest.param(stored(), "", 130.0, Fresh(ttl_s=30.0), id="fresh"),
        pytest.param(stored("public"), "", 130.0, Fresh(ttl_s=30.0), id="fresh by default_ttl"),
        pytest.param(
            stored(), "", 160.0, Stale(conditions=TAG, ttl_s=0.0, at_once=False), id="just stale"
        ),
        pytest.param(
            stored(), "", 190.0, Stale(conditions=TAG, ttl_s=-30.0, at_once=False), id="stale"
        ),
        pytest.param(stored(), "", 10.0, Fresh(ttl_s=60.0), id="clock set back"),
        pytest.param(
            stored("no-cache, max-age=60"),
            "",
            100.0,
            Validate(conditions=TAG, because="stale"),
            id="no-cache is never fresh",
        ),
        pytest.param(
            stored("s-maxage=60"),
            "",
            190.0,
            Validate(conditions=TAG, because="stale"),
            id="stale, and stale is forbidden",
        ),
        pytest.param(
            stored("max-age=60, must-revalidate"), "", 130.0, Fresh(ttl_s=30.0), id="fresh anyway"
        ),
        pytest.param(
            PINNED,
            "",
            130.0,
            Stale(conditions=TAG, ttl_s=-30.0, at_once=False),
            id="pinned no-cache",
        ),
        pytest.param(
            stored(), "no-cache", 130.0, Validate(conditions=TAG, because="request"), id="no-cache"
        ),
        pytest.param(
            stored(), "max-age=0", 100.0, Validate(conditions=TAG, because="request"), id="reload"
        ),
        pytest.param(
            stored(), "max-age=20", 130.0, Validate(conditions=TAG, because="request"), id="too old"
        ),
        pytest.param(stored(), "max-age=40", 130.0, Fresh(ttl_s=30.0), id="young enough"),
        pytest.param(
            stored(),
            "min-fresh=40",
            130.0,
            Validate(conditions=TAG, because="request"),
            id="not fresh for long enough",
        ),
        pytest.param(
            stored(), "min-fresh=20", 130.0, Fresh(ttl_s=30.0), id="fresh for long enough"
        ),
        pytest.param(
            stored(),
            "no-cache",
            190.0,
            Validate(conditions=TAG, because="stale"),
            id="stale, and the client wants it checked first",
        ),
        pytest.param(
            stored(), "no-store", 130.0, Fresh(ttl_s=30.0), id="no-store uses what is kept"
        ),
        pytest.param(
            stored(), "max-stale", 130.0, Fresh(ttl_s=30.0), id="max-stale changes nothing"
        ),
        pytest.param(
            stored(), "only-if-cached", 130.0, Fresh(ttl_s=30.0), id="cached and wanted so"
        ),
        pytest.param(
            stored("max-age=60, stale-while-revalidate=40"),
            "",
            190.0,
            Stale(conditions=TAG, ttl_s=-30.0, at_once=True),
            id="within stale-while-revalidate",
        ),
        pytest.param(
            stored("max-age=60, stale-while-revalidate=30"),
            "",
            190.0,
            Stale(conditions=TAG, ttl_s=-30.0, at_once=False),
            id="stale-while-revalidate is just over",
        ),
        pytest.param(
            stored("max-age=60, stale-while-revalidate=junk"),
            "",
            190.0,
            Stale(conditions=TAG, ttl_s=-30.0, at_once=False),
            id="stale-while-revalidate that is no number",
        ),
        pytest.param(
            stored("max-age=60, must-revalidate, stale-while-revalidate=40"),
            "",
            190.0,
            Validate(conditions=TAG, because="stale"),
            id="must-revalidate beats stale-while-revalidate",
        ),
        pytest.param(
            stored("max-age=60, stale-while-revalidate=40"),
            "no-cache",
            190.0,
            Validate(conditions=TAG, because="stale"),
            id="the client's no-cache beats stale-while-revalidate",
        ),
        pytest.param(
            stored("max-age=0", ("CDN-Cache-Control", "max-age=60, stale-while-revalidate=40")),
            "",
            190.0,
            Stale(conditions=TAG, ttl_s=-30.0, at_once=True),
            id="stale-while-revalidate for us alone",
        ),
        pytest.param(
            stored(),
            "max-stale",
            190.0,
            Stale(conditions=TAG, ttl_s=-30.0, at_once=True),
            id="the client takes any stale copy",
        ),
        pytest.param(
            stored(),
            "max-stale=20",
            190.0,
            Stale(conditions=TAG, ttl_s=-30.0, at_once=False),
            id="staler than the client takes at once",
        ),
        pytest.param(
            stored("no-cache"),
            "max-stale",
            190.0,
            Validate(conditions=TAG, because="stale"),
            id="the origin's no-cache beats max-stale",
        ),
        pytest.param(stored(), "only-if-cached", 190.0, Refuse(), id="stale, and none to be asked"),
        pytest.param(
            stored(), "only-if-cached, no-cache", 130.0, Refuse(), id="two wishes that exclude"
        ),
    ],
)
def test_decide(entry: Entry | None, asked: str, now: float, decision: Decision) -> None:
    assert decide(entry, Headers((("Cache-Control", asked),)), PROFILE, now) == decision


@pytest.mark.parametrize(
    ("said", "ignore", "decision"),
    [
        pytest.param("no-cache, max-age=60", "no-cache", Fresh(ttl_s=30.0), id="no-cache"),
        pytest.param("s-maxage=1, max-age=60", "s-maxage", Fresh(ttl_s=30.0), id="s-maxage"),
        pytest.param(
            "max-age=1, must-revalidate",
            "must-revalidate",
            Stale(conditions=TAG, ttl_s=-29.0, at_once=False),
            id="must-revalidate",
        ),
        pytest.param(
            "max-age=1, must-revalidate",
            "proxy-revalidate",
            Validate(conditions=TAG, because="stale"),
            id="another one",
        ),
    ],
)
def test_a_directive_is_lifted(said: str, ignore: str, decision: Decision) -> None:
    profile = replace(PROFILE, ignore=frozenset((ignore,)))
    assert decide(stored(said), Headers(), profile, 130.0) == decision


@pytest.mark.parametrize(
    ("passed", "asked", "decision"),
    [
        pytest.param([("Foo", "1")], "", Fresh(ttl_s=30.0), id="it was made for this client"),
        pytest.param([("Foo", "2")], "", Fetch(because="vary-miss"), id="for another"),
        pytest.param([], "", Fetch(because="vary-miss"), id="for one who said more"),
        pytest.param([("Foo", "2")], "only-if-cached", Refuse(), id="and none is to be asked"),
    ],
)
def test_a_copy_of_another_variant(
    passed: list[tuple[str, str]], asked: str, decision: Decision
) -> None:
    entry = replace(stored("max-age=60", ("Vary", "Foo")), selecting=Headers((("foo", "1"),)))
    wanted = Headers((("Cache-Control", asked),))
    assert decide(entry, wanted, PROFILE, 130.0, passed=Headers.of(passed)) == decision


def test_pragma_of_a_client_changes_nothing() -> None:
    asked = Headers((("Pragma", "no-cache"),))
    assert decide(stored(), asked, PROFILE, 130.0) == Fresh(ttl_s=30.0)


@pytest.mark.parametrize(
    ("lines", "conditions"),
    [
        pytest.param([], [], id="no validator: an unconditional fetch"),
        pytest.param([("ETag", 'W/"a"')], [("If-None-Match", 'W/"a"')], id="a weak tag as given"),
        pytest.param([("ETag", "abc")], [("If-None-Match", "abc")], id="an unquoted tag as given"),
        pytest.param([("ETag", '"\udce9"')], [], id="a tag that cannot be sent"),
        pytest.param(
            [("Last-Modified", LAST_MODIFIED)],
            [("If-Modified-Since", LAST_MODIFIED)],
            id="a date",
        ),
        pytest.param([("Last-Modified", "yesterday")], [], id="a date that is none"),
        pytest.param(
            [("Last-Modified", LAST_MODIFIED), ("ETag", '"a"')],
            [("If-None-Match", '"a"'), ("If-Modified-Since", LAST_MODIFIED)],
            id="both",
        ),
    ],
)
def test_conditions(lines: list[tuple[str, str]], conditions: list[tuple[str, str]]) -> None:
    entry = replace(stored(), head=Head(status=200, headers=Headers.of(lines)))
    decision = decide(entry, Headers(), PROFILE, 1000.0)
    assert isinstance(decision, Stale)
    assert decision.conditions == Headers.of(conditions)


@pytest.mark.parametrize(
    ("entry", "may"),
    [
        pytest.param(stored("max-age=60"), True, id="nothing against it"),
        pytest.param(stored("max-age=60, must-revalidate"), False, id="must-revalidate"),
        pytest.param(stored("max-age=60, proxy-revalidate"), False, id="proxy-revalidate"),
        pytest.param(stored("no-cache"), False, id="no-cache"),
        pytest.param(stored("s-maxage=60"), False, id="s-maxage"),
        pytest.param(PINNED, True, id="pinned: the operator's word"),
    ],
)
def test_may_serve_stale(entry: Entry, may: bool) -> None:  # noqa: FBT001  # a table's column
    assert may_serve_stale(entry, PROFILE) is may


@given(st.text(alphabet='max-agenoche,=0123456789" ') | st.text(), st.text(), st.floats(0, 4e9))
def test_no_words_break_it(asked: str, said: str, now: float) -> None:
    decision = decide(stored(said), Headers((("Cache-Control", asked),)), PROFILE, now)
    assert not isinstance(decision, Fetch)
