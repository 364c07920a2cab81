"""JPEG XL's header, bit by bit, bare and in boxes."""

import struct
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images.formats.jxl import read, without_jpeg
from proxy.model.picture import Facts
from tests.fakes.pictures import holed, quadrants, saved
from tests.fakes.rare import jxl

SIGNATURE = b"\0\0\0\x0cJXL \r\n\x87\n"


def facts(data: bytes) -> Facts:
    found = read(memoryview(data), 256)
    assert found is not None
    return found


def bits(*fields: tuple[int, int]) -> bytes:
    """Return a bare codestream of (value, bits) fields."""
    value = at = 0
    for number, length in fields:
        value |= number << at
        at += length
    return b"\xff\x0a" + value.to_bytes(at // 8 + 16, "little")


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


SMALL = ((1, 1), (5, 5), (0, 3), (7, 5))  # 48 high, 64 wide
PLAIN = ((1, 1),)  # all the rest is as usual
ALPHA = ((0, 1), (0, 2), (1, 1), (1, 2), (1, 1))  # 8 bits, one more channel, a default one
SIDEWAYS = ((0, 1), (1, 1), (5, 3))  # extra fields; orientation 6


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        pytest.param((*SMALL, *PLAIN), (64, 48), id="eighths"),
        pytest.param(((1, 1), (5, 5), (3, 3), *PLAIN), (64, 48), id="eighths and a ratio"),
        pytest.param(
            ((0, 1), (0, 2), (99, 9), (0, 3), (1, 2), (999, 13), *PLAIN), (1000, 100), id="pixels"
        ),
        pytest.param(((0, 1), (3, 2), (2**30 - 1, 30), (7, 3), *PLAIN), (2**31, 2**30), id="most"),
        pytest.param((*SMALL, *SIDEWAYS, (0, 3), *ALPHA), (48, 64), id="turned by its decoder"),
    ],
)
def test_size(fields: tuple[tuple[int, int], ...], size: tuple[int, int]) -> None:
    found = facts(bits(*fields))
    assert (found.width, found.height, found.orientation) == (*size, 1)


@pytest.mark.parametrize(
    ("fields", "alpha"),
    [
        pytest.param(PLAIN, False, id="all as usual"),
        pytest.param(((0, 1), (0, 1), *ALPHA), True, id="a default channel"),
        pytest.param(((0, 1), (0, 1), *ALPHA[:-1], (0, 1), (1, 2)), False, id="a channel of depth"),
        pytest.param(((0, 1), (0, 1), *ALPHA[:-2], (0, 2)), False, id="no channel"),
        pytest.param(
            ((0, 1), (0, 1), (1, 1), (1, 2), (5, 4), *ALPHA[2:]), True, id="floats and a channel"
        ),
        pytest.param(
            (
                *(*SIDEWAYS, (1, 1), *SMALL),  # the size to show it at
                *((1, 1), (1, 1), (0, 2), (1, 3)),  # a preview
                *((1, 1), (0, 2), (0, 2), (0, 2), (0, 1)),  # an animation
                *ALPHA,
            ),
            True,
            id="all extra fields before it",
        ),
    ],
)
def test_alpha(fields: tuple[tuple[int, int], ...], alpha: bool) -> None:  # noqa: FBT001  # a column
    assert facts(bits(*SMALL, *fields)).alpha is alpha


def test_boxes_tell_the_end_and_the_metadata() -> None:
    stream = bits(*SMALL, *PLAIN)
    whole = SIGNATURE + box(b"ftyp", b"jxl \0\0\0\0jxl ") + box(b"jxlc", stream)
    assert facts(whole).whole
    assert not facts(whole).metadata
    assert facts(whole + box(b"Exif", bytes(8))).metadata
    assert not facts(whole[:-1]).whole
    first = SIGNATURE + box(b"jxlp", bytes(4) + stream[:3])
    parts = first + box(b"jxlp", b"\x80\0\0\1" + stream[3:])
    assert (facts(parts).width, facts(parts).whole) == (64, True)
    assert not facts(SIGNATURE + box(b"jxlp", bytes(4) + stream)).whole


@pytest.mark.parametrize("data", [b"", b"\xff", SIGNATURE, SIGNATURE + box(b"jxlc", b"x")], ids=len)
def test_what_is_none(data: bytes) -> None:
    assert read(memoryview(data), 256) is None


@pytest.mark.parametrize("boxed", [False, True], ids=["bare", "boxed"])
def test_a_real_one(*, boxed: bool) -> None:
    found = facts(jxl(quadrants(), boxed=boxed))
    assert (found.width, found.height, found.alpha, found.whole) == (64, 48, False, True)
    assert facts(jxl(holed(), boxed=boxed)).alpha


def test_the_jpeg_inside_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    pytest.importorskip("pillow_jxl", reason="the extra jxl is absent")
    path = tmp_path / "original.jpg"
    path.write_bytes(saved(quadrants(), "JPEG"))
    out = BytesIO()
    with Image.open(path) as original:
        original.save(out, "JXL", lossless_jpeg=True)
    data = out.getvalue()
    assert without_jpeg(data) == data.replace(b"jbrd", b"skip", 1) != data
    bare = jxl(quadrants())
    assert without_jpeg(bare) == bare


@given(st.binary(max_size=80))
def test_hostile_bits_raise_nothing_but_what_the_sniffer_expects(data: bytes) -> None:
    try:
        found = read(memoryview(b"\xff\x0a" + data), 256)
    except IndexError:
        return
    assert found is not None
    assert min(found.width, found.height) > 0 or found.width == 0


@given(st.binary(max_size=80))
def test_hostile_boxes_stay_as_long_as_they_are(data: bytes) -> None:
    hostile = SIGNATURE + data + box(b"jbrd", b"x")
    assert len(without_jpeg(hostile)) == len(hostile)
