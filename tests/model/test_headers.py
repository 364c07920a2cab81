"""Field lines keep their order, their case and their doubles; names are compared without case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.headers import Headers

LINES = (("Accept", "a"), ("X-One", "1"), ("accept", "b"))
HEADERS = Headers(LINES)


def test_of_takes_any_iterable() -> None:
    assert Headers.of(iter(LINES)) == HEADERS


def test_iter_goes_in_order() -> None:
    assert tuple(HEADERS) == LINES


@pytest.mark.parametrize(
    ("name", "values", "joined"),
    [
        pytest.param("ACCEPT", ("a", "b"), "a, b", id="two lines, another case"),
        pytest.param("x-one", ("1",), "1", id="one line"),
        pytest.param("x-two", (), None, id="no line"),
        pytest.param("X", (), None, id="a name's beginning is another name"),
    ],
)
def test_looking_up(name: str, values: tuple[str, ...], joined: str | None) -> None:
    assert HEADERS.all(name) == values
    assert HEADERS.get(name) == joined
    assert (name in HEADERS) == bool(values)


def test_an_empty_value_is_there() -> None:
    assert Headers((("X-Empty", ""),)).get("x-empty") == ""


def test_having_replaces_every_line_of_that_name() -> None:
    assert tuple(HEADERS.having("ACCEPT", "c")) == (("X-One", "1"), ("ACCEPT", "c"))


def test_without_and_only_part_the_lines() -> None:
    assert tuple(HEADERS.without("accept", "x-gone")) == (("X-One", "1"),)
    assert tuple(HEADERS.only("ACCEPT", "x-gone")) == (("Accept", "a"), ("accept", "b"))
    assert tuple(HEADERS) == LINES, "frozen in, new value out"


NAMES = st.sampled_from(["A", "a", "b", "B-c", "b-C"])


@given(st.lists(st.tuples(NAMES, st.text(max_size=3))), NAMES)
def test_only_and_without_lose_and_add_nothing(lines: list[tuple[str, str]], name: str) -> None:
    headers = Headers.of(lines)
    parted = (*headers.only(name), *headers.without(name))
    assert sorted(parted) == sorted(lines)
    assert headers.having(name, "new").all(name) == ("new",)
    assert headers.having(name, "new").without(name) == headers.without(name)


def test_having_been_looked_into_makes_no_difference() -> None:
    looked, fresh = Headers(LINES), Headers(LINES)
    assert looked.get("Accept") == "a, b"
    assert looked == fresh
    assert hash(looked) == hash(fresh)
    assert repr(looked) == repr(fresh)


def test_a_value_with_a_comma_is_one_value() -> None:
    assert Headers((("Vary", "Accept, Origin"),)).all("vary") == ("Accept, Origin",)
