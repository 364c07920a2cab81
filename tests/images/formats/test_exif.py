"""The first directory of a TIFF structure, well and badly formed."""

import struct

import pytest

from proxy.images.formats import exif


def block(order: str, tag: int, kind: int, count: int, value: bytes) -> memoryview:
    magic = b"II*\x00" if order == "<" else b"MM\x00*"
    entry = struct.pack(f"{order}HHI", tag, kind, count) + value.ljust(4, b"\0")
    return memoryview(magic + struct.pack(f"{order}IH", 8, 1) + entry + bytes(4))


LOOP = memoryview(b"II*\x00" + struct.pack("<IH", 8, 0) + struct.pack("<I", 8))


@pytest.mark.parametrize(
    ("data", "orientation"),
    [
        pytest.param(block("<", 274, 3, 1, b"\x06\0"), 6, id="little-endian"),
        pytest.param(block(">", 274, 3, 1, b"\0\x06"), 6, id="big-endian"),
        pytest.param(block("<", 274, 4, 1, b"\x08\0\0\0"), 8, id="written as LONG"),
        pytest.param(block("<", 274, 3, 1, b"\x09\0"), 1, id="nine is no orientation"),
        pytest.param(block("<", 274, 3, 1, b"\0\0"), 1, id="nor is zero"),
        pytest.param(block("<", 274, 2, 1, b"6"), 1, id="nor is a letter"),
        pytest.param(block("<", 274, 3, 9, b"\xff\xff\xff\x7f"), 1, id="a value past the end"),
        pytest.param(block("<", 256, 3, 1, b"\x06\0"), 1, id="another tag"),
        pytest.param(block("<", 274, 3, 1, b"\x06\0")[:16], 1, id="cut inside the entry"),
        pytest.param(LOOP, 1, id="a directory that leads to itself"),
        pytest.param(memoryview(b""), 1, id="nothing"),
        pytest.param(memoryview(b"II*\x00\xff\xff\xff\xff"), 1, id="a directory past the end"),
    ],
)
def test_orientation(data: memoryview, orientation: int) -> None:
    assert exif.orientation(data) == orientation


def test_values_that_lie_elsewhere_are_found() -> None:
    values = struct.pack("<3H", 7, 8, 9)
    head = block("<", 258, 3, 3, struct.pack("<I", 26))
    directory = exif.first_directory(memoryview(bytes(head) + values))
    assert directory is not None
    assert directory.values(258) == (7, 8, 9)
    assert directory.values(1) == ()
