"""What a BMP's header says (BITMAPFILEHEADER, BITMAPINFOHEADER).

Pure. A BMP has no end mark: it is whole when all rows its header announces are there.
"""

import struct

from proxy.model.picture import Facts, Format

_CORE, _INFO = 12, 40  # bytes of the two families of headers
_PLAIN, _BITFIELDS, _ALPHA_BITFIELDS = 0, 3, 6  # compressions whose rows have a fixed length


def read(data: memoryview, _max_frames: int) -> Facts | None:
    """Return the facts of a BMP; None where the bytes are none."""
    if bytes(data[:2]) != b"BM":
        return None
    stated, pixels, header = struct.unpack_from("<I4xII", data, 2)
    if header == _CORE:
        width, height, bits = struct.unpack_from("<HH2xH", data, 18)
        compression = _PLAIN
    elif header >= _INFO:
        width, height, bits, compression = struct.unpack_from("<ii2xHI", data, 18)
    else:
        return None
    height = abs(height)  # negative: the first row is the top one
    if compression in (_PLAIN, _BITFIELDS, _ALPHA_BITFIELDS):
        end = pixels + (width * bits + 31) // 32 * 4 * height
    else:
        end = stated
    return Facts(
        format=Format.BMP,
        width=width,
        height=height,
        alpha=bits == 32 and compression != _PLAIN,  # noqa: PLR2004  # the one depth with alpha
        whole=end <= len(data),
    )
