"""Where everything lies: the contract's "Never enlarged" as tables, bounds by hypothesis."""

from dataclasses import replace
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.images.layout import Layout, angle, lay_out, quarters, standing
from proxy.model.geometry import CENTRE, Anchor, Crop, Edges, Focal, Gravity, Length, Share, Smart
from proxy.model.transform import ORIGINAL, Fit, Transform

Box = tuple[Length | None, Length | None]
MAX_SIDE, MAX_PIXELS = 16383, 50_000_000


def laid(transform: Transform, size: tuple[int, int]) -> Layout:
    return lay_out(transform, size, max_side=MAX_SIDE, max_pixels=MAX_PIXELS)


@pytest.mark.parametrize(
    ("box", "fit", "have", "output"),
    [
        pytest.param((400, 300), Fit.COVER, (4000, 3000), (400, 300), id="same ratio"),
        pytest.param((400, 300), Fit.COVER, (900, 420), (400, 300), id="wider is cut"),
        pytest.param((400, 300), Fit.COVER, (200, 200), (200, 150), id="the contract's example"),
        pytest.param((400, 300), Fit.COVER, (300, 2000), (300, 225), id="narrower than the box"),
        pytest.param((400, 300), Fit.COVER, (940, 2), (3, 2), id="a strip"),
        pytest.param((400, 300), Fit.COVER, (1, 1), (1, 1), id="one pixel"),
        pytest.param((900, 420), Fit.COVER, (900, 420), (900, 420), id="exactly the box"),
        pytest.param((400, 300), Fit.FILL, (4000, 1000), (400, 300), id="fill goes out of ratio"),
        pytest.param((400, 300), Fit.FILL, (200, 200), (200, 150), id="fill is not enlarged"),
        pytest.param((400, 300), Fit.INSIDE, (4000, 2000), (400, 200), id="inside, wide"),
        pytest.param((400, 300), Fit.INSIDE, (1000, 3000), (100, 300), id="inside, tall"),
        pytest.param((400, 300), Fit.INSIDE, (200, 100), (200, 100), id="inside, small enough"),
        pytest.param((400, 300), Fit.INSIDE, (9000, 2), (400, 1), id="never below one"),
        pytest.param((400, 300), Fit.OUTSIDE, (4000, 2000), (600, 300), id="outside, wide"),
        pytest.param((400, 300), Fit.OUTSIDE, (1000, 3000), (400, 1200), id="outside, tall"),
        pytest.param((400, 300), Fit.OUTSIDE, (500, 200), (500, 200), id="outside, too small"),
        pytest.param((400, 300), Fit.CONTAIN, (4000, 2000), (400, 300), id="contain has the box"),
        pytest.param((400, 300), Fit.CONTAIN, (200, 200), (267, 200), id="contain shrinks its box"),
        pytest.param((400, 300), Fit.PAD, (200, 200), (400, 300), id="pad keeps its box"),
        pytest.param((400, 300), Fit.PAD, (4000, 2000), (400, 300), id="pad shrinks the picture"),
        pytest.param((400, None), Fit.COVER, (4000, 3000), (400, 300), id="height follows"),
        pytest.param((None, 300), Fit.INSIDE, (4000, 3000), (400, 300), id="width follows"),
        pytest.param((400, None), Fit.PAD, (200, 100), (200, 100), id="one side, not enlarged"),
        pytest.param((None, None), Fit.COVER, (200, 100), (200, 100), id="no side"),
        pytest.param((Share(50), None), Fit.COVER, (901, 420), (450, 210), id="half the width"),
        pytest.param((Share(50), Share(10)), Fit.FILL, (80, 80), (40, 8), id="shares of each side"),
        pytest.param((Share(200), None), Fit.COVER, (90, 42), (90, 42), id="a share above all"),
        pytest.param((500, None), Fit.COVER, (600, 30_000), (328, 16383), id="max_side"),
    ],
)
def test_sizes_without_enlarging(
    box: Box, fit: Fit, have: tuple[int, int], output: tuple[int, int]
) -> None:
    assert laid(Transform(width=box[0], height=box[1], fit=fit), have).output == output


@pytest.mark.parametrize(
    ("box", "fit", "size", "output"),
    [
        pytest.param((400, 300), Fit.COVER, (400, 300), (400, 300), id="cover"),
        pytest.param((400, 300), Fit.FILL, (400, 300), (400, 300), id="fill"),
        pytest.param((400, 300), Fit.INSIDE, (400, 200), (400, 200), id="inside"),
        pytest.param((400, 300), Fit.OUTSIDE, (600, 300), (600, 300), id="outside"),
        pytest.param((400, 300), Fit.CONTAIN, (400, 200), (400, 300), id="contain"),
        pytest.param((400, 300), Fit.PAD, (400, 200), (400, 300), id="pad"),
        pytest.param((400, None), Fit.COVER, (400, 200), (400, 200), id="one side"),
        pytest.param((None, Share(200)), Fit.COVER, (400, 200), (400, 200), id="twice"),
    ],
)
def test_sizes_enlarged(box: Box, fit: Fit, size: tuple[int, int], output: tuple[int, int]) -> None:
    layout = laid(Transform(width=box[0], height=box[1], fit=fit, enlarge=True), (200, 100))
    assert (layout.size, layout.output) == (size, output)


@pytest.mark.parametrize(
    ("gravity", "wide", "tall"),
    [
        pytest.param(CENTRE, 100, 100, id="the middle"),
        pytest.param(Anchor(0.0, 0.0), 0, 0, id="left and top"),
        pytest.param(Anchor(1.0, 1.0), 200, 200, id="right and bottom"),
        pytest.param(Anchor(0.25, 0.75), 50, 150, id="by shares of what is left over"),
        pytest.param(Focal(0.5, 0.5), 100, 100, id="a point in the middle"),
        pytest.param(Focal(0.5, 1.0), 100, 200, id="a point at the edge is held inside"),
        pytest.param(Focal(0.6, 0.1), 130, 0, id="a point is centred as far as goes"),
        pytest.param(Smart.ENTROPY, 100, 100, id="smart lies in the middle until settled"),
    ],
)
def test_what_cover_keeps(gravity: Gravity, wide: float, tall: float) -> None:
    transform = Transform(width=50, height=50, gravity=gravity)
    assert laid(transform, (300, 100)).part == (wide, 0, wide + 100, 100)
    assert laid(transform, (100, 300)).part == (0, tall, 100, tall + 100)


def test_rounding_is_no_crop() -> None:
    assert laid(Transform(width=100, height=34), (299, 101)).part == (0, 0, 299, 101)


@pytest.mark.parametrize(
    ("gravity", "at"),
    [
        pytest.param(CENTRE, (50, 0), id="the middle"),
        pytest.param(Anchor(0.0, 1.0), (0, 0), id="left"),
        pytest.param(Anchor(1.0, 0.0), (100, 0), id="right"),
        pytest.param(Focal(0.0, 0.0), (50, 0), id="a focal point places nothing"),
        pytest.param(Smart.ATTENTION, (50, 0), id="nor does smart"),
    ],
)
@pytest.mark.parametrize("fit", [Fit.CONTAIN, Fit.PAD])
def test_where_a_picture_stands_on_its_canvas(
    fit: Fit, gravity: Gravity, at: tuple[int, int]
) -> None:
    layout = laid(Transform(width=200, height=100, fit=fit, gravity=gravity), (300, 300))
    assert (layout.size, layout.canvas, layout.at) == ((100, 100), (200, 100), at)


@pytest.mark.parametrize(
    ("transform", "size"),
    [
        pytest.param(ORIGINAL, (400, 300), id="as it is"),
        pytest.param(Transform(rotate=90), (300, 400), id="a quarter"),
        pytest.param(Transform(rotate=180, mirror=True), (400, 300), id="upside down"),
        pytest.param(Transform(rotate=45), (400, 300), id="other angles come later"),
        pytest.param(Transform(crop=Crop(width=100), rotate=270), (300, 100), id="cropped first"),
    ],
)
def test_standing(transform: Transform, size: tuple[int, int]) -> None:
    assert standing(transform, (400, 300)) == size


@pytest.mark.parametrize(
    ("degrees", "turns", "rest"),
    [(0, 0, 0), (90, 1, 0), (180, 2, 0), (270, 3, 0), (45, 0, 45), (90.5, 0, 90.5), (350, 0, 350)],
)
def test_an_angle_is_quarters_or_none(degrees: float, turns: int, rest: float) -> None:
    transform = Transform(rotate=degrees)
    assert (quarters(transform), angle(transform)) == (turns, rest)


@pytest.mark.parametrize(
    ("transform", "turned", "output"),
    [
        pytest.param(Transform(rotate=45), (283, 283), (283, 283), id="the canvas grows"),
        pytest.param(Transform(width=100, rotate=30), (137, 137), (137, 137), id="once sized"),
        pytest.param(
            Transform(cut=Crop(width=50, height=20), rotate=90), (50, 20), (50, 20), id="cut"
        ),
        pytest.param(
            Transform(width=100, height=50, fit=Fit.PAD, rotate=45),
            (71, 71),
            (100, 71),
            id="a canvas is never smaller than its picture",
        ),
        pytest.param(
            Transform(width=100, padding=Edges(top=1, right=2, bottom=3, left=4)),
            (100, 100),
            (106, 104),
            id="padding",
        ),
    ],
)
def test_what_grows(transform: Transform, turned: tuple[int, int], output: tuple[int, int]) -> None:
    layout = laid(transform, (200, 200))
    assert (layout.turned, layout.output) == (turned, output)


@pytest.mark.parametrize(
    ("transform", "have", "output"),
    [
        pytest.param(
            Transform(width=Share(1000), height=Share(1000), enlarge=True),
            (3000, 3000),
            (7071, 7071),
            id="max_pixels",
        ),
        pytest.param(
            Transform(width=16383, height=16383, enlarge=True),
            (1, 1),
            (7071, 7071),
            id="a pixel enlarged beyond all bounds",
        ),
        pytest.param(
            Transform(width=1000, height=16000, padding=Edges(top=4096, bottom=4096)),
            (1000, 16000),
            (677, 16383),
            id="padding shrinks along",
        ),
    ],
)
def test_what_is_too_large_is_made_smaller(
    transform: Transform, have: tuple[int, int], output: tuple[int, int]
) -> None:
    layout = laid(transform, have)
    assert layout.output == output


def test_a_cut_means_the_same_part_of_what_was_made_smaller() -> None:
    cut = Transform(
        width=Share(1000), enlarge=True, cut=Crop(width=20_000, height=20_000, x=0, y=0)
    )
    layout = laid(cut, (3000, 3000))
    assert layout.cut is not None
    assert layout.cut[2] / layout.size[0] == pytest.approx(20_000 / 30_000, abs=0.001)


SIDE = st.integers(1, 7000)
LENGTH = st.none() | SIDE | st.floats(0.001, 1000.0).map(Share)
SIGNED = st.none() | st.integers(-9000, 9000) | st.floats(-1000.0, 1000.0).map(Share)
UNIT = st.floats(0.0, 1.0)
GRAVITY = st.one_of(
    st.builds(Anchor, UNIT, UNIT), st.builds(Focal, UNIT, UNIT), st.sampled_from(Smart)
)
CROP = st.builds(Crop, width=SIGNED, height=SIGNED, x=SIGNED, y=SIGNED, gravity=GRAVITY)
EDGE = st.integers(0, 4096)
ANY = st.builds(
    Transform,
    crop=st.none() | CROP,
    rotate=st.floats(0, 359.9) | st.sampled_from([0.0, 90.0, 180.0, 270.0]),
    width=LENGTH,
    height=LENGTH,
    fit=st.sampled_from(Fit),
    gravity=GRAVITY,
    enlarge=st.booleans(),
    cut=st.none() | CROP,
    padding=st.builds(Edges, top=EDGE, right=EDGE, bottom=EDGE, left=EDGE),
)


def inside(box: tuple[float, ...], size: tuple[int, int]) -> bool:
    left, top, right, bottom = box
    hair = 1e-6
    return -hair <= left < right <= size[0] + hair and -hair <= top < bottom <= size[1] + hair


@given(transform=ANY, width=SIDE, height=SIDE)
def test_every_layout_lies_within_its_bounds(transform: Transform, width: int, height: int) -> None:
    have = standing(transform, (width, height))
    layout = lay_out(transform, have, max_side=5000, max_pixels=10_000_000)
    assert inside(layout.part, have)
    assert layout.cut is None or inside(layout.cut, layout.size)
    x, y = layout.at
    assert inside((x, y, x + layout.turned[0], y + layout.turned[1]), layout.canvas)
    assert max(layout.output) <= 5000
    assert max(prod(layout.size), prod(layout.turned), prod(layout.output)) <= 10_000_000


@given(
    box=st.tuples(LENGTH, LENGTH),
    fit=st.sampled_from(Fit),
    gravity=GRAVITY,
    width=SIDE,
    height=SIDE,
)
def test_never_enlarged(box: Box, fit: Fit, gravity: Gravity, width: int, height: int) -> None:
    transform = Transform(width=box[0], height=box[1], fit=fit, gravity=gravity)
    layout = laid(transform, (width, height))
    assert layout.size[0] <= width
    assert layout.size[1] <= height
    larger = laid(replace(transform, enlarge=True), (width, height))
    assert larger.size[0] >= layout.size[0]
