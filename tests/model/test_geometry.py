"""Places and lengths have one normal form each, and grow with the picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.geometry import (
    CENTRE,
    MAX_EDGE,
    MAX_SIDE,
    Anchor,
    Crop,
    Edges,
    Focal,
    Gravity,
    Length,
    Share,
    Smart,
    exact,
    normal_gravity,
    normal_length,
    scaled,
)
from tests.fakes.transforms import crops


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(1 / 3, "0.333", id="to the third decimal"),
        pytest.param(-0.0001, "0.0", id="nought has no sign"),
        pytest.param(2.0, "2.0", id="a whole number stays"),
    ],
)
def test_exact(value: float, written: str) -> None:
    assert str(exact(value)) == written


@pytest.mark.parametrize(
    ("length", "normal"),
    [
        pytest.param(None, None, id="left open"),
        pytest.param(7, 7, id="pixels"),
        pytest.param(Share(100 / 3), Share(33.333), id="a third"),
    ],
)
def test_normal_length(length: Length | None, normal: Length | None) -> None:
    assert normal_length(length) == normal


@pytest.mark.parametrize(
    ("gravity", "normal"),
    [
        pytest.param(Anchor(1 / 3, 0.5), Anchor(0.333, 0.5), id="an anchor"),
        pytest.param(Focal(2 / 3, 1.0), Focal(0.667, 1.0), id="a focal point"),
        pytest.param(Smart.ENTROPY, Smart.ENTROPY, id="to be looked for"),
    ],
)
def test_normal_gravity(gravity: Gravity, normal: Gravity) -> None:
    assert normal_gravity(gravity) == normal


LEFT = Anchor(0.0, 0.5)


@pytest.mark.parametrize(
    ("crop", "normal"),
    [
        pytest.param(Crop(), None, id="all of it is no crop"),
        pytest.param(Crop(gravity=LEFT), None, id="wherever all of it lies"),
        pytest.param(Crop(width=9, gravity=LEFT), Crop(width=9, gravity=LEFT), id="placed"),
        pytest.param(Crop(width=9, x=0, gravity=LEFT), Crop(width=9, x=0), id="a corner decides"),
        pytest.param(
            Crop(width=9, height=9, x=0, gravity=LEFT),
            Crop(width=9, height=9, x=0, gravity=LEFT),
            id="one direction left to gravity",
        ),
        pytest.param(Crop(x=Share(1 / 3)), Crop(x=Share(0.333)), id="shares end somewhere"),
    ],
)
def test_normal_crop(crop: Crop, normal: Crop | None) -> None:
    assert crop.normal() == normal


@given(crops())
def test_a_normal_crop_stays_as_it_is(crop: Crop) -> None:
    normal = crop.normal()
    assert normal is None or normal.normal() == normal


@pytest.mark.parametrize(
    ("length", "ratio", "grown"),
    [
        pytest.param(None, 2.0, None, id="left open"),
        pytest.param(Share(50.0), 2.0, Share(50.0), id="a share is of what has grown"),
        pytest.param(15, 1.5, 22, id="pixels"),
        pytest.param(-15, 2.0, -30, id="from the far edge"),
        pytest.param(1, 0.1, 1, id="something never becomes nothing"),
        pytest.param(0, 8.0, 0, id="nothing stays nothing"),
        pytest.param(MAX_SIDE, 8.0, MAX_SIDE, id="never beyond the bound"),
        pytest.param(-MAX_SIDE, 8.0, -MAX_SIDE, id="from either edge"),
    ],
)
def test_scaled(length: Length | None, ratio: float, grown: Length | None) -> None:
    assert scaled(length, ratio) == grown


def test_a_crop_grows_with_its_place() -> None:
    crop = Crop(width=10, height=Share(50.0), x=-3, gravity=CENTRE)
    assert crop.scaled(2.0) == Crop(width=20, height=Share(50.0), x=-6)


def test_edges_grow_up_to_their_bound() -> None:
    edges = Edges(top=1, right=0, bottom=MAX_EDGE, left=3).scaled(1.5)
    assert edges == Edges(top=2, right=0, bottom=MAX_EDGE, left=4)


@given(st.integers(-MAX_SIDE, MAX_SIDE), st.floats(0.01, 8.0))
def test_a_length_never_changes_sides(length: int, ratio: float) -> None:
    grown = scaled(length, ratio)
    assert isinstance(grown, int)
    assert (grown > 0, grown < 0) == (length > 0, length < 0)
