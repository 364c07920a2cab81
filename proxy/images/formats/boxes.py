"""Walks the boxes of an ISO base media file (ISO/IEC 14496-12 §4.2).

Pure. Knows nothing of what a box means.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from proxy.images.formats.bounds import BLOCKS_MAX


class Box(NamedTuple):
    """A box's type and its body; ``whole`` is False where the body runs past its container."""

    kind: bytes
    body: memoryview
    whole: bool = True


def boxes(data: memoryview) -> Iterator[Box]:
    """Return the boxes that follow one another in ``data``; stops at what is none."""
    at = 0
    for _ in range(BLOCKS_MAX):
        if at + 8 > len(data):
            return
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, at + 8)
            start = at + 16
        elif size == 0:  # up to the end
            size = len(data) - at
        if at + size < start:
            return
        yield Box(kind, data[start : at + size], whole=at + size <= len(data))
        at += size


def inside(data: memoryview, *path: bytes) -> Iterator[memoryview]:
    """Return the bodies of all boxes at a path, such as ``b"moov", b"trak"``."""
    for box in boxes(data):
        if box.kind == path[0]:
            if len(path) == 1:
                yield box.body
            else:
                yield from inside(box.body, *path[1:])
