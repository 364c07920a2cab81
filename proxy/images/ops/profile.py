"""Converts colours to sRGB by the picture's own ICC profile (ICC.1), relative to its white.

After scaling, because then there are few pixels. A broken or unfitting profile never fails a
picture: it is left out. CMYK without one is shown as a press proof would be: data/cmyk.icc, a model
of ours (bench/cmyk_profile.py). Colours that a header states without a profile are not looked at.
"""

from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from PIL import Image, ImageChops, ImageCms

from proxy.images.ops.job import Job
from proxy.model.picture import Format

# Kept where asked for, but never where it weighs more than the picture.
MAX_KEPT_BYTES = 64 << 10
_HOLDING = {Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF}
_SPACES = {"RGB": "RGB ", "RGBA": "RGB ", "L": "GRAY", "LA": "GRAY", "CMYK": "CMYK"}
_ROUNDING = 1  # a profile that moves no colour further is sRGB, whatever it is called
_LEVELS = range(0, 256, 51)


def profile(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture as L, LA, RGB or RGBA: in sRGB, or untouched if its profile is kept."""
    if kept_profile(image, job):
        return image
    embedded = _embedded(image)
    change = _change(embedded, image.mode) if embedded else None
    if change is None and image.mode == "CMYK":
        change = _change(_proof(), image.mode)
    if change is None:
        return image
    made = _by_table(image, change) if image.mode in ("L", "LA") else change.apply(image)
    made.info = {key: value for key, value in image.info.items() if key != "icc_profile"}
    return made


def kept_profile(image: Image.Image, job: Job) -> bytes | None:
    """Return the profile to be written with the picture; None where there is none to keep.

    Only one for RGB, at most MAX_KEPT_BYTES long, and in a format that holds one, is kept.
    """
    embedded = _embedded(image)
    keeps = job.variant.transform.profile and job.variant.format in _HOLDING
    if not keeps or image.mode not in ("RGB", "RGBA") or len(embedded) > MAX_KEPT_BYTES:
        return None
    return embedded if _read(embedded, image.mode) else None


def _embedded(image: Image.Image) -> bytes:
    found = image.info.get("icc_profile")
    return found if isinstance(found, bytes) else b""


@lru_cache(maxsize=1)
def _proof() -> bytes:
    return files("proxy.images").joinpath("data", "cmyk.icc").read_bytes()


@lru_cache(maxsize=4)  # a worker meets the same few again and again; up to 40 ms each
def _change(embedded: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way from a profile to sRGB; None where it is no good, or already sRGB."""
    source = _read(embedded, mode)
    if source is None:
        return None
    target = ImageCms.createProfile("sRGB")
    made = "RGBA" if mode == "RGBA" else "RGB"
    given = "L" if mode == "LA" else mode
    try:
        change = ImageCms.buildTransform(
            source, target, given, made, ImageCms.Intent.RELATIVE_COLORIMETRIC
        )
    except ImageCms.PyCMSError:  # what lcms makes of nonsense
        return None
    return change if mode == "CMYK" or _tells(change, given) else None


def _read(embedded: bytes, mode: str) -> ImageCms.ImageCmsProfile | None:
    """Return the profile if it can be read and is one for pictures of this mode."""
    if not embedded:
        return None
    try:
        found = ImageCms.ImageCmsProfile(BytesIO(embedded))
    except (OSError, ValueError, TypeError):  # what lcms makes of nonsense
        return None
    return found if found.profile.xcolor_space == _SPACES.get(mode) else None


def _tells(change: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Tell whether any colour is moved by more than rounding."""
    bands = [(red, green, blue) for red in _LEVELS for green in _LEVELS for blue in _LEVELS]
    colours = bytes(value for colour in bands for value in colour)
    before = Image.frombytes("RGB", (len(bands), 1), colours).convert(mode)
    moved = ImageChops.difference(before.convert("RGB"), change.apply(before).convert("RGB"))
    further = [255 * (value > _ROUNDING) for value in range(256)]
    return moved.point(further * len(moved.getbands())).getbbox() is not None


def _by_table(image: Image.Image, change: ImageCms.ImageCmsTransform) -> Image.Image:
    """Return a grey picture converted; grey stays grey, and alpha as it is."""
    greys = Image.frombytes("L", (256, 1), bytes(range(256)))
    table = list(change.apply(greys).convert("L").tobytes())
    return image.point(table + list(range(256)) * (len(image.mode) - 1))
