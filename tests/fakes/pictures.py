"""Pictures for tests, generated: every class the images room has to know."""

import random
import struct
from io import BytesIO
from typing import Any

from PIL import Image

RED, GREEN, BLUE, WHITE = (200, 30, 30), (30, 180, 30), (30, 30, 200), (255, 255, 255)
STORED = {  # orientation → what has to be done to an upright picture to store it so
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quadrants(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Return red, green, blue and white quarters (row by row): any turn shows."""
    image = Image.new("RGB", (width, height), WHITE)
    half = width // 2, height // 2
    image.paste(RED, (0, 0, *half))
    image.paste(GREEN, (half[0], 0, width, half[1]))
    image.paste(BLUE, (0, half[1], half[0], height))
    return image.convert(mode)


def holed(width: int = 64, height: int = 48) -> Image.Image:
    """Return the quarters with the upper left one transparent."""
    image = quadrants(width, height, "RGBA")
    image.paste((0, 0, 0, 0), (0, 0, width // 2, height // 2))
    return image


def noise(width: int, height: int) -> Image.Image:
    """Return a picture that no format can make small; the same every time."""
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))  # noqa: S311


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401  # Pillow's own
    """Return the bytes of ``image`` in a format by Pillow's name."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int, *, place: bool = False) -> Image.Exif:
    """Return EXIF that states an orientation and, on demand, where the picture was taken."""
    found = Image.Exif()
    found[274] = orientation
    if place:
        found.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0)})
    return found


def oriented(kind: str, orientation: int, width: int = 64, height: int = 48) -> bytes:
    """Return the quarters, upright ``width`` × ``height``, stored under an orientation."""
    turn = STORED[orientation]
    image = quadrants(width, height)
    stored = image if turn is None else image.transpose(turn)
    if kind == "TIFF":
        return saved(stored, kind, tiffinfo={274: orientation})
    quality = {} if kind == "PNG" else {"quality": 95}
    return saved(stored, kind, exif=exif(orientation), **quality)


def animated(kind: str, frames: int = 3, width: int = 64, height: int = 48) -> bytes:
    """Return an endless animation of plain frames, red first, 120 ms each."""
    colours = [RED, GREEN, BLUE]
    first, *others = [
        Image.new("RGB", (width, height), colours[n % 3] if n < 3 else (n * 37 % 256, n % 256, 90))
        for n in range(frames)
    ]
    return saved(first, kind, save_all=True, append_images=others, duration=120, loop=0)


def corners(data: bytes) -> tuple[tuple[int, ...], ...]:
    """Return the colours in the middles of the four quarters, row by row."""
    with Image.open(BytesIO(data)) as image:
        shown = image.convert("RGB")
    width, height = shown.size
    places = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
    pixels = [shown.getpixel(place) for place in places]
    return tuple(pixel for pixel in pixels if isinstance(pixel, tuple))


def alike(found: tuple[int, ...], wanted: tuple[int, ...], tolerance: int = 24) -> bool:
    """Tell whether two colours look the same after a lossy round."""
    return all(abs(a - b) <= tolerance for a, b in zip(found, wanted, strict=True))


def is_upright(data: bytes) -> bool:
    """Tell whether a picture shows the quarters where they belong."""
    return all(map(alike, corners(data), (RED, GREEN, BLUE, WHITE)))


def gif_of_dots(frames: int) -> bytes:
    """Return a GIF of that many frames of one pixel, 20 bytes each (pictures.md A10)."""
    frame = b"\x21\xf9\x04\x04\x01\x00\x00\x00\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
    frame += b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + frame * frames + b";"


def png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds next to nothing; checksums are right."""
    whole = saved(Image.new("L", (1, 1)), "PNG")
    return whole[:16] + struct.pack(">II", width, height) + whole[24:]


def slow_jpeg(side: int = 4096, scans: int = 600) -> bytes:
    """Return a progressive JPEG whose last scan comes again and again: seconds of work in 1 MB."""
    whole = saved(Image.new("L", (side, side), 90), "JPEG", progressive=True, quality=30)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + b"\xff\xd9"


# A name for each class of still picture → its bytes, 64 × 48 and the quarters but for the holes.
STILLS = {
    "JPEG": saved(quadrants(), "JPEG", quality=95),
    "progressive JPEG": saved(quadrants(), "JPEG", quality=95, progressive=True),
    "CMYK JPEG": saved(quadrants(mode="CMYK"), "JPEG", quality=95),
    "grey JPEG": saved(quadrants(mode="L"), "JPEG", quality=95),
    "PNG": saved(quadrants(), "PNG"),
    "PNG with alpha": saved(holed(), "PNG"),
    "palette PNG": saved(quadrants().quantize(8), "PNG"),
    "palette PNG with a transparent colour": saved(quadrants().quantize(8), "PNG", transparency=0),
    "bilevel PNG": saved(quadrants(mode="1"), "PNG"),
    "16-bit grey PNG": saved(Image.new("I;16", (64, 48), 32768), "PNG"),
    "grey PNG with alpha": saved(holed().convert("LA"), "PNG"),
    "GIF": saved(quadrants(), "GIF"),
    "WebP": saved(quadrants(), "WEBP", quality=95),
    "lossless WebP with alpha": saved(holed(), "WEBP", lossless=True),
    "AVIF": saved(quadrants(), "AVIF", quality=90),
    "AVIF with alpha": saved(holed(), "AVIF", quality=90),
    "BMP": saved(quadrants(), "BMP"),
    "ICO": saved(quadrants(), "ICO", sizes=[(64, 48)]),
    "ICO of a bitmap": saved(quadrants(), "ICO", sizes=[(64, 48)], bitmap_format="bmp"),
    "TIFF": saved(quadrants(), "TIFF"),
    "deflated TIFF": saved(quadrants(), "TIFF", compression="tiff_deflate"),
    "TIFF with alpha": saved(holed(), "TIFF"),
}
