"""Age and lifetime (RFC 9111 §4.2); several rows are cases of the public cache suite."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.cache.freshness import Lifetime, current_age, lifetime, times_of
from proxy.model.entry import Head, Times
from proxy.model.headers import Headers
from proxy.model.permit import Profile

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT
DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
MINUTE_LATER = "Sun, 06 Nov 1994 08:50:37 GMT"
HOUR_BEFORE = "Sun, 06 Nov 1994 07:49:37 GMT"
WEEK = 604800.0
FRESH = Times(requested_at=100.0, received_at=100.0, date=100.0)
OPERATOR = Profile(user_agent="t", default_ttl=WEEK, min_ttl=0.0, max_ttl=31536000.0)
HEURISTIC = replace(OPERATOR, default_ttl=0.0)


@pytest.mark.parametrize(
    ("lines", "date", "age_s"),
    [
        pytest.param([], None, 0.0, id="neither"),
        pytest.param([("Date", DATE), ("Age", "7")], NOW, 7.0, id="both"),
        pytest.param([("Date", "foo")], None, 0.0, id="a Date that is none"),
        pytest.param(
            [("Date", DATE), ("Date", HOUR_BEFORE)], NOW, 0.0, id="the first of two Dates"
        ),
        pytest.param([("Age", "abc")], None, 0.0, id="an Age that is no number is ignored"),
        pytest.param([("Age", "-7200")], None, 0.0, id="a negative Age is ignored"),
        pytest.param([("Age", "7200.0")], None, 0.0, id="a decimal Age is ignored"),
        pytest.param([("Age", "7200;foo=111")], None, 0.0, id="an Age with a parameter is ignored"),
        pytest.param([("Age", "7200, 0")], None, 7200.0, id="the first Age of a list, old"),
        pytest.param([("Age", "0, 7200")], None, 0.0, id="the first Age of a list, young"),
        pytest.param([("Age", "7200"), ("Age", "0")], None, 7200.0, id="the first of two lines"),
        pytest.param([("Age", "9" * 5000)], None, 2.0**31, id="an Age beyond all numbers"),
    ],
)
def test_times_of(lines: list[tuple[str, str]], date: float | None, age_s: float) -> None:
    read = times_of(Headers.of(lines), 99.0, NOW)
    assert read == Times(requested_at=99.0, received_at=NOW, date=date, age_s=age_s)


@pytest.mark.parametrize(
    ("stored", "now", "age"),
    [
        pytest.param(FRESH, 160.0, 60.0, id="a minute in our store"),
        pytest.param(replace(FRESH, age_s=60.0), 100.0, 60.0, id="aged in another cache"),
        pytest.param(replace(FRESH, date=40.0, age_s=90.0), 100.0, 90.0, id="larger count wins"),
        pytest.param(replace(FRESH, date=10.0, age_s=60.0), 100.0, 90.0, id="apparent age wins"),
        pytest.param(replace(FRESH, date=900.0), 100.0, 0.0, id="origin's clock ahead"),
        pytest.param(replace(FRESH, date=None), 130.0, 30.0, id="no Date: since it came"),
        pytest.param(replace(FRESH, requested_at=95.0), 100.0, 5.0, id="the wait counts"),
        pytest.param(
            replace(FRESH, requested_at=105.0, age_s=9.0),
            100.0,
            9.0,
            id="clock set back in the wait",
        ),
        pytest.param(FRESH, 50.0, 0.0, id="clock set back since"),
    ],
)
def test_current_age(stored: Times, now: float, age: float) -> None:
    assert current_age(stored, now) == age


def head(status: int = 200, /, *lines: tuple[str, str]) -> Head:
    return Head(status=status, headers=Headers(lines))


def cc(value: str) -> tuple[str, str]:
    return "Cache-Control", value


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        pytest.param(head(200, cc("max-age=60")), 60.0, id="max-age"),
        pytest.param(head(200, cc("max-age=0")), 0.0, id="max-age of zero"),
        pytest.param(head(200, cc("max-age=60, s-maxage=5")), 5.0, id="s-maxage is for us"),
        pytest.param(head(200, cc("s-maxage=60"), cc("max-age=1")), 60.0, id="on two lines"),
        pytest.param(head(200, cc("s-maxage=junk, max-age=60")), 0.0, id="a bad s-maxage is stale"),
        pytest.param(
            head(200, cc("max-age=1"), ("CDN-Cache-Control", "max-age=60")), 60.0, id="for us alone"
        ),
        pytest.param(head(200, ("Expires", MINUTE_LATER)), 60.0, id="Expires less Date"),
        pytest.param(head(200, ("Expires", DATE)), 0.0, id="Expires at once"),
        pytest.param(head(200, ("Expires", HOUR_BEFORE)), 0.0, id="Expires in the past"),
        pytest.param(head(200, ("Expires", "0")), 0.0, id="an unreadable Expires is past"),
        pytest.param(head(200, ("Expires", "")), 0.0, id="an empty Expires is past"),
        pytest.param(
            head(200, ("Expires", MINUTE_LATER), ("Expires", MINUTE_LATER)),
            60.0,
            id="the same Expires twice",
        ),
        pytest.param(
            head(200, ("Expires", MINUTE_LATER), ("Expires", DATE)), 0.0, id="two that disagree"
        ),
        pytest.param(
            head(200, cc("max-age=60"), ("Expires", HOUR_BEFORE)), 60.0, id="max-age over Expires"
        ),
        pytest.param(
            head(200, cc("max-age=0"), ("Expires", MINUTE_LATER)), 0.0, id="even where it is zero"
        ),
        pytest.param(head(200, cc("no-cache")), 0.0, id="no-cache"),
        pytest.param(head(200, cc("no-cache, max-age=60")), 0.0, id="no-cache over max-age"),
        pytest.param(head(200, cc("private, max-age=60")), 0.0, id="private"),
        pytest.param(head(200, cc("no-store")), 0.0, id="no-store"),
        pytest.param(
            head(200, cc("no-store, must-understand, max-age=60")), 60.0, id="a void no-store"
        ),
        pytest.param(head(500, cc("max-age=60")), 60.0, id="any status that names its lifetime"),
    ],
)
def test_the_origin_decides(stored: Head, expected: float) -> None:
    times = Times(requested_at=NOW, received_at=NOW + 5, date=NOW)
    found = lifetime(stored, times, OPERATOR)
    assert found == Lifetime(seconds=expected, by_origin=True)


@pytest.mark.parametrize(
    ("stored", "profile", "expected"),
    [
        pytest.param(head(), OPERATOR, WEEK, id="nothing said: the default"),
        pytest.param(head(200, cc("public")), OPERATOR, WEEK, id="public is no lifetime"),
        pytest.param(head(404), OPERATOR, WEEK, id="a status cacheable by default"),
        pytest.param(head(403), OPERATOR, 0.0, id="no default for other statuses"),
        pytest.param(head(403), replace(OPERATOR, min_ttl=60.0), 0.0, id="nor a minimum for them"),
        pytest.param(head(599, cc("public")), OPERATOR, WEEK, id="unless they are public"),
        pytest.param(
            head(200, cc("max-age=5")),
            replace(OPERATOR, min_ttl=60.0),
            60.0,
            id="the least there is",
        ),
        pytest.param(
            head(200, cc("max-age=99")),
            replace(OPERATOR, max_ttl=60.0),
            60.0,
            id="the most there is",
        ),
        pytest.param(
            head(200, ("Expires", MINUTE_LATER), ("CDN-Cache-Control", "public")),
            OPERATOR,
            WEEK,
            id="beside a field for us Expires has no say",
        ),
        pytest.param(
            head(200, cc("no-cache, max-age=5")),
            replace(OPERATOR, ignore=frozenset(("no-cache",))),
            5.0,
            id="a lifetime whose no-cache is lifted",
        ),
        pytest.param(
            head(), replace(OPERATOR, max_ttl=60.0), 60.0, id="the default is bounded too"
        ),
        pytest.param(
            head(200, ("Last-Modified", HOUR_BEFORE)), HEURISTIC, 360.0, id="a tenth of an hour"
        ),
        pytest.param(
            head(200, ("Last-Modified", HOUR_BEFORE)), OPERATOR, WEEK, id="never beside a default"
        ),
        pytest.param(
            head(200, ("Last-Modified", MINUTE_LATER)), HEURISTIC, 0.0, id="modified in the future"
        ),
        pytest.param(
            head(200, ("Last-Modified", "?")), HEURISTIC, 0.0, id="modified who knows when"
        ),
        pytest.param(head(), HEURISTIC, 0.0, id="nothing to guess by"),
        pytest.param(
            head(502, ("Last-Modified", HOUR_BEFORE)), HEURISTIC, 0.0, id="no guess for a 502"
        ),
    ],
)
def test_the_operator_decides(stored: Head, profile: Profile, expected: float) -> None:
    times = Times(requested_at=NOW, received_at=NOW, date=NOW)
    found = lifetime(stored, times, profile)
    assert found == Lifetime(seconds=expected, by_origin=False)


def test_min_ttl_does_not_lift_no_cache() -> None:
    times = Times(requested_at=NOW, received_at=NOW)
    found = lifetime(head(200, cc("no-cache")), times, replace(OPERATOR, min_ttl=60.0))
    assert found == Lifetime(seconds=0.0, by_origin=True)


def test_expires_counts_from_arrival_where_date_is_unreadable() -> None:
    times = times_of(Headers((("Date", "foo"),)), NOW, NOW)
    assert lifetime(head(200, ("Expires", MINUTE_LATER)), times, OPERATOR).seconds == 60.0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Cache-Control", "Expires", "Age", "Date", "Last-Modified"]), st.text()
        )
    ),
    st.floats(min_value=0, max_value=4e9),
)
def test_no_head_breaks_it(lines: list[tuple[str, str]], now: float) -> None:
    stored = Head(status=200, headers=Headers.of(lines))
    times = times_of(stored.headers, now, now)
    assert current_age(times, now) >= 0
    assert 0 <= lifetime(stored, times, OPERATOR).seconds <= OPERATOR.max_ttl
