"""JPEG's markers: where a picture really ends, and what its segments tell."""

import pytest

from proxy.images.formats.jpeg import read
from proxy.images.sniff import sniff
from proxy.model.picture import Facts
from tests.fakes.pictures import STILLS, exif, oriented, quadrants, saved

PLAIN = STILLS["JPEG"]
WITH_THUMBNAIL = (
    PLAIN[:2]
    + b"\xff\xe1"
    + (len(PLAIN) + 8).to_bytes(2, "big")
    + (b"Exif\0\0" + PLAIN)
    + PLAIN[2:]
)
XMP = b"\xff\xe1\0\x20http://ns.adobe.com/xap/1.0/\0\0"


def facts(data: bytes) -> Facts:
    found = read(memoryview(data), 256)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("data", "whole"),
    [
        pytest.param(PLAIN, True, id="baseline"),
        pytest.param(STILLS["progressive JPEG"], True, id="ten scans"),
        pytest.param(PLAIN + b"PK\x03\x04", True, id="bytes after the end"),
        pytest.param(PLAIN[:-2], False, id="no end marker"),
        pytest.param(PLAIN[:-1], False, id="half an end marker"),
        pytest.param(PLAIN[: len(PLAIN) // 2], False, id="cut in the middle"),
        pytest.param(WITH_THUMBNAIL, True, id="a thumbnail in EXIF"),
        pytest.param(WITH_THUMBNAIL[:-2], False, id="only the thumbnail has its end"),
        pytest.param(PLAIN[:20] + b"junk\0" + PLAIN[20:], True, id="junk between segments"),
    ],
)
def test_the_end_is_found_by_walking(data: bytes, whole: bool) -> None:  # noqa: FBT001  # a table
    assert facts(data).whole is whole
    assert (facts(data).width, facts(data).height) == (64, 48)


def test_every_shorter_beginning_is_not_whole() -> None:
    data = STILLS["progressive JPEG"]
    found = [sniff(data[:length]) for length in range(3, len(data))]
    assert not any(seen.whole for seen in found if seen)
    assert found[-1] is not None


@pytest.mark.parametrize(
    ("data", "orientation", "metadata"),
    [
        pytest.param(PLAIN, 1, False, id="nothing"),
        pytest.param(oriented("JPEG", 6), 6, True, id="EXIF with an orientation"),
        pytest.param(saved(quadrants(), "JPEG", exif=exif(9)), 1, True, id="EXIF with nonsense"),
        pytest.param(PLAIN[:2] + XMP + PLAIN[2:], 1, True, id="XMP"),
        pytest.param(
            PLAIN[:2] + b"\xff\xed\0\x12Photoshop 3.0\0\0\0" + PLAIN[2:], 1, True, id="IPTC"
        ),
        pytest.param(saved(quadrants(), "JPEG", comment=b"hello"), 1, False, id="a comment"),
    ],
)
def test_metadata(data: bytes, orientation: int, metadata: bool) -> None:  # noqa: FBT001  # a table
    assert (facts(data).orientation, facts(data).metadata) == (orientation, metadata)


def test_ten_thousands_of_segments_are_not_walked() -> None:
    assert read(memoryview(b"\xff\xd8\xff" + b"\xff\xfe\0\x02" * 30_000 + PLAIN[2:]), 256) is None
