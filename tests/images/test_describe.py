"""What /info/ says of a picture: every format, colours, hashes, refusals."""

import json
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from proxy.errors import NotDecodable, PictureError, TooManyFrames, TooManyPixels
from proxy.images.describe import describe
from proxy.images.limits import Limits
from tests.fakes.pictures import (
    STILLS,
    animated,
    gif_of_dots,
    holed,
    oriented,
    png_header,
    quadrants,
    saved,
)
from tests.fakes.rare import heic, jxl

LIMITS = Limits(max_pixels=1_000_000, max_frames=256, deadline_s=5.0)
KEYS = (
    "width", "height", "format", "frames", "bytes", "orientation", "alpha", "dominant",
    "thumbhash", "blurhash",
)  # fmt: skip
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'><rect width='9'/></svg>"


def described(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(describe(data, LIMITS))
    assert tuple(found) == KEYS
    return found


def near(hexed: str, colour: tuple[int, int, int]) -> bool:
    """Tell whether "#rrggbb" looks like a colour."""
    found = bytes.fromhex(hexed.removeprefix("#"))
    return all(abs(a - b) < 24 for a, b in zip(found, colour, strict=True))


@pytest.mark.parametrize("name", STILLS)
def test_every_class_is_described(name: str) -> None:
    found = described(STILLS[name])
    assert (found["width"], found["height"], found["frames"]) == (64, 48, 1)
    assert found["bytes"] == len(STILLS[name])
    assert found["format"] in name.lower().split()
    assert found["orientation"] == 1
    assert isinstance(found["alpha"], bool)
    assert 20 <= len(b64decode(found["thumbhash"], validate=True)) <= 26
    assert len(found["blurhash"]) == 28
    assert found["blurhash"][0] == "L"  # 4 × 3 components


@pytest.mark.parametrize("make", [heic, jxl])
def test_formats_of_the_extras_are_described(make: Any) -> None:  # noqa: ANN401  # either maker
    found = described(make(quadrants()))
    assert (found["width"], found["height"], found["orientation"]) == (64, 48, 1)
    assert found["blurhash"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_sides_are_upright_and_hashes_do_not_depend_on_how_it_is_stored(orientation: int) -> None:
    found = described(oriented("PNG", orientation))
    assert (found["width"], found["height"], found["orientation"]) == (64, 48, orientation)
    upright = described(oriented("PNG", 1))
    assert (found["thumbhash"], found["blurhash"]) == (upright["thumbhash"], upright["blurhash"])


def test_svg_is_described_without_being_drawn() -> None:
    found = described(SVG)
    assert [found[key] for key in KEYS[:5]] == [40, 30, "svg", 1, len(SVG)]
    assert all(found[key] is None for key in KEYS[5:])


def _painted(shares: dict[tuple[int, int, int], int]) -> bytes:
    """Return a picture of 100 columns, so many of each colour."""
    image, left = Image.new("RGB", (100, 60)), 0
    for colour, columns in shares.items():
        image.paste(colour, (left, 0, left + columns, 60))
        left += columns
    return saved(image, "PNG")


@pytest.mark.parametrize(
    ("shares", "colour"),
    [
        pytest.param({(200, 30, 30): 100}, (200, 30, 30), id="one colour"),
        pytest.param({(250, 250, 250): 60, (20, 20, 160): 40}, (250, 250, 250), id="not the mean"),
        pytest.param(
            {(0, 160, 60): 40, (200, 30, 30): 30, (20, 20, 160): 30}, (0, 160, 60), id="of three"
        ),
    ],
)
def test_the_dominant_colour(
    shares: dict[tuple[int, int, int], int], colour: tuple[int, int, int]
) -> None:
    assert near(described(_painted(shares))["dominant"], colour)


def test_what_is_clear_has_no_colour() -> None:
    assert described(saved(Image.new("RGBA", (9, 9)), "PNG"))["dominant"] is None
    mostly = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    mostly.paste((20, 20, 160, 255), (0, 0, 30, 100))
    assert near(described(saved(mostly, "PNG"))["dominant"], (20, 20, 160))
    assert described(saved(holed(), "PNG"))["alpha"]


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_an_animation_is_its_first_frame(kind: str) -> None:
    found = described(animated(kind))
    assert found["frames"] == 3
    assert near(found["dominant"], (200, 30, 30))


@pytest.mark.parametrize("size", [(1, 1), (300, 1), (1, 300)])
def test_thin_pictures_are_described(size: tuple[int, int]) -> None:
    found = described(saved(Image.new("RGB", size, "red"), "PNG"))
    assert (found["width"], found["height"]) == size


def test_the_same_bytes_are_described_the_same() -> None:
    assert describe(STILLS["WebP"], LIMITS) == describe(STILLS["WebP"], LIMITS)


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        pytest.param(b"text", NotDecodable, id="no picture"),
        pytest.param(STILLS["PNG"][:150], NotDecodable, id="cut short"),
        pytest.param(SVG[:-1], NotDecodable, id="an SVG cut short"),
        pytest.param(png_header(2000, 2000), TooManyPixels, id="too large"),
        pytest.param(gif_of_dots(257), TooManyFrames, id="too many frames"),
    ],
)
def test_refusals_are_the_pipelines(data: bytes, failure: type[PictureError]) -> None:
    with pytest.raises(failure):
        describe(data, LIMITS)


@pytest.mark.slow
@settings(max_examples=50)
@given(
    seed=st.sampled_from(list(STILLS.values())),
    changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=9),
)
def test_damage_is_described_or_refused(seed: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(seed)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        described(bytes(data))
    except PictureError:
        return
