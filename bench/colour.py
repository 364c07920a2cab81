"""How far our colours are from libvips's: ΔE (CIE 1976) of thumbnails 400 pixels wide.

    python bench/colour.py ../shared/corpus       (needs numpy and pyvips[binary])

Each line: mean, 95th percentile, most. Both read the same file; libvips by ``thumbnail`` to sRGB,
which honours embedded profiles and has one of its own for CMYK without. Scaling differs a little
too: in the two controls at the end it is all that does.
"""

import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image

from proxy.images.limits import Limits
from proxy.images.pipeline import make
from proxy.model.picture import Format, Variant
from proxy.model.transform import Output, Transform

FILES = (
    "jpeg/cmyk-noprofile-high-trestle-trail.jpg",
    "jpeg/cmyk-icc-high-trestle-trail.jpg",
    "jpeg/pil_sample_cmyk.jpg",
    "jpeg-icc/adobe-rgb-casa-mila.jpg",
    "jpeg-icc/display-p3-blue-periwinkle.jpg",
    "jpeg-icc/huge-icc-abstract-spiral.jpg",
    "jpeg-icc/icc-chunk-1-missing.jpg",
    "jpeg-icc/paris_exif_xmp_icc.jpg",
    "jpeg-icc/rec2020-the-spices-of-life.png",
    "jpeg-icc/rgb.jpg",
    "jpeg/phone-pug-4032x3024-p3.jpg",
    "png-icc/p3.png",
    "png-icc/rgb-to-gbr-test.png",
    "png-icc/checkerboard.gamma1dot0.png",
    "png/Nikon-D3-14bit_2020_g1.png",
    "png/rgb16-photo-roman-colosseum.png",
    "webp/p3-ocean-waves.webp",
    "avif/paris_icc_exif_xmp.avif",
    "jpeg/header-casa-mila-900x420-progressive-q80.jpg",  # a control: sRGB
    "jpeg/gray-camera.jpg",  # likewise, grey
)
WIDTH = 400
LIMITS = Limits(max_pixels=50_000_000, max_frames=1, deadline_s=30.0)
VARIANT = Variant(
    transform=Transform(width=WIDTH, format=Output.PNG), format=Format.PNG, quality=100
)
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # IEC 61966-2-1
WHITE = TO_XYZ.sum(axis=1)
_TOE = 0.04045  # of sRGB: below it the curve is straight


def lab(pixels: np.ndarray) -> np.ndarray:
    """Return L*a*b* of sRGB pixels (height, width, 3)."""
    value = pixels / 255.0
    light = np.where(value <= _TOE, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    share = light @ TO_XYZ.T / WHITE
    root = np.where(share > 216 / 24389, np.cbrt(share), (24389 / 27 * share + 16) / 116)
    x, y, z = np.moveaxis(root, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], -1)


def ours(path: Path) -> np.ndarray:
    """Return our thumbnail's pixels."""
    made = make(path.read_bytes(), [VARIANT], LIMITS)[0]
    if not isinstance(made, bytes):
        raise made
    with Image.open(BytesIO(made)) as image:
        return np.asarray(image.convert("RGB"))


def theirs(path: Path, size: tuple[int, int]) -> np.ndarray:
    """Return libvips's thumbnail's pixels."""
    width, height = size
    image = pyvips.Image.thumbnail(
        str(path), width, height=height, size="force", output_profile="srgb"
    )
    return image.colourspace("srgb").numpy()[..., :3]


def main() -> None:
    """Print a line for each file."""
    for name in FILES:
        path = Path(sys.argv[1]) / name
        mine = ours(path)
        far = np.linalg.norm(lab(mine) - lab(theirs(path, mine.shape[1::-1])), axis=-1)
        print(f"{far.mean():6.2f} {np.percentile(far, 95):6.2f} {far.max():6.2f}  {name}")


if __name__ == "__main__":
    main()
