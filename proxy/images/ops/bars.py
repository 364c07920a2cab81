"""Puts a picture on its canvas: the bars of contain and pad, and padding around both."""

from PIL import Image

from proxy.images.ops.job import Job
from proxy.model.colour import Colour
from proxy.model.picture import Format

_COVERS = 255
_WHITE = Colour(255, 255, 255)


def bars(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture (mode L, LA, RGB or RGBA) with bars and padding around it.

    Where they have no colour they are the background, else clear, or white for JPEG.
    """
    if job.view is None or image.size == job.view.layout.output:
        return image
    transform, layout = job.variant.transform, job.view.layout
    white = _WHITE if job.variant.format is Format.JPEG else None
    at = layout.at[0] + layout.padding.left, layout.at[1] + layout.padding.top
    return framed(image, layout.output, at, transform.bars or transform.background or white)


def framed(
    image: Image.Image, size: tuple[int, int], at: tuple[int, int], colour: Colour | None
) -> Image.Image:
    """Return a picture of ``size`` (RGB or RGBA) that shows ``image`` at a place and else colour.

    Without a colour it is clear. What is clear in ``image`` stays clear.
    """
    shade = Colour(0, 0, 0, 0) if colour is None else colour
    mode = "RGB" if shade.alpha == _COVERS and "A" not in image.getbands() else "RGBA"
    fill = shade.red, shade.green, shade.blue, shade.alpha
    made = Image.new(mode, size, fill[: len(mode)])
    made.paste(image.convert(mode), at)
    made.info = dict(image.info)
    return made
