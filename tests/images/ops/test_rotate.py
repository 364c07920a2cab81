"""Any angle: the canvas grows, the corners are bars or clear, edges are smooth."""

import pytest
from PIL import Image

from proxy.images.ops.rotate import rotate
from proxy.model.colour import Colour
from tests.fakes.jobs import placed
from tests.fakes.pictures import BLUE, GREEN, RED, WHITE, alike, holed, quadrants

GOLD = Colour(200, 160, 40)


def turned(image: Image.Image, degrees: float, bars: Colour | None = None) -> Image.Image:
    return rotate(image, placed(image.size, rotate=degrees, bars=bars))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("degrees", [1.0, 30.0, 45.0, 89.5, 135.0, 359.0])
def test_corners_are_clear_and_the_middle_is_not(mode: str, degrees: float) -> None:
    image = turned(Image.new("RGB", (60, 40), RED).convert(mode), degrees)
    assert image.mode == "RGBA"
    assert image.getpixel((0, 0))[3] < 255  # type: ignore[index]  # four bands give a tuple
    assert image.getpixel((image.width // 2, image.height // 2))[3] == 255  # type: ignore[index]  # as above


def test_corners_have_the_colour_of_bars() -> None:
    image = turned(quadrants(), 45.0, bars=GOLD)
    assert (image.mode, image.size) == ("RGB", (80, 80))
    assert image.getpixel((0, 0)) == image.getpixel((79, 79)) == (200, 160, 40)


@pytest.mark.parametrize(
    ("degrees", "top"), [(45.0, RED), (135.0, BLUE), (225.0, WHITE), (315.0, GREEN)]
)
def test_it_turns_clockwise(degrees: float, top: tuple[int, ...]) -> None:
    image = turned(quadrants(60, 60), degrees).convert("RGB")
    shown = image.getpixel((image.width // 2, image.height // 4))
    assert isinstance(shown, tuple)
    assert alike(shown, top)


def test_a_hair_more_than_a_quarter_is_nearly_the_quarter() -> None:
    image = turned(quadrants(), 90.001, bars=GOLD)
    exact = quadrants().transpose(Image.Transpose.ROTATE_270)
    assert abs(image.width - exact.width) <= 1
    for place in ((12, 16), (36, 16), (12, 48), (36, 48)):
        found, wanted = image.getpixel(place), exact.getpixel(place)
        assert isinstance(found, tuple)
        assert isinstance(wanted, tuple)
        assert alike(found, wanted)


def test_edges_are_smooth_and_lend_no_dark() -> None:
    image = turned(Image.new("RGB", (60, 40), WHITE), 30.0)
    data = image.tobytes()
    pixels = [data[at : at + 4] for at in range(0, len(data), 4)]
    partly = [colour for colour in pixels if 0 < colour[3] < 255]
    assert len(partly) > 10
    assert all(min(colour[:3]) > 240 for colour in partly if colour[3] > 16)


def test_what_is_clear_stays_clear() -> None:
    image = turned(holed(), 180.5, bars=GOLD)
    assert image.getpixel((48, 36))[3] == 0  # type: ignore[index]  # four bands give a tuple


def test_quarters_and_nothing_are_not_this_steps() -> None:
    image = quadrants()
    assert turned(image, 0.0) is image
    assert turned(image, 90.0) is image


def test_what_is_known_of_the_picture_stays() -> None:
    image = quadrants()
    image.info["icc_profile"] = b"profile"
    assert turned(image, 45.0).info["icc_profile"] == b"profile"
