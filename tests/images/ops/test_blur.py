"""The Gaussian: as wide as asked, and clear pixels lend no colour."""

from math import erf, sqrt
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images.ops.blur import blur, gaussian
from tests.fakes.jobs import job
from tests.fakes.pictures import alike, holed, quadrants


@pytest.mark.parametrize("sigma", [1.0, 2.5, 6.0])
def test_an_edge_fades_as_the_gaussian_does(sigma: float) -> None:
    edge = Image.new("L", (100, 4), 0)
    edge.paste(255, (50, 0, 100, 4))
    row = blur(edge, job(blur=sigma)).tobytes()[:100]
    for x in range(30, 70):
        wanted = 255 * (1 + erf((x + 0.5 - 50) / sigma / sqrt(2))) / 2
        assert abs(row[x] - wanted) < 8


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_without_a_wish_the_picture_is_the_same(mode: str) -> None:
    image = quadrants(mode=mode)
    assert blur(image, job()) is image


def test_clear_pixels_lend_no_colour() -> None:
    image = Image.new("RGBA", (40, 10), (0, 0, 0, 0))
    image.paste((200, 100, 50, 255), (20, 0, 40, 10))
    made = blur(image, job(blur=3.0))
    found = made.getpixel((19, 5))
    assert isinstance(found, tuple)
    assert 60 < found[3] < 200
    assert alike(found[:3], (200, 100, 50), tolerance=4)


@given(st.sampled_from(["L", "LA", "RGB", "RGBA"]), st.floats(0.001, 1000.0))
def test_size_and_mode_stay(mode: str, sigma: float) -> None:
    image = holed(9, 7).convert(mode)
    image.info["kept"] = True
    before = image.tobytes()
    made = blur(image, job(blur=sigma))
    assert (made.mode, made.size, made.info) == (mode, (9, 7), image.info)
    assert image.tobytes() == before


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1)])
def test_the_smallest_pictures(size: tuple[int, int]) -> None:
    assert gaussian(Image.new("RGBA", size), 1000.0).size == size


@pytest.mark.slow
def test_the_largest_sigma_costs_as_little_as_a_small_one() -> None:
    image = Image.new("RGB", (2000, 1000), (1, 2, 3))
    spent = []
    for sigma in (2.0, 1000.0):
        began = process_time()
        gaussian(image, sigma)
        spent.append(process_time() - began)
    assert spent[1] < 5 * spent[0] + 0.1
