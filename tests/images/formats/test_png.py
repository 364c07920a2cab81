"""PNG's chunks: frames really there, transparency, metadata, the end."""

import struct
import zlib

import pytest
from PIL.PngImagePlugin import PngInfo

from proxy.images.formats.png import read
from proxy.model.picture import Facts
from tests.fakes.pictures import STILLS, animated, oriented, quadrants, saved

PLAIN = STILLS["PNG"]
XMP = PngInfo()
XMP.add_itxt("XML:com.adobe.xmp", "<x/>")
COMMENT = PngInfo()
COMMENT.add_text("Comment", "hello")


def facts(data: bytes, max_frames: int = 256) -> Facts:
    found = read(memoryview(data), max_frames)
    assert found is not None
    return found


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_frames_are_counted_not_believed() -> None:
    data = animated("PNG", 5)
    at = data.index(b"acTL")
    lying = data[: at + 4] + (1 << 31).to_bytes(4, "big") + data[at + 8 :]
    assert facts(lying).frames == 5
    assert facts(lying, max_frames=3).frames == 4
    assert facts(data.replace(b"acTL", b"abCD")).frames == 1


@pytest.mark.parametrize(
    ("name", "alpha"),
    [
        ("PNG", False),
        ("PNG with alpha", True),
        ("palette PNG", False),
        ("palette PNG with a transparent colour", True),
        ("grey PNG with alpha", True),
    ],
)
def test_alpha(name: str, alpha: bool) -> None:  # noqa: FBT001  # a table
    assert facts(STILLS[name]).alpha is alpha


@pytest.mark.parametrize(
    ("data", "metadata"),
    [
        pytest.param(PLAIN, False, id="nothing"),
        pytest.param(oriented("PNG", 6), True, id="EXIF"),
        pytest.param(saved(quadrants(), "PNG", pnginfo=XMP), True, id="XMP"),
        pytest.param(saved(quadrants(), "PNG", pnginfo=COMMENT), False, id="a comment"),
    ],
)
def test_metadata(data: bytes, metadata: bool) -> None:  # noqa: FBT001  # a table
    assert facts(data).metadata is metadata


def test_every_shorter_beginning_is_not_whole() -> None:
    assert facts(PLAIN).whole
    assert facts(PLAIN + b"more").whole
    assert not any(facts(PLAIN[:length]).whole for length in range(33, len(PLAIN)))


def test_ten_thousands_of_chunks_are_not_walked() -> None:
    many = PLAIN[:33] + chunk(b"abCD") * 30_000 + chunk(b"tRNS", b"\0\0") + PLAIN[33:]
    assert facts(many).whole  # by its last twelve bytes
    assert not facts(many).alpha
