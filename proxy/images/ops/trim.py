"""Finds the edges of one colour. First of all, so that every later step sees what is left."""

from PIL import Image, ImageChops

from proxy.model.colour import Colour
from proxy.model.transform import Trim


def kept(image: Image.Image, wanted: Trim) -> tuple[int, int, int, int]:
    """Return (left, top, right, bottom) of what is left without edges of the colour.

    Any mode. A picture of nothing but that colour stays whole.
    """
    plain = _comparable(image)
    edge = plain.crop((0, 0, 1, 1)) if wanted.colour is None else _dot(wanted.colour, plain.mode)
    differs = ImageChops.difference(plain, edge.resize(plain.size))
    beyond = [255 * (value > wanted.tolerance) for value in range(256)]
    box = differs.point(beyond * len(differs.getbands())).getbbox(alpha_only=False)
    return box or (0, 0, *image.size)


def _comparable(image: Image.Image) -> Image.Image:
    """Return the picture as RGB or, if it has alpha, premultiplied: all that is clear is alike."""
    if "A" not in image.getbands():
        return image.convert("RGB")
    return (image if image.mode == "RGBA" else image.convert("RGBA")).convert("RGBa")


def _dot(colour: Colour, mode: str) -> Image.Image:
    shade = colour.red, colour.green, colour.blue, colour.alpha
    return Image.new("RGBA", (1, 1), shade).convert(mode)
