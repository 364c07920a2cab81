"""Two ways to one picture: what the fast one makes is what Pillow makes."""

import pytest
from PIL import Image, ImageChops

from proxy.images.ops.lanczos import by_pillow, scale
from tests.fakes.pictures import holed, quadrants

PARTS = {
    "all of it": (0.0, 0.0, 240.0, 180.0),
    "a part": (10.0, 20.0, 200.0, 160.0),
    "parts of pixels": (0.5, 0.25, 239.5, 179.75),
}


def smooth(mode: str) -> Image.Image:
    """Return soft waves of every value: no edge hard enough to ring."""
    wave = Image.radial_gradient("L").resize((240, 180), Image.Resampling.BICUBIC)
    bands = [wave, wave.transpose(Image.Transpose.FLIP_TOP_BOTTOM), ImageChops.invert(wave), wave]
    if mode == "L":
        return wave
    if mode == "LA":
        return Image.merge(mode, (wave, Image.new("L", wave.size, 255)))
    return Image.merge(mode, bands[: len(mode)])


def worst(one: Image.Image, other: Image.Image) -> int:
    """Return the largest difference in any channel."""
    bands = ImageChops.difference(one, other).split()
    return max(n for band in bands for n, many in enumerate(band.histogram()) if many)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "CMYK"])
@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
@pytest.mark.parametrize("size", [(60, 45), (200, 150), (300, 400), (16, 12)])
def test_both_make_the_same(
    mode: str, part: tuple[float, float, float, float], size: tuple[int, int]
) -> None:
    image = smooth(mode)
    fast, slow = scale(image, size, part), by_pillow(image, size, part)
    assert (fast.mode, fast.size) == (slow.mode, slow.size) == (mode, size)
    assert worst(fast, slow) <= 2


def test_clear_pixels_lend_no_colour() -> None:
    made = scale(holed(240, 180), (61, 47), (0.0, 0.0, 240.0, 180.0))
    pixels = (band.tobytes() for band in made.split())
    for red, green, blue, alpha in zip(*pixels, strict=True):
        assert alpha < 8 or max(red, green, blue) > 90


def test_what_is_known_of_the_picture_goes_along() -> None:
    image = quadrants()
    image.info["icc_profile"] = b"kept"
    assert scale(image, (8, 8), (0.0, 0.0, 64.0, 48.0)).info["icc_profile"] == b"kept"


def test_the_picture_given_is_left_as_it_was() -> None:
    image = holed()
    before = image.tobytes()
    scale(image, (8, 8), (0.0, 0.0, 64.0, 48.0))
    assert (image.mode, image.tobytes()) == ("RGBA", before)


def test_it_is_an_image_of_pillow() -> None:
    assert isinstance(scale(quadrants(), (8, 8), (0.0, 0.0, 64.0, 48.0)), Image.Image)
