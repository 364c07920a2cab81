"""How a layout lies on reduced pixels: where the picture ends between two of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.images.limits import Limits
from proxy.images.view import Pixels, look, reduction
from proxy.model.geometry import Crop, Share, Smart
from proxy.model.picture import Facts, Format
from proxy.model.transform import ORIGINAL, Fit, Transform, Trim

LIMITS = Limits(max_pixels=50_000_000, max_frames=8, deadline_s=1.0)


def facts(orientation: int = 1, size: tuple[int, int] = (803, 601)) -> Facts:
    return Facts(format=Format.JPEG, width=size[0], height=size[1], orientation=orientation)


@pytest.mark.parametrize(
    ("orientation", "source"),
    [  # 803 × 601 at a quarter is 201 × 151 pixels; 200.75 × 150.25 are the picture's
        pytest.param(1, (0, 0, 200.75, 150.25), id="as stored: less right and below"),
        pytest.param(2, (0.25, 0, 201, 150.25), id="mirrored: left"),
        pytest.param(3, (0.25, 0.75, 201, 151), id="half way round: left and above"),
        pytest.param(6, (0.75, 0, 151, 200.75), id="a quarter: what was below is left"),
        pytest.param(8, (0, 0.25, 150.25, 201), id="a quarter back: what was right is on top"),
    ],
)
def test_part_of_a_pixel_is_the_pictures(
    orientation: int, source: tuple[float, float, float, float]
) -> None:
    view = look(ORIGINAL, facts(orientation), Pixels(size=(803, 601), reduced=4), LIMITS)
    assert view.source == source


def test_a_crop_is_cut_outwards_and_scaled_from_between_the_pixels() -> None:
    transform = Transform(crop=Crop(x=10, y=20, width=401, height=200), width=40)
    view = look(transform, facts(), Pixels(size=(803, 601), reduced=4), LIMITS)
    assert view.crop == (2, 5, 103, 55)
    assert view.source == (0.5, 0.0, 100.75, 50.0)
    assert view.layout.size == (40, 20)


def test_a_turn_moves_what_the_crop_left_over() -> None:
    transform = Transform(crop=Crop(x=10, y=20, width=401, height=200), rotate=90)
    view = look(transform, facts(), Pixels(size=(803, 601), reduced=4), LIMITS)
    assert view.source == (0.0, 0.5, 50.0, 100.75)
    assert view.layout.size == (200, 401)


def test_pixels_that_are_not_reduced_are_as_they_are() -> None:
    transform = Transform(crop=Crop(x=10, y=20, width=401, height=200))
    view = look(transform, facts(), Pixels(size=(803, 601)), LIMITS)
    assert (view.crop, view.source) == ((10, 20, 411, 220), (0, 0, 401, 200))


@pytest.mark.parametrize(
    ("transform", "by"),
    [
        pytest.param(Transform(width=400, height=300), 4, id="ten times smaller"),
        pytest.param(Transform(width=250), 8, id="sixteen times smaller"),
        pytest.param(Transform(width=251), 4, id="not quite sixteen times"),
        pytest.param(Transform(width=2000), 1, id="half"),
        pytest.param(Transform(width=4000), 1, id="as it is"),
        pytest.param(Transform(width=Share(10)), 4, id="a tenth"),
        pytest.param(Transform(width=400, height=30, fit=Fit.FILL), 4, id="the longer side counts"),
        pytest.param(Transform(width=400, crop=Crop(width=1000)), 1, id="a crop is closer"),
        pytest.param(Transform(width=400, crop=Crop(width=2000)), 2, id="a larger crop"),
        pytest.param(Transform(width=400, trim=Trim()), 1, id="trim sees every pixel"),
        pytest.param(Transform(height=300, rotate=90), 4, id="turned"),
    ],
)
def test_reduction_leaves_twice_the_target(transform: Transform, by: int) -> None:
    assert reduction(transform, facts(size=(4000, 3000)), (4000, 3000), LIMITS) == by


SIDE = st.integers(1, 4000)
SIGNED = st.none() | st.integers(-4000, 4000)


@given(
    transform=st.builds(
        Transform,
        crop=st.none() | st.builds(Crop, width=SIGNED, height=SIGNED, x=SIGNED, y=SIGNED),
        mirror=st.booleans(),
        rotate=st.sampled_from([0.0, 30.0, 90.0, 180.0, 270.0]),
        width=SIDE | st.none(),
        height=SIDE | st.none(),
        fit=st.sampled_from(Fit),
        gravity=st.sampled_from(Smart),
    ),
    orientation=st.integers(1, 8),
    size=st.tuples(SIDE, SIDE),
    by=st.sampled_from([1, 2, 4, 8]),
)
def test_a_view_never_leaves_its_pixels(
    transform: Transform, orientation: int, size: tuple[int, int], by: int
) -> None:
    view = look(transform, facts(orientation, size), Pixels(size=size, reduced=by), LIMITS)
    have = -(-size[0] // by), -(-size[1] // by)
    if orientation >= 5:
        have = have[::-1]
    if view.crop is not None:
        assert 0 <= view.crop[0] < view.crop[2] <= have[0]
        assert 0 <= view.crop[1] < view.crop[3] <= have[1]
        have = view.crop[2] - view.crop[0], view.crop[3] - view.crop[1]
    if transform.rotate in (90.0, 270.0):
        have = have[::-1]
    left, top, right, bottom = view.source
    assert 0 <= left < right <= have[0]
    assert 0 <= top < bottom <= have[1]
