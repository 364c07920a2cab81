"""What an icon's directory says, and the picture in its largest entry.

Pure. The entry's own header is believed, not the directory's byte-sized sides (0 means 256).
"""

import struct

from proxy.images.formats import png
from proxy.model.picture import Facts, Format

_ENTRIES_MAX = 256


def read(data: memoryview, max_frames: int) -> Facts | None:
    """Return the facts of an icon's largest picture; None where the bytes are no icon."""
    if bytes(data[:4]) != b"\x00\x00\x01\x00":
        return None
    (count,) = struct.unpack_from("<H", data, 4)
    entries = [
        struct.unpack_from("<BB4xHII", data, 6 + 16 * n) for n in range(min(count, _ENTRIES_MAX))
    ]
    if not entries:
        return None
    found = [_entry(data, offset, length, max_frames) for *_, length, offset in entries]
    width, height = max(
        (size for size in found if size), key=lambda size: size[0] * size[1], default=(0, 0)
    )
    if not width:
        return None
    return Facts(
        format=Format.ICO,
        width=width,
        height=height,
        alpha=True,
        whole=all(offset + length <= len(data) for *_, length, offset in entries),
    )


def _entry(data: memoryview, offset: int, length: int, max_frames: int) -> tuple[int, int] | None:
    """Return the sides of one entry's picture; None where none begins there."""
    body = data[offset : offset + length]
    embedded = png.read(body, max_frames)
    if embedded:
        return embedded.width, embedded.height
    if len(body) < 16:  # noqa: PLR2004  # as much of a BITMAPINFOHEADER as holds the sides
        return None
    header, width, height = struct.unpack_from("<Iii", body)
    # The stored height counts the picture and its mask.
    return (width, abs(height) // 2) if header >= 40 and width > 0 else None  # noqa: PLR2004
