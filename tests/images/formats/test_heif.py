"""What AVIF and HEIC share: the top, the primary item's properties, hostile boxes."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.images.formats.heif import has_alpha, has_metadata, primary, read_top
from tests.fakes.pictures import STILLS, oriented

PLAIN = STILLS["AVIF"]


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def meta(*properties: bytes) -> bytes:
    """Return a meta box's inside whose primary item has these properties, in order."""
    numbers = bytes(range(1, len(properties) + 1))
    entries = struct.pack(">II", 0, 1) + struct.pack(">HB", 1, len(numbers)) + numbers
    held = box(b"iprp", box(b"ipco", b"".join(properties)) + box(b"ipma", entries))
    return box(b"pitm", bytes(4) + b"\0\1") + held


SIZE = box(b"ispe", bytes(4) + struct.pack(">II", 64, 48))


def test_the_top_says_brands_and_whether_the_end_is_there() -> None:
    top = read_top(memoryview(PLAIN))
    assert top is not None
    assert b"avif" in top.brands
    assert top.whole
    assert primary(top.meta).size == (64, 48)
    assert not has_alpha(top.meta, top.moov)
    assert not has_metadata(top.meta)
    cut = read_top(memoryview(PLAIN[:-1]))
    assert cut is not None
    assert not cut.whole


@pytest.mark.parametrize("data", [b"", b"\0\0\0\x08moov", PLAIN[:20]], ids=len)
def test_without_a_beginning_there_is_no_top(data: bytes) -> None:
    assert read_top(memoryview(data)) is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turns_and_mirrors_are_an_orientation(orientation: int) -> None:
    top = read_top(memoryview(oriented("AVIF", orientation)))
    assert top is not None
    assert primary(top.meta).orientation == orientation


@pytest.mark.parametrize(
    ("aperture", "cut"),
    [
        pytest.param((60, 1, 40, 1), (60, 40), id="whole numbers"),
        pytest.param((121, 2, 81, 2), (60, 40), id="fractions"),
        pytest.param((60, 0, 40, 1), None, id="divided by nothing"),
    ],
)
def test_a_clean_aperture_cuts(aperture: tuple[int, ...], cut: tuple[int, int] | None) -> None:
    clap = box(b"clap", struct.pack(">4I", *aperture) + bytes(16))
    found = primary(memoryview(meta(SIZE, clap)))
    assert (found.size, found.cut) == ((64, 48), cut)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", id="MIAF's name"),
        pytest.param(b"urn:mpeg:hevc:2015:auxid:1\0", id="HEVC's name"),
    ],
)
def test_alpha_is_an_auxiliary_item(name: bytes) -> None:
    held = memoryview(meta(SIZE, box(b"auxC", bytes(4) + name)))
    assert has_alpha(held, memoryview(b""))
    depth = memoryview(meta(SIZE, box(b"auxC", bytes(4) + b"urn:mpeg:hevc:2015:auxid:2\0")))
    assert not has_alpha(depth, memoryview(b""))


@given(
    changes=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=8),
)
def test_damage_raises_nothing_but_what_the_sniffer_expects(
    changes: list[tuple[int, int]],
) -> None:
    data = bytearray(PLAIN)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        top = read_top(memoryview(bytes(data)))
        if top is not None:
            assert 1 <= primary(top.meta).orientation <= 8
            assert has_alpha(top.meta, top.moov) in (True, False)
            assert has_metadata(top.meta) in (True, False)
    except (struct.error, IndexError):
        pass
