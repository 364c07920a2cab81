"""Twin of proxy/mirror/rewrite/placeholder.py.

The package thumbhash is no oracle here: 0.1.2 draws every pixel as the first.
"""

from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images import thumbhash
from proxy.mirror.rewrite.placeholder import background
from tests.fakes.pictures import BLUE, GREEN, RED, WHITE, quadrants

COLOURS = [RED, GREEN, BLUE, WHITE]


def info(hashed: bytes, **more: object) -> dict[str, object]:
    return {
        "alpha": False,
        "dominant": "#112233",
        "thumbhash": b64encode(hashed).decode(),
        **more,
    }


def hash_of(width: int, height: int) -> bytes:
    return thumbhash.encode(width, height, quadrants(width, height, "RGBA").tobytes())


def drawn(css: str) -> Image.Image:
    data = css.partition("base64,")[2].partition(")")[0]
    return Image.open(BytesIO(b64decode(data))).convert("RGB")


@pytest.mark.parametrize(("width", "height"), [(32, 24), (24, 32), (32, 32)])
def test_the_corners_have_the_colours_of_the_picture(width: int, height: int) -> None:
    css = background(info(hash_of(width, height)))
    assert css is not None
    assert css.startswith("#112233 url(data:image/png;base64,")
    assert len(css) < 450
    small = drawn(css)
    right, bottom = small.width - 1, small.height - 1
    corners = [(0, 0), (right, 0), (0, bottom), (right, bottom)]
    nearest = [
        min(COLOURS, key=lambda colour: sum(abs(a - b) for a, b in zip(colour, seen, strict=True)))
        for seen in (rgb(small, corner) for corner in corners)
    ]
    assert nearest == COLOURS


def rgb(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    seen = image.getpixel(at)
    assert isinstance(seen, tuple)
    return seen


@pytest.mark.parametrize(
    ("told", "css"),
    [
        pytest.param(info(hash_of(8, 8), alpha=True), None, id="clear in parts"),
        pytest.param(info(hash_of(8, 8), alpha=None), None, id="not seen"),
        pytest.param(info(hash_of(8, 8), dominant="red;x:url(//h)"), None, id="no colour"),
        pytest.param({}, None, id="nothing known"),
        pytest.param(info(b""), "#112233", id="no hash"),
        pytest.param(info(hash_of(8, 8)[:-4]), "#112233", id="half a hash"),
        pytest.param(info(b"", thumbhash="?"), "#112233", id="no base64"),
    ],
)
def test_what_cannot_be_drawn(told: dict[str, object], css: str | None) -> None:
    assert background(told) == css


@given(hashed=st.binary(max_size=40))
def test_any_bytes_are_a_colour_or_a_picture(hashed: bytes) -> None:
    css = background(info(hashed))
    assert css is not None
    assert css == "#112233" or max(drawn(css).size) == 8
