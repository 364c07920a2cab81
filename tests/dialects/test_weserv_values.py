"""Twin of proxy/dialects/weserv_values.py: a bad value is as none."""

import pytest

from proxy.dialects.weserv_values import colour_of, decimal_of, is_on, length_of, whole_of
from proxy.model.colour import Colour
from proxy.model.geometry import Length, Share


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("red", Colour(255, 0, 0)),
        ("5CCC", Colour(204, 204, 204, 85)),
        ("0CCC", None),
        ("transparent", None),
        ("nonsense", None),
        ("", None),
    ],
)
def test_colour(text: str, colour: Colour | None) -> None:
    assert colour_of({"k": text}, "k") == colour
    assert colour_of({}, "k") is None


@pytest.mark.parametrize(("text", "on"), [("", True), ("1", True), ("0", False), ("false", False)])
def test_flag(text: str, on: bool) -> None:  # noqa: FBT001  # a column of the table
    assert is_on({"k": text}, "k") is on
    assert not is_on({}, "k")


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("5", 5), ("0", None), ("6", None), ("", None)]
)
def test_numbers(text: str, number: int | None) -> None:
    assert whole_of({"k": text}, "k", 1, 5) == number
    assert decimal_of({"k": text}, "k", 1.0, 5.0) == number
    assert whole_of({}, "k", 1, 5) is decimal_of({}, "k", 1.0, 5.0) is None


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("300", 300),
        ("0", 0),
        ("-1", None),
        ("50%", Share(50.0)),
        ("12.5%", Share(12.5)),
        ("100.1%", None),
        ("-1%", None),
        ("%", None),
        ("", None),
    ],
)
def test_length(text: str, length: Length | None) -> None:
    assert length_of({"k": text}, "k") == length
