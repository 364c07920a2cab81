"""Colours move away from or towards their grey; grey and alpha stay."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images.ops.saturation import saturation
from tests.fakes.jobs import job
from tests.fakes.pictures import RED, alike, quadrants


@pytest.mark.parametrize(
    ("asked", "red"),
    [
        pytest.param({"greyscale": True}, (66, 66, 66), id="grey by Rec. 709"),
        pytest.param({"saturation": 0.0}, (66, 66, 66), id="no colour is grey"),
        pytest.param({"saturation": 0.5}, (133, 48, 48), id="half as much"),
        pytest.param({"saturation": 2.0}, (255, 0, 0), id="twice as much, clipped"),
        pytest.param({"saturation": 100.0}, (255, 0, 0), id="the farthest"),
        pytest.param({"saturation": 3.0, "greyscale": True}, (66, 66, 66), id="grey in any case"),
    ],
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_what_becomes_of_red(asked: dict[str, Any], red: tuple[int, ...], mode: str) -> None:
    found = saturation(Image.new(mode, (2, 2), RED), job(**asked)).getpixel((0, 0))
    assert isinstance(found, tuple)
    assert alike(found[:3], red, tolerance=1)


def test_greyscale_leaves_no_colour() -> None:
    made = saturation(quadrants(), job(greyscale=True))
    red, green, blue = (made.getchannel(band).tobytes() for band in range(3))
    assert red == green == blue


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_stays_as_it_is(mode: str) -> None:
    image = quadrants(mode=mode)
    assert saturation(image, job(greyscale=True)) is image


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_without_a_wish_the_picture_is_the_same(mode: str) -> None:
    image = quadrants(mode=mode)
    assert saturation(image, job()) is image


@given(st.floats(0.0, 100.0), st.integers(0, 255), st.integers(0, 255))
def test_mode_alpha_and_greys_stay(factor: float, grey: int, alpha: int) -> None:
    image = Image.new("RGBA", (3, 2), (grey, grey, grey, alpha))
    image.info["kept"] = True
    made = saturation(image, job(saturation=factor))
    assert (made.mode, made.size, made.info) == ("RGBA", (3, 2), image.info)
    found = made.getpixel((1, 1))
    assert isinstance(found, tuple)
    assert found[3] == alpha
    assert alike(found[:3], (grey,) * 3, tolerance=1)
