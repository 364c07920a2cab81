"""Which part is meant, in pixels: rectangles and windows as tables, bounds by hypothesis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.images.parts import part_of, pixels, window
from proxy.model.geometry import CENTRE, Anchor, Crop, Focal, Gravity, Length, Share, Smart


@pytest.mark.parametrize(
    ("length", "found"),
    [(None, None), (7, 14.0), (-7, -14.0), (Share(50), 150.0), (Share(-10), -30.0)],
)
def test_pixels(length: Length | None, found: float | None) -> None:
    assert pixels(length, 300, 2.0) == found


@pytest.mark.parametrize(
    ("gravity", "left", "top"),
    [
        (CENTRE, 100, 50),
        (Anchor(0, 0), 0, 0),
        (Anchor(1, 1), 200, 100),
        (Focal(0.5, 0.5), 100, 50),
        (Focal(0.6, 0.4), 130, 30),
        (Focal(0, 1), 0, 100),
        (Smart.ATTENTION, 100, 50),
    ],
)
def test_window(gravity: Gravity, left: float, top: float) -> None:
    assert window((100, 100), (300, 200), gravity) == (left, top, left + 100, top + 100)


@pytest.mark.parametrize(
    ("crop", "box"),
    [
        pytest.param(Crop(), (0, 0, 400, 300), id="nothing asked is all"),
        pytest.param(Crop(width=100, height=50), (150, 125, 250, 175), id="in the middle"),
        pytest.param(
            Crop(width=100, height=50, gravity=Anchor(1, 0)), (300, 0, 400, 50), id="top right"
        ),
        pytest.param(
            Crop(width=100, height=50, gravity=Focal(0.9, 0.5)), (300, 125, 400, 175), id="focal"
        ),
        pytest.param(Crop(width=100, height=50, x=10, y=20), (10, 20, 110, 70), id="a rectangle"),
        pytest.param(Crop(x=10, y=20), (10, 20, 400, 300), id="a corner only: all from there"),
        pytest.param(
            Crop(width=100, height=50, x=-100, y=-60), (300, 240, 400, 290), id="from the far edge"
        ),
        pytest.param(
            Crop(width=-100, height=-50, x=10, y=20), (10, 20, 300, 250), id="before the far edge"
        ),
        pytest.param(Crop(width=-100), (0, 0, 300, 300), id="before the far edge, from the start"),
        pytest.param(
            Crop(width=Share(50), height=Share(10), x=Share(25), y=Share(-20)),
            (100, 240, 300, 270),
            id="shares",
        ),
        pytest.param(Crop(width=Share(50), y=30), (100, 30, 300, 300), id="one direction placed"),
        pytest.param(
            Crop(width=900, height=900, x=350, y=-20), (350, 280, 400, 300), id="cut to the picture"
        ),
        pytest.param(
            Crop(width=300, height=300, x=-500, y=-400), (0, 0, 200, 200), id="begins outside"
        ),
        pytest.param(Crop(width=9, height=9, x=900, y=900), (399, 299, 400, 300), id="all outside"),
        pytest.param(Crop(width=-900, height=-900), (0, 0, 1, 1), id="nothing would be left"),
        pytest.param(Crop(width=101, height=51), (150, 124, 251, 175), id="odd sides stay odd"),
    ],
)
def test_part_of(crop: Crop, box: tuple[int, int, int, int]) -> None:
    assert part_of(crop, (400, 300)) == box


def test_scale_multiplies_pixels_and_no_shares() -> None:
    crop = Crop(width=100, height=Share(50), x=20, y=Share(10))
    assert part_of(crop, (400, 300), 0.5) == (10, 30, 60, 180)


SIDE = st.integers(1, 7000)
SIGNED = st.none() | st.integers(-9000, 9000) | st.floats(-1000.0, 1000.0).map(Share)
UNIT = st.floats(0.0, 1.0)
GRAVITY = st.one_of(
    st.builds(Anchor, UNIT, UNIT), st.builds(Focal, UNIT, UNIT), st.sampled_from(Smart)
)
CROP = st.builds(Crop, width=SIGNED, height=SIGNED, x=SIGNED, y=SIGNED, gravity=GRAVITY)


@given(crop=CROP, width=SIDE, height=SIDE)
def test_a_part_is_never_empty_and_never_beyond(crop: Crop, width: int, height: int) -> None:
    left, top, right, bottom = part_of(crop, (width, height))
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
