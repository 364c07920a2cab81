"""Boxes one after another and inside each other, with sizes that lie."""

import pytest

from proxy.images.formats.boxes import boxes, inside

FREE = b"\0\0\0\x0cfreeABCD"
LARGE = b"\0\0\0\x01mdat" + (20).to_bytes(8, "big") + b"ABCD"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(FREE + FREE, [(b"free", b"ABCD", True)] * 2, id="two in a row"),
        pytest.param(LARGE, [(b"mdat", b"ABCD", True)], id="a 64-bit size"),
        pytest.param(b"\0\0\0\0mdatABCD", [(b"mdat", b"ABCD", True)], id="size 0: to the end"),
        pytest.param(FREE[:-1], [(b"free", b"ABC", False)], id="cut"),
        pytest.param(b"\0\0\0\x07free" + FREE, [], id="smaller than its own head"),
        pytest.param(b"\0\0\0", [], id="no room for a head"),
    ],
)
def test_boxes(data: bytes, found: list[tuple[bytes, bytes, bool]]) -> None:
    seen = [(box.kind, bytes(box.body), box.whole) for box in boxes(memoryview(data))]
    assert seen == found


def test_inside_follows_a_path() -> None:
    outer = (8 + len(FREE) * 2).to_bytes(4, "big") + b"moov" + FREE + FREE
    assert [bytes(body) for body in inside(memoryview(outer), b"moov", b"free")] == [b"ABCD"] * 2
    assert not list(inside(memoryview(outer), b"free"))
