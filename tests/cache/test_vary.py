"""Which stored response a request selects (RFC 9111 §4.1); rows of the public suite among them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.cache.vary import matches, selecting_of, varies_by_reader, varies_on_everything
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.permit import Profile

FOO = [("Foo", "1")]
Sent = list[tuple[str, str]]


def stored(vary: tuple[str, ...], sent: Sent) -> Entry:
    headers = Headers(tuple(("Vary", value) for value in vary))
    return Entry(
        key="o-1",
        kind=Kind.ORIGINAL,
        source="http://h.example/a.png",
        host="h.example",
        head=Head(status=200, headers=headers),
        times=Times(requested_at=1.0, received_at=1.0),
        body=None,
        media_type="image/png",
        facts=None,
        selecting=selecting_of(headers, Headers.of(sent)),
    )


@pytest.mark.parametrize(
    ("vary", "first", "then", "same"),
    [
        pytest.param((), FOO, [("Foo", "2")], True, id="nothing varies"),
        pytest.param(("Foo",), FOO, FOO, True, id="the same value"),
        pytest.param(("Foo",), FOO, [("Foo", "2")], False, id="another value"),
        pytest.param(("Foo",), [], FOO, False, id="the first request lacked it"),
        pytest.param(("Foo",), FOO, [], False, id="this request lacks it"),
        pytest.param(("Foo",), [], [], True, id="both lack it"),
        pytest.param(("fOO",), FOO, [("foO", "1")], True, id="names in any case"),
        pytest.param(("Foo",), [*FOO, ("B", "1")], [*FOO, ("B", "2")], True, id="another field"),
        pytest.param(("Foo, Bar",), FOO, [*FOO, ("Bar", "1")], False, id="the second of two"),
        pytest.param(("Foo", "Bar"), FOO, [*FOO, ("Bar", "1")], False, id="on two lines"),
        pytest.param(
            ("Foo, Bar",), [*FOO, ("Bar", "2")], [("Bar", "2"), *FOO], True, id="in any order"
        ),
        pytest.param((",, Foo,",), FOO, [("Foo", "2")], False, id="among empty members"),
        pytest.param(("",), FOO, [("Foo", "2")], True, id="an empty Vary names nothing"),
        pytest.param(("*",), FOO, FOO, False, id="a star never matches"),
        pytest.param(("Foo, *",), FOO, FOO, False, id="a star among names"),
        pytest.param((", *",), FOO, FOO, False, id="a star after an empty member"),
        pytest.param(("Foo",), [("Foo", "1, 2")], [*FOO, ("Foo", "2")], True, id="two lines"),
        pytest.param(("Foo",), [("Foo", "1,2")], [("Foo", " 1,\t2 ")], True, id="blanks"),
        pytest.param(("Foo",), [("Foo", "1,2")], [("Foo", "2,1")], False, id="order may matter"),
        pytest.param(("Foo",), [("Foo", "a")], [("Foo", "A")], False, id="letters may matter"),
        pytest.param(
            ("Foo",), [("Foo", '"a, b"')], [("Foo", '"a,b"')], False, id="a comma within quotes"
        ),
        pytest.param(
            ("Accept-Language",),
            [("Accept-Language", "en, de;q=0.5")],
            [("Accept-Language", "DE ; Q=0.5,eN")],
            True,
            id="languages in any order and case",
        ),
        pytest.param(
            ("Accept-Language",),
            [("Accept-Language", "en, de;q=0.5")],
            [("Accept-Language", "en;q=0.5, de")],
            False,
            id="languages with other weights",
        ),
    ],
)
def test_matches(vary: tuple[str, ...], first: Sent, then: Sent, same: bool) -> None:  # noqa: FBT001  # a table's column
    assert matches(stored(vary, first), Headers.of(then)) is same


def test_an_entry_that_says_nothing_of_its_request_matches_one_that_sent_nothing() -> None:
    entry = replace(stored(("Foo",), FOO), selecting=Headers())
    assert not matches(entry, Headers.of(FOO))
    assert matches(entry, Headers())


@pytest.mark.parametrize(
    ("value", "all_of_it"),
    [
        pytest.param("*", True, id="a star"),
        pytest.param("*, *", True, id="two stars"),
        pytest.param(" * ,a", True, id="among names"),
        pytest.param("a*", False, id="a name that ends in one"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_varies_on_everything(value: str, all_of_it: bool) -> None:  # noqa: FBT001  # a table's column
    assert varies_on_everything(Headers((("Vary", value),))) is all_of_it


@pytest.mark.parametrize(
    ("value", "carried", "several"),
    [
        pytest.param("Foo", (), False, id="readers' fields stay here"),
        pytest.param("Foo", ("foo",), True, id="this one goes on"),
        pytest.param("Bar, foo", ("foo",), True, id="among others"),
        pytest.param("Accept-Encoding, Origin, Cookie", ("*",), False, id="those never do"),
        pytest.param("", ("*",), False, id="nothing varies"),
    ],
)
def test_varies_by_reader(value: str, carried: tuple[str, ...], several: bool) -> None:  # noqa: FBT001  # a table's column
    profile = Profile(
        user_agent="t",
        default_ttl=60.0,
        min_ttl=0.0,
        max_ttl=60.0,
        pass_request_headers=frozenset(carried),
    )
    assert varies_by_reader(Headers((("Vary", value),)), profile) is several


@given(st.text(), st.text(min_size=1))
def test_the_same_request_always_selects_the_same(listed: str, value: str) -> None:
    sent = [("Foo", value), ("Accept-Language", value)]
    entry = stored((listed, "Foo", "Accept-Language"), sent)
    assert matches(entry, Headers.of(sent)) is not varies_on_everything(entry.head.headers)
