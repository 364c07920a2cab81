"""AVIF's boxes: size, turns, alpha, frames, the end."""

import pytest

from proxy.images.formats.avif import read
from proxy.model.picture import Facts
from tests.fakes.pictures import STILLS, animated, exif, oriented, quadrants, saved

PLAIN = STILLS["AVIF"]


def facts(data: bytes, max_frames: int = 256) -> Facts:
    found = read(memoryview(data), max_frames)
    assert found is not None
    return found


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_and_mirrors_are_an_orientation(orientation: int) -> None:
    found = facts(oriented("AVIF", orientation))
    assert found.orientation == orientation
    assert found.upright == (64, 48)


def test_alpha_is_an_auxiliary_item() -> None:
    assert not facts(PLAIN).alpha
    assert facts(STILLS["AVIF with alpha"]).alpha


def test_frames_are_counted_up_to_the_bound() -> None:
    assert facts(PLAIN).frames == 1
    moving = animated("AVIF", 5)
    assert facts(moving).frames == 5
    assert facts(moving, max_frames=3).frames == 4


def test_metadata_is_an_item() -> None:
    assert not facts(PLAIN).metadata
    camera = exif(6)
    camera[271] = "Maker"
    assert facts(saved(quadrants(), "AVIF", exif=camera)).metadata
    assert facts(saved(quadrants(), "AVIF", xmp=b"<x/>")).metadata


def test_a_cut_one_is_not_whole() -> None:
    assert facts(PLAIN).whole
    assert facts(PLAIN + b"more, and no box").whole
    assert not facts(PLAIN[:-1]).whole
    assert not facts(PLAIN[: PLAIN.index(b"mdat") - 4]).whole


def test_heic_is_none() -> None:
    assert read(memoryview(PLAIN.replace(b"avif", b"heic")), 256) is None


def test_a_lying_size_is_reported_as_it_lies() -> None:
    at = PLAIN.index(b"ispe") + 8
    found = facts(PLAIN[:at] + b"\x7f\xff\xff\xff" * 2 + PLAIN[at + 8 :])
    assert found.width == found.height == 0x7FFFFFFF
