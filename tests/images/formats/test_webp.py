"""WebP's three forms, its frames and its end."""

import pytest

from proxy.images.formats.webp import read
from proxy.model.picture import Facts
from tests.fakes.pictures import STILLS, animated, holed, oriented, quadrants, saved

PLAIN = STILLS["WebP"]


def facts(data: bytes, max_frames: int = 256) -> Facts:
    found = read(memoryview(data), max_frames)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("data", "alpha"),
    [
        pytest.param(PLAIN, False, id="lossy"),
        pytest.param(saved(quadrants(), "WEBP", lossless=True), False, id="lossless"),
        pytest.param(STILLS["lossless WebP with alpha"], True, id="lossless with alpha"),
        pytest.param(saved(holed(), "WEBP"), True, id="extended, lossy with alpha"),
        pytest.param(animated("WEBP"), False, id="extended, moving"),
    ],
)
def test_size_and_alpha(data: bytes, alpha: bool) -> None:  # noqa: FBT001  # a table
    found = facts(data)
    assert (found.width, found.height, found.alpha) == (64, 48, alpha)


def test_frames_are_counted_up_to_the_bound() -> None:
    moving = animated("WEBP", 5)
    assert facts(moving).frames == 5
    assert facts(moving, max_frames=3).frames == 4


def test_an_orientation_is_found_with_and_without_the_prefix_of_jpeg() -> None:
    data = oriented("WEBP", 6)
    at = data.index(b"EXIF")
    body = data[at + 8 :]
    bare = body.removeprefix(b"Exif\0\0")
    for form in (bare, b"Exif\0\0" + bare):
        chunk = b"EXIF" + len(form).to_bytes(4, "little") + form
        riff = data[8:at] + chunk
        found = facts(b"RIFF" + len(riff).to_bytes(4, "little") + riff)
        assert (found.orientation, found.metadata) == (6, True)


def test_the_end_is_where_riff_says() -> None:
    assert facts(PLAIN).whole
    assert facts(PLAIN + b"more").whole
    assert not facts(PLAIN[:-1]).whole
    assert not facts(PLAIN[:4] + b"\xff\xff\xff\x7f" + PLAIN[8:]).whole
