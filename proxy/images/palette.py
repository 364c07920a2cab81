"""Brings pictures to 256 colours: for GIF always, for PNG only where nothing is lost.

Clear pixels share the index CLEAR; GIF knows no half of it (GIF89a §23), half and more is opaque.
"""

from collections.abc import Sequence
from math import sqrt

from PIL import Image, ImageChops

CLEAR = 255
_MOST = 256
_OPAQUE_FROM = 128
_SAMPLED_FRAMES = 16
# Of all sampled frames together, and of a still that is looked at as a whole: half a second.
_SAMPLED_PIXELS = 8 << 20


def indexed(images: Sequence[Image.Image]) -> tuple[list[Image.Image], bool]:
    """Return the pictures in mode P with one palette, and whether CLEAR is used in any.

    Modes L, LA, RGB or RGBA. A still is dithered where it has more colours, unless it is large;
    an animation is not, because dots that change from frame to frame crawl, and cost bytes.
    """
    clear = [_clear(image) for image in images]
    has_clear = any(mask is not None for mask in clear)
    colours = [
        _blackened(image.convert("RGB"), mask) for image, mask in zip(images, clear, strict=True)
    ]
    most = _MOST - 1 if has_clear else _MOST
    alone = len(colours) == 1 and _is_small(colours[0])
    made = _still(colours[0], most) if alone else _by_sample(colours, most)
    if has_clear:
        for image, mask in zip(made, clear, strict=True):
            palette = image.getpalette() or []
            image.putpalette(palette[: 3 * CLEAR] + [0] * (3 * _MOST - len(palette[: 3 * CLEAR])))
            if mask is not None:
                image.paste(CLEAR, mask=mask)
    return made, has_clear


def smallest(image: Image.Image, *, greys: bool = True) -> tuple[Image.Image, bool]:
    """Return the same picture in the mode that costs a PNG least, and whether CLEAR is used.

    Every pixel looks as before; a large picture stays in its mode. ``greys``: grey may be written
    as grey (no profile for RGB comes along).
    """
    if "A" in image.getbands() and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert(image.mode.removesuffix("A"))
    if not _is_small(image):
        return image, False
    seen = image.convert("RGBa") if image.mode == "RGBA" else image
    found = seen.getcolors(_MOST) if image.mode in ("RGB", "RGBA") else None
    if found is None:
        return image, False
    if greys and image.mode == "RGB" and all(len(set(_bands(shade))) == 1 for _, shade in found):
        return image.convert("L"), False
    (made,), has_clear = indexed([image])
    shown = made.copy()
    if has_clear:
        shown.info["transparency"] = CLEAR
    again = shown.convert(image.mode).convert(seen.mode)
    if ImageChops.difference(again, seen).getbbox(alpha_only=False):  # half clear, or a rounding
        return image, False
    return made, has_clear


def _still(image: Image.Image, most: int) -> list[Image.Image]:
    few = image.getcolors(most) is not None
    own = image.quantize(most, Image.Quantize.MEDIANCUT)
    if few:
        return [own]
    return [image.quantize(palette=own, dither=Image.Dither.FLOYDSTEINBERG)]


def _by_sample(images: Sequence[Image.Image], most: int) -> list[Image.Image]:
    sample = _sample(images)
    # The octree takes half the bytes of the median cut, at 2 dB less.
    few = sample.getcolors(most) is not None
    method = Image.Quantize.MEDIANCUT if few else Image.Quantize.FASTOCTREE
    common = sample.quantize(most, method)
    return [image.quantize(palette=common, dither=Image.Dither.NONE) for image in images]


def _is_small(image: Image.Image) -> bool:
    return image.width * image.height <= _SAMPLED_PIXELS


def _sample(images: Sequence[Image.Image]) -> Image.Image:
    """Return frames from the whole run, side by side; small ones are whole, large ones thinned."""
    chosen = images[:: -(-len(images) // _SAMPLED_FRAMES)]
    pixels = sum(image.width * image.height for image in chosen)
    scale = min(1.0, sqrt(_SAMPLED_PIXELS / pixels))
    width, height = (max(1, round(side * scale)) for side in images[0].size)
    sheet = Image.new("RGB", (width * len(chosen), height))
    for number, image in enumerate(chosen):
        thin = image if scale == 1.0 else image.resize((width, height), Image.Resampling.NEAREST)
        sheet.paste(thin, (number * width, 0))
    return sheet


def _clear(image: Image.Image) -> Image.Image | None:
    """Return where a picture is clear, as a mask; None where it nowhere is."""
    if "A" not in image.getbands():
        return None
    mask = image.getchannel("A").point([255 * (value < _OPAQUE_FROM) for value in range(256)])
    return mask if mask.getbbox() else None


def _blackened(image: Image.Image, mask: Image.Image | None) -> Image.Image:
    """Return the picture without the colours nobody sees: they would take places of the palette."""
    if mask is not None:
        image.paste((0, 0, 0), mask=mask)
    return image


def _bands(shade: object) -> tuple[object, ...]:
    return shade if isinstance(shade, tuple) else (shade,)
