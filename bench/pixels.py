"""Are the pixels right? Ours before encoding against a floating-point Lanczos, and against libvips.

    python bench/pixels.py

Wants the extra ``bench`` and ``../shared/corpus``. Prints tables; exits 1 below the figures of
issue 4, number 3.
"""
# a folder of programs

import csv
import sys
from collections.abc import Iterator
from io import BytesIO

import numpy as np
import pyvips
from engines.ours import pictures
from PIL import Image
from reference import Pixels, delta_e, fit, pixels, psnr_db
from sources import CORPUS

FORMATS = ("jpeg", "png", "webp", "avif", "gif")
SHARP_DB = 50.0
SAME_COLOUR = 5.0  # CIEDE2000, the mean over a picture
UPRIGHT_DB = 20.0  # a turned one has some 10 dB
CLEAR = 8  # levels of 255 that an alpha may be off
SCALED = ("jpeg-12mp", "jpeg-large", "jpeg-photo-header", "jpeg-progressive", "photo-visual",
          "jpeg-wordpress-size", "png-chart-chinese", "png-screenshot-chinese", "png-palette",
          "phone-screenshot", "webp-static", "wechat-long")  # fmt: skip
COLOURED = ("jpeg-cmyk", "icc-wide-gamut", "icc-channel-swap", "webp-icc", "icc", "icc-huge")
PLACED = ("exif-gps", "metadata-iptc-xmp")


def files(*kinds: str) -> Iterator[tuple[str, bytes]]:
    """Return the corpus' files of these classes that have to be shown."""
    with (CORPUS / "manifest.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            if row["class"] in kinds and row["expected"] == "ok":
                yield row["file"], (CORPUS / row["file"]).read_bytes()


def scaled() -> Iterator[tuple[str, str, bool]]:
    """Say how near the reference our picture is before it is encoded: as PNG, nothing is lost."""
    for name, data in files(*SCALED):
        with Image.open(BytesIO(data)) as image:
            profiled = "icc_profile" in image.info
            wide = image.width
        if profiled:  # colours are another table's matter
            continue
        original = pixels(data)
        for width in (400, 900):
            if wide > width:
                found = pixels(pictures(data, [(width, None)], "png", 100)[0])
                near = psnr_db(found, fit(original, found.shape[1], found.shape[0]))
                yield f"{name} at {width}", f"{near:.1f} dB", near >= SHARP_DB


def upright() -> Iterator[tuple[str, str, bool]]:
    """Say how like the upright picture of its series each of eight orientations is."""
    for series in ("Landscape", "Portrait"):
        wanted = None
        for orientation in range(1, 9):
            data = (CORPUS / f"jpeg-exif/{series}_{orientation}.jpg").read_bytes()
            found = pixels(pictures(data, [(300, None)], "png", 100)[0])
            wanted = found if wanted is None else wanted
            near = psnr_db(found, wanted) if found.shape == wanted.shape else 0.0
            yield f"{series} {orientation}", f"{near:.1f} dB", near >= UPRIGHT_DB


def clear() -> Iterator[tuple[str, str, bool]]:
    """Say how far the alpha of each format that has one is off."""
    for name, data in files("png-alpha", "webp-alpha"):
        with Image.open(BytesIO(data)) as image:
            alpha = image.convert("RGBA").getchannel("A")
        for form in ("png", "webp", "avif"):
            made = pictures(data, [(alpha.width, None)], form, 100)[0]
            with Image.open(BytesIO(made)) as image:
                found = np.asarray(image.convert("RGBA").getchannel("A"), dtype=int)
            off = int(np.abs(found - np.asarray(alpha, dtype=int)).max())
            yield f"{name} to {form}", f"at most {off} levels", off <= CLEAR


def nowhere() -> Iterator[tuple[str, str, bool]]:
    """Say whether a made picture still tells where it was taken, or anything else."""
    for name, data in files(*PLACED):
        for form in FORMATS:
            made = pictures(data, [(300, None)], form, 80)[0]
            with Image.open(BytesIO(made)) as image:
                tags = len(image.getexif()) + len(image.getexif().get_ifd(0x8825))
                told = sorted({"exif", "xmp", "photoshop", "comment"} & set(image.info))
            hidden = any(mark in made for mark in (b"GPS", b"http://ns.adobe.com", b"Exif\0"))
            said = f"{tags} tags, {', '.join(told) or 'nothing'} beside"
            yield f"{name} to {form}", said, not (tags or told or hidden)


def coloured() -> Iterator[tuple[str, str, bool]]:
    """Say how far from libvips' our colours are, both at the same size in sRGB."""
    for name, data in files(*COLOURED):
        found = pixels(pictures(data, [(400, None)], "png", 100)[0])
        off = delta_e(found, _vips(data, found.shape[1], found.shape[0]))
        said = f"mean {off.mean():.2f}, 95 of 100 within {np.quantile(off, 0.95):.2f}"
        yield name, said, float(off.mean()) <= SAME_COLOUR


def _vips(data: bytes, width: int, height: int) -> Pixels:
    image = pyvips.Image.thumbnail_buffer(
        data, width, height=height, size="force", export_profile="srgb"
    )
    if image.hasalpha():
        image = image.flatten(background=255)
    image = image.colourspace("srgb").cast("uchar")
    found = np.asarray(image.numpy(), dtype=np.float64)
    return np.repeat(found[:, :, :1], 3, axis=2) if found.shape[2] == 1 else found[:, :, :3]


TABLES = {
    f"Scaled: at least {SHARP_DB:g} dB": scaled,
    "Upright, whatever the orientation": upright,
    "Alpha kept": clear,
    "Nothing left of EXIF, XMP, IPTC": nowhere,
    f"Colours: CIEDE2000 from libvips' at most {SAME_COLOUR:g}": coloured,
}


def main() -> int:
    """Print every table and say how many lines are wrong."""
    wrong = 0
    for title, table in TABLES.items():
        sys.stdout.write(f"\n{title}\n")
        for what, said, right in table():
            wrong += not right
            sys.stdout.write(f"  {'ok  ' if right else 'WRONG'} {what}: {said}\n")
    sys.stdout.write(f"\n{wrong} wrong\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
