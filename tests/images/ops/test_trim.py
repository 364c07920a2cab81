"""Edges of one colour are found, whatever the mode; a plain picture stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images.ops.trim import kept
from proxy.model.colour import Colour
from proxy.model.transform import Trim
from tests.fakes.pictures import RED, WHITE

BOX = (10, 5, 40, 30)


def framed(mode: str = "RGB", edge: tuple[int, ...] = WHITE) -> Image.Image:
    image = Image.new("RGB" if len(edge) == 3 else "RGBA", (64, 48), edge)
    image.paste(RED, BOX)
    return image.convert(mode)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
def test_what_is_within_stays(mode: str) -> None:
    assert kept(framed(mode), Trim()) == BOX


@pytest.mark.parametrize(
    ("edge", "trim", "left"),
    [
        pytest.param((250, 250, 250), Trim(colour=Colour(255, 255, 255)), BOX, id="near a colour"),
        pytest.param(
            (240, 250, 250), Trim(colour=Colour(255, 255, 255)), (0, 0, 64, 48), id="too far off"
        ),
        pytest.param(
            (240, 250, 250), Trim(colour=Colour(255, 255, 255), tolerance=15), BOX, id="just so far"
        ),
        pytest.param(WHITE, Trim(colour=Colour(*RED)), (0, 0, 64, 48), id="another colour"),
        pytest.param(WHITE, Trim(tolerance=255), (0, 0, 64, 48), id="everything is alike"),
        pytest.param((9, 9, 9, 0), Trim(), BOX, id="clear edges"),
        pytest.param((9, 9, 9, 0), Trim(colour=Colour(0, 0, 0, 0)), BOX, id="clear asked for"),
    ],
)
def test_the_colour_and_how_far_from_it(
    edge: tuple[int, ...], trim: Trim, left: tuple[int, ...]
) -> None:
    assert kept(framed("RGBA", edge), trim) == left


def test_all_that_is_clear_is_alike() -> None:
    image = framed("RGBA", (0, 0, 0, 0))
    image.paste((200, 90, 10, 0), (0, 40, 64, 48))
    assert kept(image, Trim()) == BOX


def test_one_pixel_that_differs_is_enough() -> None:
    image = Image.new("L", (30, 30), 255)
    image.putpixel((7, 8), 0)
    assert kept(image, Trim()) == (7, 8, 8, 9)


@given(st.binary(min_size=48, max_size=48), st.integers(0, 255))
def test_all_beyond_the_box_is_within_the_tolerance(pixels: bytes, tolerance: int) -> None:
    image = Image.frombytes("L", (8, 6), pixels)
    left, top, right, bottom = kept(image, Trim(tolerance=tolerance))
    assert 0 <= left < right <= 8
    assert 0 <= top < bottom <= 6
    if (left, top, right, bottom) != (0, 0, 8, 6):
        assert all(
            abs(pixels[y * 8 + x] - pixels[0]) <= tolerance
            for x in range(8)
            for y in range(6)
            if not (left <= x < right and top <= y < bottom)
        )
