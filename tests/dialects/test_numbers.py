"""Twin of proxy/dialects/numbers.py: as far as there are digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects import numbers


@pytest.mark.parametrize(
    ("text", "whole", "decimal"),
    [
        pytest.param("300", 300, 300.0, id="digits"),
        pytest.param("300px", 300, 300.0, id="and then a unit"),
        pytest.param(" -7", -7, -7.0, id="a blank and a sign"),
        pytest.param("1.2345", 1, 1.234, id="a point, and no more than thousandths"),
        pytest.param("2.", 2, 2.0, id="a point and nothing"),
        pytest.param(".5", None, 0.5, id="a point first"),
        pytest.param("abc", None, None, id="no digits"),
        pytest.param("", None, None, id="nothing"),
        pytest.param("9999999999", None, None, id="a huge number is not cut to a smaller one"),
        pytest.param("٣", None, None, id="digits of another script"),
    ],
)
def test_read(text: str, whole: int | None, decimal: float | None) -> None:
    assert (numbers.whole(text), numbers.decimal(text)) == (whole, decimal)


@pytest.mark.parametrize(
    ("number", "text"), [(1.0, "1"), (0.5, "0.5"), (0.125, "0.125"), (90, "90")]
)
def test_shown(number: float, text: str) -> None:
    assert numbers.shown(number) == text


@given(st.integers(-999_999_999, 999_999_999), st.text(alphabet="px% ,;"))
def test_what_follows_the_digits_does_not_matter(number: int, rest: str) -> None:
    assert numbers.whole(f"{number}{rest}") == number
