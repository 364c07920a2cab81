"""Brightness, contrast and gamma in one lookup table; alpha stays."""

from PIL import Image

from proxy.images.ops.job import Job
from proxy.model.transform import Transform

_MOST = 255
_GREY = 0.5  # what contrast leaves as it is


def tone(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture (mode L, LA, RGB or RGBA) brighter, harder or lighter as asked."""
    transform = job.variant.transform
    if (transform.brightness, transform.contrast, transform.gamma) == (1.0, 1.0, 1.0):
        return image
    table = _table(transform)
    same = list(range(_MOST + 1))
    return image.point(
        [value for band in image.getbands() for value in (same if band == "A" else table)]
    )


def _table(transform: Transform) -> list[int]:
    """Return what becomes of each value; nothing is clipped until brightness and contrast met."""
    made = []
    for value in range(_MOST + 1):
        bright = value / _MOST * transform.brightness
        hard = (bright - _GREY) * transform.contrast + _GREY
        light = min(1.0, max(0.0, hard)) ** (1 / transform.gamma)
        made.append(round(light * _MOST))
    return made
