"""The limits, at their boundaries."""

import pytest

from proxy.errors import PictureError, TooManyFrames, TooManyPixels
from proxy.images.limits import Limits
from proxy.model.picture import Facts, Format

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
