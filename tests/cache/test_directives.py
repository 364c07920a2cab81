"""Cache-Control as it is written in the wild (RFC 9111 §5.2, §4.2.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.cache.directives import FOREVER_S, delta_seconds, directives_of
from proxy.model.headers import Headers


def said(*values: str) -> Headers:
    return Headers(tuple(("Cache-Control", value) for value in values))


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        pytest.param([], None, id="no field"),
        pytest.param([""], None, id="an empty field"),
        pytest.param(["public"], None, id="another directive"),
        pytest.param(["max-age=60"], 60, id="a number"),
        pytest.param(["MaX-aGe=60"], 60, id="letters of any case"),
        pytest.param(["public,max-age=60 ,\tx"], 60, id="among others, blanks or none"),
        pytest.param(["public", "max-age=60"], 60, id="on a line of its own"),
        pytest.param(['max-age="60"'], 60, id="quoted"),
        pytest.param(["max-age=0060"], 60, id="leading zeros"),
        pytest.param(["max-age=2147483649"], FOREVER_S, id="over 2^31 is 2^31"),
        pytest.param(["max-age=" + "9" * 9000], FOREVER_S, id="too long for int()"),
        pytest.param(["max-age=" + "0" * 9000 + "7"], 7, id="many zeros are still zeros"),
        pytest.param(["max-age=60, max-age=5"], 5, id="the smaller of two, last"),
        pytest.param(["max-age=5, max-age=60"], 5, id="the smaller of two, first"),
        pytest.param(["max-age=60", "max-age=junk"], 0, id="a bad one makes it stale"),
        pytest.param(["max-age"], 0, id="no value"),
        pytest.param(["max-age="], 0, id="an empty value"),
        pytest.param(["max-age=-60"], 0, id="negative"),
        pytest.param(["max-age=60.0"], 0, id="a decimal"),
        pytest.param(["max-age=60s"], 0, id="a unit"),
        pytest.param(["max-age='60'"], 0, id="single quotes"),
        pytest.param(["max-age =60"], 0, id="a blank before the sign"),
        pytest.param(["max-age= 60"], 0, id="a blank after the sign"),
        pytest.param(["max-age=६०"], 0, id="digits of another script"),
        pytest.param(['ext="max-age=60"'], None, id="within another's quotes"),
        pytest.param(['ext="a\\"b, max-age=60"'], None, id="within quotes that hold a quote"),
        pytest.param(['ext="a\\\\", max-age=60'], 60, id="after quotes that end in a backslash"),
        pytest.param(['ext="a, max-age=60'], 60, id="an unclosed quote hides nothing"),
        pytest.param(["s-maxage=60"], None, id="a longer name"),
    ],
)
def test_seconds(values: list[str], seconds: int | None) -> None:
    assert directives_of(said(*values)).seconds("max-age") == seconds


@pytest.mark.parametrize(
    ("value", "named"),
    [
        pytest.param("no-store", True, id="alone"),
        pytest.param("max-age=60, No-Store", True, id="in any case"),
        pytest.param("no-store=1", True, id="with a value it should not have"),
        pytest.param("no-store please", True, id="with junk after it"),
        pytest.param('no-store="a, b"', True, id="in a qualified form"),
        pytest.param(",, no-store,", True, id="among empty members"),
        pytest.param("no-storer", False, id="only as the beginning of another"),
        pytest.param("x-no-store", False, id="only as the end of another"),
        pytest.param("ext=no-store", False, id="only as a value"),
        pytest.param("@@@", False, id="no directive at all"),
    ],
)
def test_a_directive_is_named(value: str, named: bool) -> None:  # noqa: FBT001  # a table's column
    assert ("no-store" in directives_of(said(value))) is named


def test_directives_less_some() -> None:
    left = directives_of(said("no-store, max-age=60, No-Store")).less(("no-store",))
    assert "no-store" not in left
    assert left.seconds("max-age") == 60


@given(st.lists(st.text(alphabet='max-age=0123456789", \\s') | st.text()))
def test_no_text_breaks_it(values: list[str]) -> None:
    seconds = directives_of(said(*values)).seconds("max-age")
    assert seconds is None or 0 <= seconds <= FOREVER_S


@given(st.integers(min_value=0))
def test_a_number_is_read_up_to_forever(number: int) -> None:
    assert delta_seconds(str(number)) == min(number, FOREVER_S)


def test_a_line_too_long_to_be_remembered_is_read_alike() -> None:
    long = ", ".join(["a" * 100] * 10)
    assert (
        directives_of(Headers((("Cache-Control", f"{long}, max-age=5"),))).seconds("max-age") == 5
    )
    assert (
        directives_of(Headers((("Cache-Control", f"{long}, max-age=6"),))).seconds("max-age") == 6
    )


def test_any_of_several_is_named() -> None:
    said = directives_of(Headers((("Cache-Control", "private, max-age=5"),)))
    assert said.any_of(("no-store", "private"))
    assert not said.any_of(("no-store", "no-cache"))
    assert not directives_of(Headers()).any_of(("private",))
