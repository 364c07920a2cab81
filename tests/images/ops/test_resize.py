"""Scaling, and what is cut off with it."""

import pytest
from PIL import Image

from proxy.images.ops.resize import resize
from proxy.model.geometry import Anchor, Focal, Gravity
from proxy.model.transform import Fit
from tests.fakes.jobs import job, placed
from tests.fakes.pictures import BLUE, GREEN, RED, alike, holed


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
        ((3, 2), (300, 200)),
    ],
)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
def test_the_size_is_exact(have: tuple[int, int], want: tuple[int, int], mode: str) -> None:
    image = Image.new(mode, have, tuple([90] * len(mode)) if len(mode) > 1 else 90)
    asked = placed(have, width=want[0], height=want[1], enlarge=True)
    assert resize(image, asked).size == want


@pytest.mark.parametrize(
    ("gravity", "colour"),
    [
        pytest.param(Anchor(0.5, 0.5), GREEN, id="both sides are cut"),
        pytest.param(Anchor(0.0, 0.5), RED, id="the left is kept"),
        pytest.param(Anchor(1.0, 0.5), BLUE, id="the right is kept"),
        pytest.param(Focal(1 / 6, 0.5), RED, id="a point is kept"),
        pytest.param(Focal(1.0, 0.0), BLUE, id="a point at the edge"),
    ],
)
def test_what_stands_over_is_cut(gravity: Gravity, colour: tuple[int, ...]) -> None:
    cut = resize(stripes(300, 100), placed((300, 100), width=50, height=50, gravity=gravity))
    colours = [cut.getpixel((x, 25)) for x in (5, 25, 44)]
    assert all(isinstance(found, tuple) and alike(found, colour) for found in colours)


@pytest.mark.parametrize("fit", [Fit.FILL, Fit.CONTAIN, Fit.PAD, Fit.INSIDE, Fit.OUTSIDE])
def test_other_fits_cut_nothing(fit: Fit) -> None:
    whole = resize(stripes(300, 100), placed((300, 100), width=50, height=50, fit=fit))
    left, right = (whole.getpixel((x, whole.height // 2)) for x in (0, whole.width - 1))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert alike(left, RED)
    assert alike(right, BLUE)


def test_nothing_is_cut_where_only_rounding_differs() -> None:
    whole = resize(stripes(299, 101), placed((299, 101), width=100, height=34))
    left, right = whole.getpixel((0, 17)), whole.getpixel((99, 17))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert alike(left, RED)
    assert alike(right, BLUE)


def test_transparent_pixels_lend_no_colour() -> None:
    small = resize(holed(), placed((64, 48), width=16))
    colours = [small.getpixel((x, 2)) for x in range(8, 16)]
    assert all(isinstance(found, tuple) and found[1] > 150 for found in colours)


def test_the_size_it_has_is_the_picture_itself() -> None:
    image = holed()
    assert resize(image, placed((64, 48), width=64, height=48)) is image
    assert resize(image, job(width=10)) is image  # nothing is in its place yet
