"""ThumbHash: as the package makes it where that can, and with transparency."""

import random
import re

import pytest

from proxy.images.thumbhash import encode

RED, CLEAR = bytes([200, 30, 30, 255]), bytes(4)


def noise(width: int, height: int, *, clear: bool) -> bytes:
    """Return RGBA pixels; the same every time."""
    dice = random.Random(width * height)  # noqa: S311
    pixels = bytearray(dice.randbytes(4 * width * height))
    if not clear:
        pixels[3::4] = b"\xff" * (width * height)
    return bytes(pixels)


@pytest.mark.parametrize(
    ("width", "height"), [(32, 24), (24, 32), (100, 7), (1, 32), (32, 1), (1, 1)]
)
def test_opaque_pixels_give_what_the_package_gives(width: int, height: int) -> None:
    package = pytest.importorskip("thumbhash", reason="the package thumbhash is absent")
    pixels = noise(width, height, clear=False)
    assert encode(width, height, pixels) == bytes(
        package.rgba_to_thumb_hash(width, height, list(pixels))
    )


@pytest.mark.parametrize(
    ("width", "height", "length"), [(32, 24, 25), (24, 32, 25), (16, 16, 25), (32, 1, 23)]
)
def test_transparency_is_told(width: int, height: int, length: int) -> None:
    found = encode(width, height, noise(width, height, clear=True))
    assert found[2] & 0x80
    assert len(found) == length
    assert (found[4] & 0x80 > 0) == (width > height)
    assert 6 <= found[5] & 15 <= 9  # the mean of the alpha, 0 to 15


def test_half_a_picture_is_clear() -> None:
    found = encode(8, 8, (RED * 4 + CLEAR * 4) * 8)
    assert found[5] & 15 == 8
    plain = encode(8, 8, RED * 64)
    mean, mean_plain = (int.from_bytes(each[:3], "little") & 0x3FFFF for each in (found, plain))
    assert mean == mean_plain  # what is clear has the colour of what is not


@pytest.mark.parametrize("pixel", [RED, CLEAR, b"\xff\xff\xff\xff"], ids=["red", "clear", "white"])
def test_a_plain_picture_has_no_waves(pixel: bytes) -> None:
    found = encode(4, 4, pixel * 16)
    assert len(found) > 5
    assert found[3] >> 3 == 0


def test_a_large_picture_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape("101×1")):
        encode(101, 1, RED * 101)
