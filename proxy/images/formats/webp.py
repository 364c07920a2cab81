"""What a WebP's chunks say (RFC 9649, RFC 6386 §9.1).

Pure. Frames are the ANMF chunks really there. The end is where the RIFF header says.
"""

import struct
from collections.abc import Iterator

from proxy.images.formats import exif
from proxy.images.formats.bounds import BLOCKS_MAX
from proxy.model.picture import Facts, Format

_ALPHA, _ANIMATED = 0x10, 0x02  # flags of VP8X


def read(data: memoryview, max_frames: int) -> Facts | None:
    """Return the facts of a WebP; None where the bytes are none or no size is stated."""
    if bytes(data[:4]) != b"RIFF" or bytes(data[8:12]) != b"WEBP":
        return None
    (stated,) = struct.unpack_from("<I", data, 4)
    end = 8 + stated
    size: tuple[int, int] | None = None
    alpha, animated, metadata, turned, frames = False, False, False, 1, 0
    for kind, body in _chunks(data[: min(end, len(data))]):
        match kind:
            case b"VP8X":
                alpha, animated = bool(body[0] & _ALPHA), bool(body[0] & _ANIMATED)
                size = _u24(body, 4) + 1, _u24(body, 7) + 1
            case b"VP8 " if size is None and bytes(body[3:6]) == b"\x9d\x01\x2a":
                width, height = struct.unpack_from("<HH", body, 6)
                size = width & 0x3FFF, height & 0x3FFF
            case b"VP8L" if bytes(body[:1]) == b"\x2f":
                (bits,) = struct.unpack_from("<I", body, 1)
                size = size or ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
                alpha = alpha or bool(bits >> 28 & 1)
            case b"ANMF":
                frames = min(frames + 1, max_frames + 1)
            case b"EXIF":
                metadata = True
                # some writers keep JPEG's prefix
                prefixed = bytes(body[:6]) == b"Exif\x00\x00"
                turned = exif.orientation(body[6:] if prefixed else body)
            case b"XMP ":
                metadata = True
            case _:
                pass
    if size is None:
        return None
    width, height = size
    return Facts(
        format=Format.WEBP,
        width=width,
        height=height,
        frames=max(1, frames) if animated else 1,
        alpha=alpha,
        orientation=turned,
        metadata=metadata,
        whole=end <= len(data),
    )


def _chunks(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    at = 12
    for _ in range(BLOCKS_MAX):
        if at + 8 > len(data):
            return
        (length,) = struct.unpack_from("<I", data, at + 4)
        yield bytes(data[at : at + 4]), data[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def _u24(body: memoryview, at: int) -> int:
    low, high = struct.unpack_from("<HB", body, at)
    return int(high << 16 | low)
