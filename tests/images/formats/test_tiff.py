"""TIFF's first directory."""

import pytest

from proxy.images.formats.tiff import read
from proxy.model.picture import Facts
from tests.fakes.pictures import STILLS, holed, oriented, quadrants, saved


def facts(data: bytes) -> Facts:
    found = read(memoryview(data), 1)
    assert found is not None
    return found


@pytest.mark.parametrize("orientation", range(1, 9))
def test_sides_are_as_stored(orientation: int) -> None:
    found = facts(oriented("TIFF", orientation))
    assert found.orientation == orientation
    assert found.upright == (64, 48)


def test_pages_are_no_frames() -> None:
    pages = saved(quadrants(), "TIFF", save_all=True, append_images=[quadrants()])
    assert facts(pages).frames == 1


def test_alpha_is_an_extra_sample() -> None:
    assert not facts(STILLS["TIFF"]).alpha
    assert facts(saved(holed(), "TIFF")).alpha


@pytest.mark.parametrize("name", ["TIFF", "deflated TIFF"])
def test_the_directory_has_to_be_there(name: str) -> None:
    data = STILLS[name]
    assert facts(data).whole
    length = len(data)
    moved = data[:4] + (length - 1).to_bytes(4, "little")
    assert read(memoryview(moved + data[8:]), 1) is None


def test_a_place_is_metadata() -> None:
    assert not facts(STILLS["TIFF"]).metadata
    assert facts(saved(quadrants(), "TIFF", tiffinfo={700: b"<x/>"})).metadata


def test_a_strip_past_the_end_is_not_whole() -> None:
    data = saved(quadrants(), "TIFF", tiffinfo={278: 48})
    at = data.index((279).to_bytes(2, "little")) + 8  # the length of the one strip
    assert facts(data).whole
    assert not facts(data[:at] + (1 << 20).to_bytes(4, "little") + data[at + 4 :]).whole
