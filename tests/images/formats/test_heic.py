"""HEIC's boxes: the size that is shown once the decoder has cut and turned, alpha, the end."""

import struct

import pytest

from proxy.images.formats.heic import read
from proxy.model.picture import Facts, Format
from tests.fakes.pictures import STILLS, holed, quadrants
from tests.fakes.rare import heic
from tests.images.formats.test_heif import SIZE, box, meta


def facts(data: bytes) -> Facts:
    found = read(memoryview(data), 256)
    assert found is not None
    return found


def file(*properties: bytes, brands: bytes = b"heic\0\0\0\0mif1") -> bytes:
    return box(b"ftyp", brands) + box(b"meta", bytes(4) + meta(*properties)) + box(b"mdat", b"x")


@pytest.mark.parametrize(
    "brands",
    [b"heic\0\0\0\0mif1heic", b"heix\0\0\0\0", b"mif1\0\0\0\0heic", b"msf1\0\0\0\0hevc"],
    ids=repr,
)
def test_the_brand_tells(brands: bytes) -> None:
    found = facts(file(SIZE, brands=brands))
    assert (found.format, found.width, found.height) == (Format.HEIC, 64, 48)
    assert found.whole


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(STILLS["AVIF"], id="AVIF"),
        pytest.param(file(SIZE, brands=b"mif1\0\0\0\0avif"), id="AVIF under a general brand"),
        pytest.param(file(SIZE, brands=b"isom\0\0\0\0mp42"), id="a film"),
        pytest.param(file(), id="no size"),
    ],
)
def test_what_is_none(data: bytes) -> None:
    assert read(memoryview(data), 256) is None


def test_the_sides_are_as_the_decoder_turns_them() -> None:
    found = facts(file(SIZE, box(b"irot", b"\1")))
    assert (found.width, found.height, found.orientation) == (48, 64, 1)


@pytest.mark.parametrize(
    ("coded", "shown", "stated"),
    [
        pytest.param((64, 64), (64, 48), (64, 48), id="padding is cut off"),
        pytest.param((40_000, 40_000), (10, 10), (40_000, 40_000), id="a bomb is not hidden by it"),
        pytest.param((64, 48), (6400, 4800), (64, 48), id="larger than the picture"),
    ],
)
def test_the_clean_aperture(
    coded: tuple[int, int], shown: tuple[int, int], stated: tuple[int, int]
) -> None:
    size = box(b"ispe", bytes(4) + struct.pack(">II", *coded))
    clap = box(b"clap", struct.pack(">4I", shown[0], 1, shown[1], 1) + bytes(16))
    found = facts(file(size, clap))
    assert (found.width, found.height) == stated


def test_a_real_one() -> None:
    found = facts(heic(quadrants()))
    assert (found.width, found.height, found.alpha, found.whole) == (64, 48, False, True)
    assert not found.metadata
    assert facts(heic(holed())).alpha
    assert facts(heic(quadrants(), orientation=6)).metadata
    assert not facts(heic(quadrants())[:-1]).whole
