"""What a picture's place shows until it comes: its ThumbHash, drawn a few pixels wide. Pure.

After the description of the format at evanw.github.io/thumbhash. Browsers smooth the few pixels,
so that a background costs some 300 characters.
"""

import re
import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import cos, pi

_SIDE = 8  # pixels of the longer side: a hash holds 7 waves
_HEAD = 5  # bytes
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PAINTED = "0 0/100% 100% no-repeat"


def background(info: Mapping[str, object]) -> str | None:
    """Return the CSS value of a background for a picture that ``/info/`` tells this of.

    None where the picture may be clear in parts, or nothing is known of its colours.
    """
    colour = str(info.get("dominant"))
    if info.get("alpha") is not False or not _COLOUR.fullmatch(colour):
        return None
    try:
        hashed = b64decode(str(info.get("thumbhash")), validate=True)
    except ValueError:
        hashed = b""
    drawn = _drawn(hashed)
    if drawn is None:
        return colour
    return f"{colour} url(data:image/png;base64,{b64encode(drawn).decode()}) {_PAINTED}"


def _drawn(hashed: bytes) -> bytes | None:
    """Return a PNG of an opaque picture's hash; None where it is none."""
    if len(hashed) < _HEAD or hashed[2] & 0x80:
        return None
    head = int.from_bytes(hashed[:3], "little")
    more = int.from_bytes(hashed[3:5], "little")
    landscape, few = more >> 15, more & 7
    across, down = (7, few) if landscape else (few, 7)
    waves = _halves(hashed[_HEAD:])
    wide, high = max(3, across), max(3, down)
    try:
        light = _waves(waves, wide, high, (head >> 18 & 31) / 31)
        yellow = _waves(waves, 3, 3, (more >> 3 & 63) / 63 * 1.25)
        reddish = _waves(waves, 3, 3, (more >> 9 & 63) / 63 * 1.25)
    except StopIteration:
        return None
    means = (head & 63) / 63, (head >> 6 & 63) / 31.5 - 1, (head >> 12 & 63) / 31.5 - 1
    longest = max(across, down, 1)
    size = tuple(max(1, round(_SIDE * side / longest)) for side in (across, down))
    pixels = bytearray()
    for y in range(size[1]):
        pixels.append(0)  # PNG: this row is not filtered
        for x in range(size[0]):
            lightness, p, q = (
                mean + _at(channel, (x + 0.5) / size[0], (y + 0.5) / size[1])
                for mean, channel in zip(means, (light, yellow, reddish), strict=True)
            )
            blue = lightness - 2 / 3 * p
            red = (3 * lightness - blue + q) / 2
            pixels += bytes(_level(value) for value in (red, red - q, blue))
    return _png(size[0], size[1], bytes(pixels))


_Wave = tuple[int, int, float]


def _waves(halves: Iterator[int], wide: int, high: int, scale: float) -> list[_Wave]:
    """Return a channel's waves; raises StopIteration where the hash ends before them."""
    kept = ((x, y) for y, x in product(range(high), range(wide)) if x or y)
    found = []
    for x, y in kept:
        if x * high < wide * (high - y):
            found.append((x, y, (next(halves) / 7.5 - 1) * scale))
    return found


def _at(waves: Sequence[_Wave], across: float, down: float) -> float:
    return sum(2 * level * cos(pi * x * across) * cos(pi * y * down) for x, y, level in waves)


def _halves(data: bytes) -> Iterator[int]:
    for byte in data:
        yield byte & 15
        yield byte >> 4


def _level(value: float) -> int:
    return round(255 * min(1.0, max(0.0, value)))


def _png(width: int, height: int, rows: bytes) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)  # 8 bits of red, green, blue
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
