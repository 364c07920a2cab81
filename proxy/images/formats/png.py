"""What a PNG's chunks say (W3C PNG, third edition, with APNG and eXIf).

Pure. Frames are the fcTL chunks really there; the number acTL declares is not believed. Checksums
are left to the decoder.
"""

import struct
from collections.abc import Iterator

from proxy.images.formats import exif
from proxy.images.formats.bounds import BLOCKS_MAX
from proxy.model.picture import Facts, Format

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_TEXTS = (b"XML:com.adobe.xmp", b"Raw profile type")  # how XMP, EXIF and IPTC travel as text


def read(data: memoryview, max_frames: int) -> Facts | None:
    """Return the facts of a PNG; None where the bytes are none."""
    if bytes(data[:16]) != _SIGNATURE + b"\x00\x00\x00\rIHDR":
        return None
    width, height, _, colour = struct.unpack_from(">IIBB", data, 16)
    alpha = bool(colour & 4)
    turned, metadata, whole = 1, False, False
    animated, frames = False, 0
    for kind, body in _chunks(data):
        match kind:
            case b"IEND":
                whole = True
            case b"acTL":
                animated = True
            case b"fcTL":
                frames = min(frames + 1, max_frames + 1)
            case b"tRNS":
                alpha = True
            case b"eXIf":
                metadata, turned = True, exif.orientation(body)
            case b"tEXt" | b"zTXt" | b"iTXt":
                metadata = metadata or bytes(body[:20]).startswith(_TEXTS)
            case _:
                pass
    return Facts(
        format=Format.PNG,
        width=width,
        height=height,
        frames=max(1, frames) if animated else 1,
        alpha=alpha,
        orientation=turned,
        metadata=metadata,
        whole=whole,
    )


def _chunks(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Return (type, body) of the chunks that are there whole, up to and with IEND."""
    at = len(_SIGNATURE)
    for _ in range(BLOCKS_MAX):
        length = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + length
        if end > len(data):
            return
        kind = bytes(data[at + 4 : at + 8])
        yield kind, data[at + 8 : end - 4]
        if kind == b"IEND":
            return
        at = end
    if bytes(data[-12:]) == _END:
        yield b"IEND", data[:0]
