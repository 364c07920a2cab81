"""Pictures in the formats that come with an extra; tests that use them skip where it is absent."""

from io import BytesIO

import pytest
from PIL import Image

from tests.fakes.pictures import quadrants


def heic(image: Image.Image, *, orientation: int = 1, quality: int = 90) -> bytes:
    """Return a HEIC of ``image``; ``orientation`` is EXIF's: no decoder heeds it."""
    pillow_heif = pytest.importorskip("pillow_heif", reason="the extra heic is absent")
    exif = Image.Exif()
    exif[274] = orientation
    out = BytesIO()
    more = {"exif": exif.tobytes()} if orientation > 1 else {}
    pillow_heif.from_pillow(image).save(out, quality=quality, **more)
    return out.getvalue()


def jxl(image: Image.Image, *, boxed: bool = False) -> bytes:
    """Return a lossless JPEG XL of ``image``, bare or in boxes."""
    pytest.importorskip("pillow_jxl", reason="the extra jxl is absent")
    out = BytesIO()
    image.save(out, "JXL", lossless=True, use_container=boxed)
    return out.getvalue()


def turned_heic(turns: int) -> bytes:
    """Return a HEIC, 200 × 64 as stored, that is to be turned anti-clockwise (irot).

    The turn takes the place of the clean aperture that cuts the encoder's padding off, so that no
    offset changes; the padding is then seen.
    """
    data = heic(quadrants(200, 50))
    at = data.index(b"clap")
    return data[:at] + b"irot" + bytes([turns]) + bytes(31) + data[at + 36 :]
