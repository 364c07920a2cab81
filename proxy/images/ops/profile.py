"""Converts colours to sRGB by the picture's own ICC profile (ICC.1), or plainly where it has none.

After scaling, because then there are few pixels. A broken or unfitting profile never fails a
picture: it is left out.
"""

from io import BytesIO

from PIL import Image, ImageCms

from proxy.images.ops.job import Job

_SPACES = {"RGB ": ("RGB", "RGBA"), "CMYK": ("CMYK",), "GRAY": ("L",)}


def profile(image: Image.Image, _job: Job) -> Image.Image:
    """Return the picture as L, LA, RGB or RGBA in sRGB."""
    embedded = image.info.get("icc_profile")
    converted = _convert(image, embedded) if isinstance(embedded, bytes) and embedded else image
    return converted.convert("RGB") if converted.mode == "CMYK" else converted


def _convert(image: Image.Image, embedded: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(embedded))
        space = source.profile.xcolor_space
        if "sRGB" in (source.profile.profile_description or ""):
            return image
        if space == "RGB " and image.mode in ("L", "LA"):
            image = image.convert("RGB" if image.mode == "L" else "RGBA")
        if image.mode not in _SPACES.get(space, ()):
            return image
        mode = image.mode if image.mode == "RGBA" else "RGB"
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):  # what lcms makes of nonsense
        return image
    return converted or image
