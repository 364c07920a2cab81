"""What a JPEG's markers say (ITU-T T.81 Annex B, EXIF 2.32 §4.5).

Pure. A thumbnail inside EXIF never fools it: segments are skipped by their length. Junk between
segments is skipped as decoders do. A second picture after the end (MPO, gain maps) is not ours.
"""

import re
import struct
from collections.abc import Iterator

from proxy.images.formats import exif
from proxy.images.formats.bounds import BLOCKS_MAX
from proxy.model.picture import Facts, Format

_SOI, _EOI, _SOS, _APP1, _APP13 = 0xD8, 0xD9, 0xDA, 0xE1, 0xED
_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # SOFn; the three others are DHT, JPG, DAC
_ALONE = {0x01, _SOI, *range(0xD0, 0xD8)}  # markers without a length
_MARKER = re.compile(rb"\xff[\x01-\xfe]")
_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # neither a stuffed byte nor a restart
_WINDOW = 64 << 10  # one search holds the interpreter's lock; 64 KiB take at most 3 ms
_EXIF = b"Exif\x00\x00"
_METADATA = {_APP1: (_EXIF, b"http://ns.adobe.com/x"), _APP13: (b"Photoshop 3.0",)}


def read(data: memoryview, _max_frames: int) -> Facts | None:
    """Return the facts of a JPEG; None where the bytes are none or no size is stated."""
    if bytes(data[:3]) != b"\xff\xd8\xff":
        return None
    size: tuple[int, int] | None = None
    turned, metadata, whole = 1, False, False
    for marker, body in _segments(data):
        if marker == _EOI:
            whole = True
        elif marker in _SIZES and size is None:
            _, height, width = struct.unpack_from(">BHH", body)
            size = width, height
        elif marker in _METADATA and bytes(body[:21]).startswith(_METADATA[marker]):
            if not metadata and bytes(body[:6]) == _EXIF:
                turned = exif.orientation(body[6:])
            metadata = True
    if size is None:
        return None
    width, height = size
    return Facts(
        format=Format.JPEG,
        width=width,
        height=height,
        orientation=turned,
        metadata=metadata,
        whole=whole,
    )


def _segments(data: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Return (marker, body) up to and with the end marker; nothing of a scan but its header."""
    at, pattern = 2, _MARKER
    for _ in range(BLOCKS_MAX):
        found = _search(pattern, data, at)
        if not found:
            return
        marker, at, pattern = data[found.end() - 1], found.end(), _MARKER
        if marker in _ALONE:
            continue
        length = max(2, int.from_bytes(data[at : at + 2], "big"))
        yield marker, data[at + 2 : at + length]
        if marker == _EOI:
            return
        at += length
        if marker == _SOS:
            pattern = _AFTER_SCAN
    if bytes(data[-2:]) == b"\xff\xd9":
        yield _EOI, data[:0]


def _search(pattern: re.Pattern[bytes], data: memoryview, at: int) -> re.Match[bytes] | None:
    """Return the next marker, looked for in windows so that other threads get their turn."""
    while at < len(data) - 1:
        found = pattern.search(data, at, at + _WINDOW)
        if found:
            return found
        at += _WINDOW - 1  # the last byte may be a marker's first
    return None
