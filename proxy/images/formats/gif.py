"""What a GIF's blocks say (GIF89a specification).

Pure. Width and height are the logical screen's, widened to hold the first frame as decoders do. The
end is the trailer byte reached by walking, so a semicolon inside the data is none.
"""

import struct

from proxy.images.formats.bounds import SUBBLOCKS_MAX
from proxy.model.picture import Facts, Format

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF


def read(data: memoryview, max_frames: int) -> Facts | None:
    """Return the facts of a GIF; None where the bytes are none or no picture begins in them."""
    if bytes(data[:6]) not in (b"GIF87a", b"GIF89a"):
        return None
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    frames, alpha, metadata, whole = 0, False, False, False
    at, left = 13 + _table(packed), SUBBLOCKS_MAX
    while at < len(data) and left > 0:
        introducer, at = data[at], at + 1
        if introducer == _TRAILER:
            whole = True
            break
        if introducer == _EXTENSION and at + 2 < len(data):
            label = data[at]
            alpha = alpha or (label == _CONTROL and bool(data[at + 2] & 1))
            name = bytes(data[at + 2 : at + 10])
            metadata = metadata or (label == _APPLICATION and name == b"XMP Data")
            at += 1
        elif introducer == _IMAGE and at + 9 < len(data):
            if not frames:
                left_px, top_px, wide, high = struct.unpack_from("<HHHH", data, at)
                width, height = max(width, left_px + wide), max(height, top_px + high)
            frames = min(frames + 1, max_frames + 1)
            at += 9 + _table(data[at + 8]) + 1  # place and size, colours, LZW's code size
        else:
            break
        at, left = _skip(data, at, left - 1)
    if left <= 0:
        whole = data[-1] == _TRAILER
    return Facts(
        format=Format.GIF,
        width=width,
        height=height,
        frames=max(1, frames),
        alpha=alpha,
        metadata=metadata,
        whole=whole and frames > 0,
    )


def _table(packed: int) -> int:
    """Return the bytes of the colour table a packed field announces."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _skip(data: memoryview, at: int, left: int) -> tuple[int, int]:
    """Return where the sub-blocks at ``at`` end, and how many blocks may still be walked."""
    end = len(data)
    while at < end and left > 0:
        size = data[at]
        at += size + 1
        left -= 1
        if not size:
            break
    return at, left
