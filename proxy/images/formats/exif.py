"""Reads the first directory of a TIFF structure, the form EXIF comes in (TIFF 6.0 §2, EXIF 2.32).

Pure. Every offset is checked against the bytes there are; a directory is read once, links to
others are not followed, so loops lead nowhere.
"""

import struct
from collections.abc import Mapping
from typing import NamedTuple

ORIENTATION = 274
_ORDERS = {b"II*\x00": "<", b"MM\x00*": ">"}
_SIZES = {1: 1, 3: 2, 4: 4}  # BYTE, SHORT, LONG: the integer types our tags come in
_CODES = {1: "B", 3: "H", 4: "I"}
_VALUES_MAX = 65_536  # strips of one picture: one for each row of the tallest we would take


class Directory(NamedTuple):
    """The first directory: which tags there are, and how to read one."""

    data: memoryview
    order: str  # struct's byte order
    places: Mapping[int, int]  # tag → offset of its 12-byte entry

    def values(self, tag: int) -> tuple[int, ...]:
        """Return a tag's integers; empty where it is absent, of another type or cut off."""
        at = self.places.get(tag)
        if at is None:
            return ()
        _, kind, count = struct.unpack_from(f"{self.order}HHI", self.data, at)
        size = _SIZES.get(kind, 0) * count
        if not size or count > _VALUES_MAX:
            return ()
        start = at + 8
        if size > 4:  # noqa: PLR2004  # what does not fit the entry's own four bytes lies elsewhere
            (start,) = struct.unpack_from(f"{self.order}I", self.data, start)
        if start + size > len(self.data):
            return ()
        return struct.unpack_from(f"{self.order}{count}{_CODES[kind]}", self.data, start)


def first_directory(data: memoryview) -> Directory | None:
    """Return the first directory of a TIFF structure; None where there is none to read."""
    order = _ORDERS.get(bytes(data[:4]))
    if order is None or len(data) < 8:  # noqa: PLR2004  # the header
        return None
    (start,) = struct.unpack_from(f"{order}I", data, 4)
    if start + 2 > len(data):
        return None
    (count,) = struct.unpack_from(f"{order}H", data, start)
    places: dict[int, int] = {}
    for at in range(start + 2, start + 2 + 12 * count, 12):
        if at + 12 > len(data):
            break
        (tag,) = struct.unpack_from(f"{order}H", data, at)
        places.setdefault(tag, at)
    return Directory(data, order, places)


def orientation(block: memoryview) -> int:
    """Return the orientation an EXIF block states, 1 to 8; 1 where it states none or nonsense."""
    directory = first_directory(block)
    stated = directory.values(ORIENTATION) if directory else ()
    return stated[0] if stated and 1 <= stated[0] <= 8 else 1  # noqa: PLR2004  # EXIF 2.32 §4.6.4
