"""Writes the made picture, without any metadata. Settings as measured (design §8)."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from proxy.images.decode import Frame
from proxy.model.picture import Format, Variant

# One thread each: the pool has a worker a core.
_OPTIONS: Mapping[Format, Mapping[str, Any]] = {
    Format.JPEG: {"progressive": True, "optimize": True},
    Format.WEBP: {"method": 2},
    Format.AVIF: {"speed": 9, "max_threads": 1},
    Format.PNG: {},
    Format.GIF: {"disposal": 2},
}
_WITH_QUALITY = {Format.JPEG, Format.WEBP, Format.AVIF}


def encode_still(image: Image.Image, variant: Variant) -> bytes:
    """Return the bytes of a still picture (mode L, LA, RGB or RGBA)."""
    return _save(_bare(image, variant), variant, {})


def encode_animation(frames: Sequence[Frame], plays: int, variant: Variant) -> bytes:
    """Return the bytes of an animation (WebP or GIF) that runs ``plays`` times; 0: for ever."""
    first, *others = [_bare(frame.image, variant) for frame in frames]
    options: dict[str, Any] = {
        "save_all": True,
        "append_images": others,
        "duration": [frame.duration_ms for frame in frames],
    }
    if variant.format is Format.WEBP:
        options["loop"] = plays
    elif plays != 1:  # GIF counts repeats, and says nothing where there are none
        options["loop"] = max(0, plays - 1)
    return _save(first, variant, options)


def _bare(image: Image.Image, variant: Variant) -> Image.Image:
    """Return the pixels alone: Pillow's writers copy comments and profiles out of ``info``."""
    if variant.format is Format.GIF and image.mode == "LA":  # whose alpha that writer drops
        bare = image.convert("RGBA")
    else:
        bare = image.copy()
    bare.info = {}
    return bare


def _save(image: Image.Image, variant: Variant, more: Mapping[str, Any]) -> bytes:
    options = {**_OPTIONS[variant.format], **more}
    if variant.format in _WITH_QUALITY:
        options["quality"] = variant.quality
    out = BytesIO()
    image.save(out, variant.format.upper(), **options)
    return out.getvalue()
