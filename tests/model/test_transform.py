"""A transform's normal form is the one of all that mean the same, and it grows with the screen."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.colour import Colour
from proxy.model.geometry import MAX_SIDE, Anchor, Crop, Edges, Focal, Share
from proxy.model.transform import ORIGINAL, Fit, Hint, Output, Transform
from tests.fakes.transforms import transforms

LEFT = Anchor(0.0, 0.5)
WHITE = Colour(255, 255, 255)
BOX = Transform(width=400, height=300)


@pytest.mark.parametrize(
    ("transform", "is_original"),
    [
        pytest.param(ORIGINAL, True, id="nothing"),
        pytest.param(BOX, False, id="a box"),
        pytest.param(Transform(format=Output.AUTO), False, id="a format to be chosen"),
        pytest.param(Transform(hints=frozenset(Hint)), False, id="what a browser decides"),
    ],
)
def test_is_original(transform: Transform, is_original: bool) -> None:  # noqa: FBT001  # a column
    assert transform.is_original is is_original


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        pytest.param(Transform(fit=Fit.INSIDE, gravity=LEFT), ORIGINAL, id="no box to fit"),
        pytest.param(Transform(enlarge=True), ORIGINAL, id="nothing to enlarge to"),
        pytest.param(
            Transform(width=9, fit=Fit.INSIDE, gravity=LEFT, enlarge=True),
            Transform(width=9, enlarge=True),
            id="one side is no box",
        ),
        pytest.param(
            Transform(height=9, fit=Fit.INSIDE, hints=frozenset({Hint.WIDTH})),
            Transform(height=9, fit=Fit.INSIDE, hints=frozenset({Hint.WIDTH})),
            id="the browser may bring the other",
        ),
        pytest.param(
            replace(BOX, fit=Fit.FILL, gravity=LEFT),
            replace(BOX, fit=Fit.FILL),
            id="nothing left over to place",
        ),
        pytest.param(replace(BOX, gravity=LEFT), replace(BOX, gravity=LEFT), id="placed"),
        pytest.param(Transform(rotate=-90.0), Transform(rotate=270.0), id="the other way round"),
        pytest.param(Transform(rotate=720.0), ORIGINAL, id="twice round"),
        pytest.param(Transform(rotate=359.9999), ORIGINAL, id="as good as once round"),
        pytest.param(replace(BOX, bars=WHITE), BOX, id="no bars to colour"),
        pytest.param(
            replace(BOX, fit=Fit.PAD, bars=WHITE), replace(BOX, fit=Fit.PAD, bars=WHITE), id="bars"
        ),
        pytest.param(
            Transform(rotate=45.0, bars=WHITE), Transform(rotate=45.0, bars=WHITE), id="corners"
        ),
        pytest.param(
            Transform(padding=Edges(top=1), bars=WHITE, background=WHITE),
            Transform(padding=Edges(top=1), background=WHITE),
            id="bars are of the background's colour anyway",
        ),
        pytest.param(Transform(crop=Crop(), cut=Crop()), ORIGINAL, id="parts that are the whole"),
        pytest.param(
            Transform(width=Share(1e-9)), Transform(width=Share(0.001)), id="a side of some length"
        ),
        pytest.param(
            Transform(
                format=Output.WEBP, quality=9, qualities=((Output.WEBP, 7), (Output.JPEG, 8))
            ),
            Transform(format=Output.WEBP, quality=7),
            id="only the format's own quality decides",
        ),
        pytest.param(
            Transform(format=Output.AUTO, qualities=((Output.WEBP, 7), (Output.AVIF, 8))),
            Transform(format=Output.AUTO, qualities=((Output.AVIF, 8), (Output.WEBP, 7))),
            id="sorted while the format is open",
        ),
        pytest.param(
            Transform(format=Output.PNG, progressive=False),
            Transform(format=Output.PNG),
            id="no JPEG to be progressive",
        ),
        pytest.param(
            replace(BOX, gravity=Focal(1 / 3, 0.5), saturation=1 / 3),
            replace(BOX, gravity=Focal(0.333, 0.5), saturation=0.333),
            id="numbers end at the third decimal",
        ),
    ],
)
def test_normal(written: Transform, normal: Transform) -> None:
    assert written.normal() == normal


@given(transforms())
def test_the_normal_form_stays_as_it_is(transform: Transform) -> None:
    assert transform.normal() == transform


def test_a_dense_screen_has_more_of_everything_in_pixels() -> None:
    once = Transform(
        width=100, height=Share(50.0), cut=Crop(width=10, x=2), padding=Edges(left=3), blur=1.0
    )
    assert once.scaled(2.0) == Transform(
        width=200, height=Share(50.0), cut=Crop(width=20, x=4), padding=Edges(left=6), blur=1.0
    )


@pytest.mark.parametrize(
    ("sides", "ratio", "scaled"),
    [
        pytest.param((10_000, 5_000), 8.0, (MAX_SIDE, 8192), id="the shape stays at the bound"),
        pytest.param((MAX_SIDE, 1), 2.0, (MAX_SIDE, 1), id="no room to grow"),
        pytest.param((1, 1), 0.1, (1, 1), id="a side is at least a pixel"),
        pytest.param((None, 7), 3.0, (None, 21), id="an open side stays open"),
    ],
)
def test_bounds_of_a_dense_screen(
    sides: tuple[int | None, int | None], ratio: float, scaled: tuple[int | None, int | None]
) -> None:
    made = Transform(width=sides[0], height=sides[1]).scaled(ratio)
    assert (made.width, made.height) == scaled


@given(transforms(), st.floats(0.1, 8.0))
def test_what_is_scaled_stays_in_bounds(transform: Transform, ratio: float) -> None:
    made = transform.scaled(ratio)
    for side in (made.width, made.height):
        assert not isinstance(side, int) or 1 <= side <= MAX_SIDE
