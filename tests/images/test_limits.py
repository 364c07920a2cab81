"""The limits, at their boundaries."""

import pytest

from proxy.errors import PictureError, TooManyFrames, TooManyPixels
from proxy.images.limits import Limits, frames_made
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import Transform
from proxy.settings import Images

LIMITS = Limits(max_pixels=10_000, max_frames=10, deadline_s=1.0)


def facts(width: int, height: int, frames: int = 1) -> Facts:
    return Facts(format=Format.GIF, width=width, height=height, frames=frames)


@pytest.mark.parametrize(
    "admitted",
    [
        pytest.param(facts(100, 100), id="as large as may be"),
        pytest.param(facts(44, 45, 10), id="as many frames as may be"),
        pytest.param(facts(100, 100, 2), id="two of the largest"),
    ],
)
def test_admitted(admitted: Facts) -> None:
    LIMITS.admit(admitted)


@pytest.mark.parametrize(
    ("refused", "failure"),
    [
        pytest.param(facts(100, 101), TooManyPixels, id="a row too many"),
        pytest.param(facts(2**31 - 1, 2**31 - 1), TooManyPixels, id="a lying header"),
        pytest.param(facts(1, 1, 11), TooManyFrames, id="a frame too many"),
        pytest.param(facts(100, 100, 3), TooManyPixels, id="three of the largest"),
    ],
)
def test_refused(refused: Facts, failure: type[PictureError]) -> None:
    with pytest.raises(failure):
        LIMITS.admit(refused)


def test_the_settings_state_them() -> None:
    stated = {"max_pixels": 5, "max_frames": 6, "deadline": "7s", "max_side": 8}
    images = Images.model_validate(stated)
    assert Limits.of(images) == Limits(max_pixels=5, max_frames=6, deadline_s=7.0, max_side=8)


@pytest.mark.parametrize(("frames", "pixels"), [(1, 10_000), (2, 10_000), (4, 5000), (99_999, 1)])
def test_the_frames_of_an_animation_share_its_pixels(frames: int, pixels: int) -> None:
    assert LIMITS.of_each(frames).max_pixels == pixels
    assert LIMITS.of_each(frames).max_side == LIMITS.max_side


@pytest.mark.parametrize(
    ("made", "frame", "frames"),
    [
        pytest.param(Format.WEBP, None, 5, id="WebP moves"),
        pytest.param(Format.GIF, None, 5, id="GIF moves"),
        pytest.param(Format.GIF, 0, 1, id="a still was asked for"),
        pytest.param(Format.PNG, None, 1, id="PNG is written still"),
        pytest.param(Format.AVIF, None, 1, id="so is AVIF"),
    ],
)
def test_frames_made(made: Format, frame: int | None, frames: int) -> None:
    variant = Variant(transform=Transform(frame=frame), format=made, quality=80)
    assert frames_made(facts(9, 9, 5), variant) == frames
