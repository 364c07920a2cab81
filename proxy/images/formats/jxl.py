"""What a JPEG XL's header says (ISO/IEC 18181-1 annex D, 18181-2 for the container).

Pure. Its decoder turns the picture itself: so the sides are the upright ones and the orientation
is 1. A bare codestream has no end mark: it counts as whole. An animation is its first frame.
"""

from collections.abc import Iterator
from typing import NamedTuple

from proxy.images.formats.boxes import Box, boxes
from proxy.model.picture import Facts, Format

_BARE, _BOXED = b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n"
_HEADER_MAX = 128  # bytes; all the fields read here take fewer than 64
_METADATA = {b"Exif", b"xml ", b"brob"}
_LAST = 0x80  # of a partial codestream's number: it ends here
# Width as a part of the height, for the ratios the header can name.
_RATIOS = {1: (1, 1), 2: (12, 10), 3: (4, 3), 4: (3, 2), 5: (16, 9), 6: (5, 4), 7: (2, 1)}

_Field = tuple[tuple[int, int], ...]  # U32(): what to add to how many bits, by a two-bit choice
_SIDE: _Field = ((1, 9), (1, 13), (1, 18), (1, 30))
_PREVIEW_EIGHTHS: _Field = ((16, 0), (32, 0), (1, 5), (33, 9))
_PREVIEW_SIDE: _Field = ((1, 6), (65, 8), (321, 10), (1345, 12))
_ANIMATION: tuple[_Field, ...] = (
    ((100, 0), (1000, 0), (1, 10), (1, 30)),  # ticks a second
    ((1, 0), (1001, 0), (1, 8), (1, 10)),
    ((0, 0), (0, 3), (0, 16), (0, 32)),  # loops
)
_BITS: _Field = ((8, 0), (10, 0), (12, 0), (1, 6))
_FLOAT_BITS: _Field = ((32, 0), (16, 0), (24, 0), (1, 6))
_CHANNELS: _Field = ((0, 0), (1, 0), (2, 4), (1, 12))
_CHANNEL_KIND: _Field = ((0, 0), (1, 0), (2, 4), (18, 6))
_ALPHA = 0


class _Header(NamedTuple):
    size: tuple[int, int]
    orientation: int
    alpha: bool


def read(data: memoryview, _max_frames: int) -> Facts | None:
    """Return the facts of a JPEG XL; None where the bytes are none."""
    if bytes(data[:2]) == _BARE:
        stream, whole, metadata = bytes(data[:_HEADER_MAX]), True, False
    elif bytes(data[:12]) == _BOXED:
        top = list(boxes(data))
        stream = b"".join(_parts(top))[:_HEADER_MAX]
        whole = all(box.whole for box in top) and any(_ends(box) for box in top)
        metadata = any(box.kind in _METADATA for box in top)
    else:
        return None
    if stream[:2] != _BARE:
        return None
    header = _header(_Bits(stream[2:]))
    width, height = header.size
    if header.orientation >= 5:  # noqa: PLR2004  # EXIF 2.32 §4.6.4: 5 to 8 swap the sides
        width, height = height, width
    return Facts(
        format=Format.JXL,
        width=width,
        height=height,
        alpha=header.alpha,
        metadata=metadata,
        whole=whole,
    )


def without_jpeg(data: bytes) -> bytes:
    """Return a JPEG XL without the means to give back the JPEG it was made of; the pixels stay.

    Its decoder hands such a JPEG to whatever Pillow finds for it, past our list.
    """
    if not data.startswith(_BOXED):
        return data
    bare, at = bytearray(data), 0
    for box in boxes(memoryview(data)):
        if box.kind == b"jbrd":
            bare[at + 4 : at + 8] = b"skip"
        at += len(box.body) + (16 if data[at : at + 4] == b"\0\0\0\x01" else 8)
    return bytes(bare)


def _parts(top: list[Box]) -> Iterator[bytes]:
    """Return the beginnings of the codestream's parts; a number of four bytes leads each."""
    for box in top:
        if box.kind == b"jxlc":
            yield bytes(box.body[:_HEADER_MAX])
        elif box.kind == b"jxlp":
            yield bytes(box.body[4 : 4 + _HEADER_MAX])


def _ends(box: Box) -> bool:
    return box.kind == b"jxlc" or (box.kind == b"jxlp" and bool(box.body[0] & _LAST))


class _Bits:
    """Reads a header's bits, the least of a byte first. Past the end: IndexError."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")
        self._left = 8 * len(data)

    def take(self, count: int) -> int:
        """Return the next ``count`` bits as a number."""
        self._left -= count
        if self._left < 0:
            raise IndexError
        found = self._value & ((1 << count) - 1)
        self._value >>= count
        return found

    def choose(self, field: _Field) -> int:
        """Return a number whose length is chosen by the two bits before it."""
        least, bits = field[self.take(2)]
        return least + self.take(bits)


def _header(bits: _Bits) -> _Header:
    size, orientation = _size(bits), 1
    if bits.take(1):  # all the rest is as usual
        return _Header(size, orientation, alpha=False)
    if bits.take(1):
        orientation = 1 + bits.take(3)
        if bits.take(1):  # the size to show it at
            _size(bits)
        if bits.take(1):
            _preview(bits)
        if bits.take(1):
            for field in _ANIMATION:
                bits.choose(field)
            bits.take(1)
    if bits.take(1):
        bits.choose(_FLOAT_BITS)
        bits.take(4)
    else:
        bits.choose(_BITS)
    bits.take(1)
    # The first of the other channels; a default one is alpha.
    alpha = bits.choose(_CHANNELS) > 0 and (
        bool(bits.take(1)) or bits.choose(_CHANNEL_KIND) == _ALPHA
    )
    return _Header(size, orientation, alpha)


def _size(bits: _Bits) -> tuple[int, int]:
    small = bits.take(1)
    height = 8 * (bits.take(5) + 1) if small else bits.choose(_SIDE)
    ratio = bits.take(3)
    if ratio:
        across, down = _RATIOS[ratio]
        return height * across // down, height
    return 8 * (bits.take(5) + 1) if small else bits.choose(_SIDE), height


def _preview(bits: _Bits) -> None:
    field = _PREVIEW_EIGHTHS if bits.take(1) else _PREVIEW_SIDE
    bits.choose(field)
    if not bits.take(3):
        bits.choose(field)
