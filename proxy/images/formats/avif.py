"""What an AVIF's boxes say (AV1 Image File Format; HEIF, ISO/IEC 23008-12; MIAF §7.3.6.7).

Pure. Orientation is the primary item's irot and imir, as an EXIF number: Pillow 13 leaves them to
its caller the same way, and an EXIF orientation inside an AVIF counts for nothing. HEIC is none.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from proxy.images.formats.bounds import BOXES_BYTES_MAX
from proxy.images.formats.boxes import Box, boxes, inside
from proxy.model.picture import Facts, Format

_BRANDS = {b"avif", b"avis"}
_TOP = {b"ftyp", b"meta", b"moov", b"mdat", b"free", b"skip", b"uuid", b"moof", b"sidx"}
# (quarter turns anti-clockwise, mirror axis or None) → EXIF orientation; the turn comes first.
_TURNS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip
_ASSOCIATIONS_MAX = 65_536


class _Primary(NamedTuple):
    """What the properties of the primary item say."""

    size: tuple[int, int] | None = None
    turns: int = 0
    axis: int | None = None


def read(data: memoryview, max_frames: int) -> Facts | None:
    """Return the facts of an AVIF; None where the bytes are none or no size is stated."""
    if bytes(data[4:8]) != b"ftyp":
        return None
    top = list(boxes(data))
    brands = bytes(top[0].body) if top else b""
    kinds = {brands[:4], *(brands[n : n + 4] for n in range(8, len(brands), 4))}
    meta = next((box.body[4:BOXES_BYTES_MAX] for box in top if box.kind == b"meta"), None)
    moov = next((box.body[:BOXES_BYTES_MAX] for box in top if box.kind == b"moov"), data[:0])
    if not kinds & _BRANDS or meta is None:
        return None
    primary = _primary(meta)
    if primary.size is None:
        return None
    width, height = primary.size
    frames = max(_samples(moov), default=1) if b"avis" in kinds else 1
    return Facts(
        format=Format.AVIF,
        width=width,
        height=height,
        frames=max(1, min(frames, max_frames + 1)),
        alpha=_has_alpha(meta, moov),
        orientation=_TURNS[primary.turns, primary.axis],
        metadata=not {b"Exif", b"mime"}.isdisjoint(_items(meta)),
        whole=_is_whole(top),
    )


def _is_whole(top: list[Box]) -> bool:
    """Tell whether pixels are there and no box we know runs past the end."""
    known = [box for box in top if box.kind in _TOP]
    return any(box.kind == b"mdat" for box in known) and all(box.whole for box in known)


def _primary(meta: memoryview) -> _Primary:
    found = _Primary()
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
            case b"irot":
                found = found._replace(turns=box.body[0] & 3)
            case b"imir":
                found = found._replace(axis=box.body[0] & 1)
            case _:
                pass
    return found


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


def _samples(moov: memoryview) -> Iterator[int]:
    for body in inside(moov, b"trak", b"mdia", b"minf", b"stbl", b"stsz"):
        yield struct.unpack_from(">I", body, 8)[0]


def _has_alpha(meta: memoryview, moov: memoryview) -> bool:
    still = any(b"alpha" in bytes(body) for body in inside(meta, b"iprp", b"ipco", b"auxC"))
    moving = any(bytes(body[8:12]) == b"auxv" for body in inside(moov, b"trak", b"mdia", b"hdlr"))
    return still or moving
