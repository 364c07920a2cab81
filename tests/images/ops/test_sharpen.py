"""The unsharp mask: edges stand out, plains and alpha stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images.ops.sharpen import sharpen
from tests.fakes.jobs import job
from tests.fakes.pictures import alike, holed, quadrants


def test_an_edge_overshoots_on_both_sides() -> None:
    edge = Image.new("L", (40, 4), 100)
    edge.paste(150, (20, 0, 40, 4))
    row = sharpen(edge, job(sharpen=1.5)).tobytes()[:40]
    assert row[19] < 90
    assert row[20] > 160
    assert (row[2], row[37]) == (100, 150)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_without_a_wish_the_picture_is_the_same(mode: str) -> None:
    image = quadrants(mode=mode)
    assert sharpen(image, job()) is image


def test_clear_pixels_make_no_rim() -> None:
    image = Image.new("RGBA", (40, 10), (0, 0, 0, 0))
    image.paste((120, 100, 50, 255), (20, 0, 40, 10))
    found = sharpen(image, job(sharpen=3.0)).getpixel((20, 5))
    assert isinstance(found, tuple)
    assert alike(found, (120, 100, 50, 255), tolerance=4)


@given(st.sampled_from(["L", "LA", "RGB", "RGBA"]), st.floats(0.001, 10.0))
def test_size_mode_and_alpha_stay(mode: str, sigma: float) -> None:
    image = holed(9, 7).convert(mode)
    image.info["kept"] = True
    before = image.tobytes()
    made = sharpen(image, job(sharpen=sigma))
    assert (made.mode, made.size, made.info) == (mode, (9, 7), image.info)
    assert image.tobytes() == before
    if "A" in image.getbands():
        assert made.getchannel("A").tobytes() == image.getchannel("A").tobytes()
