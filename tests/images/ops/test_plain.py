"""Every pixel mode Pillow decodes becomes one that can be scaled."""

from io import BytesIO

import pytest
from PIL import Image

from proxy.images.ops.plain import plain
from tests.fakes.jobs import job
from tests.fakes.pictures import STILLS, alike

JOB = job()


@pytest.mark.parametrize(
    ("mode", "becomes"),
    [
        ("1", "L"),
        ("L", "L"),
        ("LA", "LA"),
        ("P", "RGB"),
        ("RGB", "RGB"),
        ("RGBA", "RGBA"),
        ("RGBa", "RGBA"),
        ("CMYK", "CMYK"),
        ("YCbCr", "RGB"),
        ("LAB", "RGB"),
        ("HSV", "RGB"),
        ("I", "L"),
        ("I;16", "L"),
        ("I;16B", "L"),
        ("F", "L"),
    ],
)
def test_modes(mode: str, becomes: str) -> None:
    assert plain(Image.new(mode, (2, 2)), JOB).mode == becomes


@pytest.mark.parametrize(("stored", "shown"), [(0, 0), (32768, 127), (65535, 255)])
def test_sixteen_bits_are_scaled_not_clipped(stored: int, shown: int) -> None:
    assert plain(Image.new("I;16", (2, 2), stored), JOB).getpixel((0, 0)) == shown


def test_a_transparent_colour_becomes_alpha() -> None:
    for colour, mode in ((7, "L"), ((1, 2, 3), "RGB"), (0, "P")):
        image = Image.new(mode, (2, 2), colour)
        image.info["transparency"] = colour
        clear = plain(image, JOB)
        assert clear.mode == "RGBA"
        assert clear.getpixel((0, 0))[3] == 0  # type: ignore[index]  # four bands give a tuple


def test_a_palette_keeps_its_colours() -> None:
    with Image.open(BytesIO(STILLS["palette PNG"])) as image:
        found = plain(image, JOB).getpixel((8, 8))
    assert isinstance(found, tuple)
    assert alike(found, (200, 30, 30))
