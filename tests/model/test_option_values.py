"""Each kind of value: what it takes at its bounds, what it refuses, and both ways."""

import pytest

from proxy.model import option_values as values
from proxy.model.colour import Colour
from proxy.model.geometry import Anchor, Crop, Edges, Focal, Share, Smart
from proxy.model.option_values import Value, colour, gravity, number, one_of, whole
from proxy.model.transform import Fit, Hint, Output, Trim


def takes(kind: Value, text: str) -> bool:
    try:
        kind.read(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param(number(0.0, 10.0), "10", 10.0, id="a number at its bound"),
        pytest.param(number(0.0, 10.0), "0.125", 0.125, id="three decimals"),
        pytest.param(whole(-1, 5), "-1", -1, id="a whole number below nought"),
        pytest.param(one_of(*Fit), "pad", Fit.PAD, id="an enum's word"),
        pytest.param(values.FLAG, "1", True, id="on"),
        pytest.param(values.FLAG, "0", False, id="off"),
        pytest.param(values.SIDE, "16383", 16383, id="the largest side"),
        pytest.param(values.SIDE, "0.001p", Share(0.001), id="the smallest share"),
        pytest.param(values.GRAVITY, "top-left", Anchor(0.0, 0.0), id="a corner"),
        pytest.param(values.GRAVITY, "0.25x1", Anchor(0.25, 1.0), id="shares"),
        pytest.param(values.GRAVITY, "focal-0.5x0.5", Focal(0.5, 0.5), id="a focal point"),
        pytest.param(values.GRAVITY, "entropy", Smart.ENTROPY, id="to be looked for"),
        pytest.param(values.COLOUR, "00ff0080", Colour(0, 255, 0, 128), id="half clear"),
        pytest.param(values.PART, "9:", Crop(width=9), id="a width"),
        pytest.param(values.PART, ":-9p", Crop(height=Share(-9.0)), id="up to the far edge"),
        pytest.param(values.PART, "::5:", Crop(x=5), id="from a column on"),
        pytest.param(values.PART, "9:8:0:0", Crop(width=9, height=8, x=0, y=0), id="a corner's"),
        pytest.param(
            values.PART, "9:8:attention", Crop(width=9, height=8, gravity=Smart.ATTENTION), id="3"
        ),
        pytest.param(
            values.PART,
            "9:8:1::bottom",
            Crop(width=9, height=8, x=1, gravity=Anchor(0.5, 1.0)),
            id="all five",
        ),
        pytest.param(values.TRIM, "255", Trim(tolerance=255), id="of the corner's colour"),
        pytest.param(values.EDGES, "1:2:3:4", Edges(top=1, right=2, bottom=3, left=4), id="edges"),
        pytest.param(values.QUALITIES, "gif:1", ((Output.GIF, 1),), id="one format's quality"),
        pytest.param(values.HINTS, "save-data", frozenset({Hint.SAVE_DATA}), id="a hint"),
    ],
)
def test_both_ways(kind: Value, text: str, value: object) -> None:
    assert kind.read(text) == value
    assert kind.write(value) == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param(number(0.0, 10.0), "10.001", id="beyond its bound"),
        pytest.param(number(0.0, 10.0), "1.0000", id="four decimals"),
        pytest.param(number(0.0, 10.0), "1e1", id="an exponent"),
        pytest.param(number(0.0, 10.0), "nan", id="no number"),
        pytest.param(number(0.0, 10.0), "٣", id="another script's digit"),
        pytest.param(number(0.0, 10.0), "1\n", id="a line end"),
        pytest.param(whole(0, 5), "1_0", id="Python's own underscore"),
        pytest.param(whole(0, 5), "+1", id="a plus"),
        pytest.param(whole(0, 5), "9" * 5000, id="more digits than Python reads"),
        pytest.param(one_of("h", "v"), "", id="no word"),
        pytest.param(values.FLAG, "2", id="neither on nor off"),
        pytest.param(values.SIDE, "0", id="no side"),
        pytest.param(values.SIDE, "16384", id="too long a side"),
        pytest.param(values.SIDE, "0p", id="no share"),
        pytest.param(values.SIDE, "-1", id="a side below nought"),
        pytest.param(values.SIDE, "p", id="a share of nothing"),
        pytest.param(values.PART, "9", id="half a part"),
        pytest.param(values.PART, "0:9", id="a part of no width"),
        pytest.param(values.PART, "9:0p", id="a part of no height"),
        pytest.param(values.PART, "9:9:", id="no place"),
        pytest.param(values.PART, "9:9:1:2:top:3", id="too much"),
        pytest.param(values.GRAVITY, "1.001x0", id="outside"),
        pytest.param(values.GRAVITY, "0.5", id="half a place"),
        pytest.param(values.TRIM, "256", id="no tolerance"),
        pytest.param(values.TRIM, "1:", id="no colour"),
        pytest.param(values.TRIM, ":ffffff", id="no tolerance but a colour"),
        pytest.param(values.EDGES, "1:2", id="two edges"),
        pytest.param(values.EDGES, "4097", id="too wide an edge"),
        pytest.param(values.QUALITIES, "webp", id="no quality"),
        pytest.param(values.QUALITIES, "webp:1:webp:2", id="a format twice"),
        pytest.param(values.QUALITIES, "auto:1", id="no format's"),
        pytest.param(values.HINTS, "dpr:", id="no hint"),
        pytest.param(values.FLIP, "vh", id="another order"),
    ],
)
def test_refused(kind: Value, text: str) -> None:
    assert not takes(kind, text)


def test_upside_down_is_printed_as_what_it_is_made_of() -> None:
    assert values.FLIP.write(values.FLAG.read("1")) == "h"


@pytest.mark.parametrize("text", ["fff", "ggffff", "ffffff8", "#ffffff", ""])
def test_no_colour(text: str) -> None:
    assert not takes(values.COLOUR, text)


def test_a_colour_can_be_read_for_other_dialects() -> None:
    assert colour("FF00aa") == Colour(255, 0, 170)


def test_a_place_can_be_read_for_other_dialects() -> None:
    assert gravity("bottom") == Anchor(0.5, 1.0)


def test_what_is_taken_is_said() -> None:
    assert number(0.1, 8.0).takes == "a number from 0.1 to 8, at most three decimals"
    assert one_of("h", "v").takes == "h, v"
