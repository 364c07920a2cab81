"""BMP's headers, and how many rows have to follow."""

import struct

import pytest

from proxy.images.formats.bmp import read
from proxy.model.picture import Facts
from tests.fakes.pictures import STILLS

PLAIN = STILLS["BMP"]
CORE = b"BM" + struct.pack("<I4xIIHHHH", 26 + 8, 26, 12, 2, 2, 1, 8) + bytes(8)


def facts(data: bytes) -> Facts:
    found = read(memoryview(data), 1)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("data", "size"),
    [
        pytest.param(PLAIN, (64, 48), id="bottom row first"),
        pytest.param(
            PLAIN[:22] + struct.pack("<i", -48) + PLAIN[26:], (64, 48), id="top row first"
        ),
        pytest.param(CORE, (2, 2), id="the old header"),
    ],
)
def test_size(data: bytes, size: tuple[int, int]) -> None:
    assert (facts(data).width, facts(data).height) == size
    assert facts(data).whole
    assert not facts(data[:-1]).whole


def test_packed_rows_end_where_the_header_says() -> None:
    packed = PLAIN[:30] + struct.pack("<I", 1) + PLAIN[34:]
    assert facts(packed).whole
    assert not facts(packed[:-1]).whole


def test_an_impossible_header_is_none() -> None:
    assert read(memoryview(PLAIN[:14] + struct.pack("<I", 13) + PLAIN[18:]), 1) is None
