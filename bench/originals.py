"""The pictures every peer serves: JPEGs and PNGs of exact sizes, as many distinct ones as asked.

An original is a file; ``distinct`` writes a number into it where no decoder looks, so that its
bytes, its digest and with them every cache key are its own while its pixels are the same.
"""
# a folder of programs

import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image
from sources import scene, sources

KB = 1024
SIZES = {"1k": KB, "4k": 4 * KB, "25k": 25 * KB, "64k": 64 * KB, "200k": 200 * KB, "1m": KB**2}
SIZES |= {"4m": 4 * KB**2, "8m": 8 * KB**2}
_COM = b"\xff\xfe"  # a JPEG's comment (ITU T.81 B.2.4.5)
_LONGEST = 65_000  # of a comment: its length is 16 bits
_MARK = 16  # digits of the number in a distinct copy
_WIDEST = 750  # quarters of a scene's width: larger ones are padded
_PNG_HEAD = 33  # signature and IHDR


def write(folder: Path) -> None:
    """Write the originals: one of each size, and those that thumbnails are made of."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, n_bytes in SIZES.items():
        path = folder / f"{name}.jpg"
        if not path.exists() or path.stat().st_size != n_bytes - _MARK - 4:
            path.write_bytes(_padded(_picture(n_bytes), n_bytes - _MARK - 4))
    if not (folder / "chart.png").exists():
        for name, data in sources().items():
            kind = "png" if data.startswith(b"\x89PNG") else "jpg"
            (folder / f"{named(name)}.{kind}").write_bytes(data)


def named(source: str) -> str:
    """Return a source's name as a path has it: ``JPEG 12 MP`` is ``jpeg-12-mp``."""
    return source.lower().replace("×", "x").replace(" ", "-")


def distinct(data: bytes, number: int) -> bytes:
    """Return the picture with a number in it: 20 bytes more of a JPEG, 28 of a PNG."""
    mark = b"%0*d" % (_MARK, number)
    if data.startswith(b"\xff\xd8"):
        return data[:2] + _comment(mark) + data[2:]
    if data.startswith(b"\x89PNG"):
        body = b"tEXt" + mark
        chunk = _MARK.to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
        return data[:_PNG_HEAD] + chunk + data[_PNG_HEAD:]
    raise ValueError("neither JPEG nor PNG")


def _picture(n_bytes: int) -> bytes:
    """Return a JPEG a little smaller than asked: a scene as large as fits, at most 3000 wide."""
    width, best = 32, b""
    while width <= _WIDEST:
        out = BytesIO()
        scene(width * 4, width * 3).save(out, "JPEG", quality=75)
        if out.tell() > n_bytes * 0.97 - 100:
            break
        best, width = out.getvalue(), max(width + 4, int(width * 1.3))
    return best or _dot()


def _dot() -> bytes:
    out = BytesIO()
    Image.new("L", (8, 8), 128).save(out, "JPEG")
    return out.getvalue()


def _padded(jpeg: bytes, n_bytes: int) -> bytes:
    """Return the JPEG with comments that make it exactly so long."""
    left = n_bytes - len(jpeg)
    comments = b""
    while left > _LONGEST + 8:
        comments += _comment(bytes(_LONGEST - 4))
        left -= _LONGEST
    return jpeg[:2] + comments + _comment(bytes(left - 4)) + jpeg[2:]


def _comment(text: bytes) -> bytes:
    return _COM + (len(text) + 2).to_bytes(2) + text
