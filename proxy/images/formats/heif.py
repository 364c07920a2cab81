"""What the boxes of a HEIF file say, whichever codec is inside (ISO/IEC 23008-12; MIAF §7.3.6.7).

Pure. AVIF and HEIC are this file with other brands.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from proxy.images.formats.bounds import BOXES_BYTES_MAX
from proxy.images.formats.boxes import Box, boxes, inside

_TOP = {b"ftyp", b"meta", b"moov", b"mdat", b"free", b"skip", b"uuid", b"moof", b"sidx"}
# (quarter turns anti-clockwise, mirror axis or None) → EXIF orientation; the turn comes first.
_TURNS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip
_ALPHAS = (b"alpha", b"hevc:2015:auxid:1\0")  # MIAF's name for it, and HEVC's
_ASSOCIATIONS_MAX = 65_536


class Primary(NamedTuple):
    """What the properties of the primary item say."""

    size: tuple[int, int] | None = None
    cut: tuple[int, int] | None = None  # the clean aperture: what is shown of it
    turns: int = 0
    axis: int | None = None

    @property
    def orientation(self) -> int:
        """Return irot and imir as an EXIF number."""
        return _TURNS[self.turns, self.axis]


class Heif(NamedTuple):
    """A file's top: its brands, the bodies of meta and moov, and whether its end is there."""

    brands: frozenset[bytes]
    meta: memoryview
    moov: memoryview
    whole: bool


def read_top(data: memoryview) -> Heif | None:
    """Return what the top level says; None where the bytes are no such file or hold no meta."""
    if bytes(data[4:8]) != b"ftyp":
        return None
    top = list(boxes(data))
    brands = bytes(top[0].body) if top else b""
    meta = next((box.body[4:BOXES_BYTES_MAX] for box in top if box.kind == b"meta"), None)
    if meta is None:
        return None
    return Heif(
        brands=frozenset({brands[:4], *(brands[n : n + 4] for n in range(8, len(brands), 4))}),
        meta=meta,
        moov=next((box.body[:BOXES_BYTES_MAX] for box in top if box.kind == b"moov"), data[:0]),
        whole=_is_whole(top),
    )


def primary(meta: memoryview) -> Primary:
    """Return size and turns of the primary item."""
    found = Primary()
    properties = [list(boxes(body)) for body in inside(meta, b"iprp", b"ipco")]
    if not properties:
        return found
    for number in _associated(meta, _primary_item(meta)):
        if not 0 < number <= len(properties[0]):
            continue
        box = properties[0][number - 1]
        match box.kind:
            case b"ispe":
                width, height = struct.unpack_from(">4xII", box.body)
                found = found._replace(size=(width, height))
            case b"clap":
                wide, by_wide, high, by_high = struct.unpack_from(">4I", box.body)
                if by_wide and by_high:
                    found = found._replace(cut=(wide // by_wide, high // by_high))
            case b"irot":
                found = found._replace(turns=box.body[0] & 3)
            case b"imir":
                found = found._replace(axis=box.body[0] & 1)
            case _:
                pass
    return found


def has_metadata(meta: memoryview) -> bool:
    """Tell whether there are items of EXIF or XMP."""
    return not {b"Exif", b"mime"}.isdisjoint(_items(meta))


def has_alpha(meta: memoryview, moov: memoryview) -> bool:
    """Tell whether a still's auxiliary item or an animation's auxiliary track is alpha."""
    kinds = [bytes(body) for body in inside(meta, b"iprp", b"ipco", b"auxC")]
    still = any(name in kind for kind in kinds for name in _ALPHAS)
    moving = any(bytes(body[8:12]) == b"auxv" for body in inside(moov, b"trak", b"mdia", b"hdlr"))
    return still or moving


def _is_whole(top: list[Box]) -> bool:
    """Tell whether pixels are there and no box we know runs past the end."""
    known = [box for box in top if box.kind in _TOP]
    return any(box.kind == b"mdat" for box in known) and all(box.whole for box in known)


def _primary_item(meta: memoryview) -> int:
    for body in inside(meta, b"pitm"):
        return int.from_bytes(body[4 : 8 if body[0] else 6], "big")
    return 0


def _associated(meta: memoryview, item: int) -> Iterator[int]:
    """Return the numbers (from 1) of the properties of an item, in their order."""
    left = _ASSOCIATIONS_MAX
    for body in inside(meta, b"iprp", b"ipma"):
        version, wide = body[0], body[3] & 1
        (entries,) = struct.unpack_from(">I", body, 4)
        at = 8
        while entries > 0 and left > 0:
            owner, count = struct.unpack_from(">IB" if version else ">HB", body, at)
            at += 5 if version else 3
            if owner == item:
                numbers = struct.unpack_from(f">{count}{'H' if wide else 'B'}", body, at)
                yield from (number & (0x7FFF if wide else 0x7F) for number in numbers)
            at += count * (2 if wide else 1)
            entries -= 1
            left -= 1


def _items(meta: memoryview) -> Iterator[bytes]:
    """Return the types of the items, such as b"av01", b"Exif" or b"mime" (XMP)."""
    for body in inside(meta, b"iinf"):
        for entry in inside(body[8 if body[0] else 6 :], b"infe"):
            start = 8 if entry[0] == 2 else 10  # noqa: PLR2004  # version 2 has 16-bit item numbers
            yield bytes(entry[start : start + 4])
