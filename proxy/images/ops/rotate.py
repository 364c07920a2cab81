"""Rotates the sized picture by any angle that is no quarter; the canvas grows, corners are bars."""

from math import cos, radians, sin

from PIL import Image

from proxy.images.layout import angle
from proxy.images.ops.bars import framed
from proxy.images.ops.job import Job


def rotate(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture (mode L, LA, RGB or RGBA) rotated clockwise, its edges smooth.

    Corners have the colour of the bars; where there is none they are clear.
    """
    transform = job.variant.transform
    degrees = angle(transform)
    if job.view is None or not degrees:
        return image
    # A frame of one pixel lets the picture's edges fade into the corners.
    size, turned = (image.width + 2, image.height + 2), job.view.layout.turned
    ground = framed(image, size, (1, 1), transform.bars)
    mode = ground.mode
    if mode == "RGBA":  # premultiplied, so that clear pixels lend no colour
        ground = ground.convert("RGBa")
    corner = ground.getpixel((0, 0))
    rotated = ground.transform(
        turned,
        Image.Transform.AFFINE,
        _backwards(degrees, size, turned),
        resample=Image.Resampling.BICUBIC,
        fillcolor=corner,
    )
    return rotated.convert(mode)


def _backwards(
    degrees: float, have: tuple[int, int], want: tuple[int, int]
) -> tuple[float, float, float, float, float, float]:
    """Return the affine map from a place in the rotated picture to the one it came from."""
    across, along = cos(radians(degrees)), sin(radians(degrees))
    x, y = want[0] / 2, want[1] / 2
    return (
        across, along, have[0] / 2 - across * x - along * y,
        -along, across, have[1] / 2 + along * x - across * y,
    )  # fmt: skip
