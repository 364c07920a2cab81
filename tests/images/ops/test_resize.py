"""Scaling and the centred cut."""

import pytest
from PIL import Image

from proxy.images.ops.job import Job
from proxy.images.ops.resize import resize
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import ORIGINAL
from tests.fakes.pictures import BLUE, GREEN, RED, alike, holed


def job(width: int, height: int) -> Job:
    return Job(
        facts=Facts(format=Format.PNG, width=1, height=1),
        variant=Variant(
            transform=ORIGINAL, format=Format.PNG, width=width, height=height, quality=100
        ),
    )


def stripes(width: int, height: int) -> Image.Image:
    """Return red, green and blue thirds, side by side."""
    image = Image.new("RGB", (width, height), GREEN)
    image.paste(RED, (0, 0, width // 3, height))
    image.paste(BLUE, (width - width // 3, 0, width, height))
    return image


@pytest.mark.parametrize(
    ("have", "want"),
    [
        ((900, 420), (400, 300)),
        ((4000, 3000), (400, 300)),
        ((940, 2), (3, 2)),
        ((2, 940), (2, 3)),
        ((1, 1), (1, 1)),
        ((10, 10_000), (1, 300)),
    ],
)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
def test_the_size_is_exact(have: tuple[int, int], want: tuple[int, int], mode: str) -> None:
    image = Image.new(mode, have, tuple([90] * len(mode)) if len(mode) > 1 else 90)
    assert resize(image, job(*want)).size == want


def test_what_stands_over_is_cut_on_both_sides() -> None:
    cut = resize(stripes(300, 100), job(50, 50))  # the middle third
    colours = [cut.getpixel((x, 25)) for x in (5, 25, 44)]
    assert all(isinstance(found, tuple) and alike(found, GREEN) for found in colours)


def test_nothing_is_cut_where_only_rounding_differs() -> None:
    whole = resize(stripes(299, 101), job(100, 34))
    left, right = whole.getpixel((0, 17)), whole.getpixel((99, 17))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert alike(left, RED)
    assert alike(right, BLUE)


def test_transparent_pixels_lend_no_colour() -> None:
    small = resize(holed(), job(16, 12))
    colours = [small.getpixel((x, 2)) for x in range(8, 16)]
    assert all(isinstance(found, tuple) and found[1] > 150 for found in colours)
