"""All the decoders there are: an explicit list, and two that come with an extra.

Importing a plugin registers it with Pillow; with these Pillow never goes looking for its others
(EPS, FITS, PSD …). Each opens under the name ``Format.X.upper()`` and works in the one thread a
worker has; but for libde265 (HEIC), which keeps one helper of its own.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from typing import IO, Any, NoReturn

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    IcoImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from proxy.errors import NotDecodable
from proxy.images.formats.jxl import without_jpeg
from proxy.model.picture import Format

PLUGINS = (
    JpegImagePlugin,
    PngImagePlugin,
    GifImagePlugin,
    WebPImagePlugin,
    AvifImagePlugin,
    BmpImagePlugin,
    IcoImagePlugin,
    TiffImagePlugin,
)
# Format → the package that reads it; the extra that brings it has the format's name.
EXTRAS = {Format.HEIC: "pillow_heif", Format.JXL: "pillow_jxl"}


def decodable() -> frozenset[Format]:
    """Return the formats that can be decoded here; SVG never is, originals are served in any case.

    Loads none of the extras.
    """
    absent = {form for form, package in EXTRAS.items() if find_spec(package) is None}
    return frozenset(Format) - absent - {Format.SVG}


def _register_extras() -> None:
    for form, package in EXTRAS.items():
        if form not in decodable():
            Image.register_open(form.upper(), _refusing(form))
        elif form is Format.HEIC:
            _register_heic(package)
        else:
            _register_jxl(package)


def _register_heic(package: str) -> None:
    """Register libheif's decoder for what the sniffer calls HEIC; no embedded thumbnails."""
    options: Any = import_module(f"{package}.options")
    options.DECODE_THREADS = 1
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    plugin = import_module(f"{package}.as_plugin")
    Image.register_open(Format.HEIC.upper(), plugin.HeifImageFile)


def _register_jxl(package: str) -> None:
    """Register libjxl's decoder. It decodes when it opens: the sniffer must have seen the size."""
    plugin: Any = import_module(f"{package}.JpegXLImagePlugin")
    plugin.DECODE_THREADS = 0

    def opened(file: IO[bytes], _: str | bytes) -> ImageFile.ImageFile:
        found: ImageFile.ImageFile = plugin.JXLImageFile(BytesIO(without_jpeg(file.read())))
        return found

    Image.register_open(Format.JXL.upper(), opened)


def _refusing(form: Format) -> Callable[..., NoReturn]:
    """Return an opener for a format whose extra is absent."""

    def refuse(*_: object) -> NoReturn:
        raise NotDecodable(f"{form} is read with the extra: pip install image-proxy[{form}]")

    return refuse


_register_extras()
