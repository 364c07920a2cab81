"""Twin of proxy/dialects/colours.py: colours by name, by hex, by function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects import colours
from proxy.model.colour import Colour
from tests.fakes import transforms


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        pytest.param("red", Colour(255, 0, 0), id="a name"),
        pytest.param("RebeccaPurple", Colour(102, 51, 153), id="a name in any case"),
        pytest.param("transparent", Colour(0, 0, 0, 0), id="clear"),
        pytest.param("#abc", Colour(170, 187, 204), id="three digits"),
        pytest.param("#abc8", Colour(170, 187, 204, 136), id="alpha comes last"),
        pytest.param("#0a141E", Colour(10, 20, 30), id="six digits"),
        pytest.param("#0a141e80", Colour(10, 20, 30, 128), id="eight digits"),
        pytest.param("rgb(240,40,145)", Colour(240, 40, 145), id="commas"),
        pytest.param("rgb(1 2 3 / 50%)", Colour(1, 2, 3, 128), id="blanks"),
        pytest.param("hsl(120 100% 50%)", Colour(0, 255, 0), id="hue, saturation, lightness"),
        pytest.param("color(srgb 2 none -1)", Colour(255, 0, 0), id="beyond is cut"),
    ],
)
def test_css(text: str, colour: Colour) -> None:
    assert colours.read(text) == colour


@pytest.mark.parametrize(
    "text", ["", "abc", "#12", "currentcolor", "lab(50% 1 1)", "rgb(1,2", "red;", "#fff" + " " * 99]
)
def test_no_css(text: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        colours.read(text)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        pytest.param("CCC", Colour(204, 204, 204), id="three digits"),
        pytest.param("5CCC", Colour(204, 204, 204, 85), id="alpha comes first"),
        pytest.param("0a141e", Colour(10, 20, 30), id="six digits"),
        pytest.param("55CCCCCC", Colour(204, 204, 204, 85), id="eight digits"),
        pytest.param("5CCCCCC", Colour(204, 204, 204, 245), id="seven: the first is an f"),
        pytest.param("#fff", Colour(255, 255, 255), id="with a hash"),
        pytest.param("black", Colour(0, 0, 0), id="a name"),
    ],
)
def test_alpha_first(text: str, colour: Colour) -> None:
    assert colours.read_argb(text) == colour


@pytest.mark.parametrize("text", ["", "5c", "12345", "123456789", "nocolour"])
def test_no_alpha_first(text: str) -> None:
    with pytest.raises(ValueError, match="colour"):
        colours.read_argb(text)


@given(transforms.colours())
def test_what_is_written_is_read(colour: Colour) -> None:
    assert colours.read_argb(colours.write_argb(colour)) == colour
    assert colours.read(f"#{colour.canonical()}") == colour


@given(st.text() | st.text(alphabet="rgbahsl(),./#%0123456789ef ", max_size=40))
def test_any_text_is_a_colour_or_a_value_error(text: str) -> None:
    for read in (colours.read, colours.read_argb):
        try:
            assert isinstance(read(text), Colour)
        except ValueError:
            continue
