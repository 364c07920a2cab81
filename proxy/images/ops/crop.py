"""Keeps a part of a picture: ``crop`` of the upright one, ``cut`` of the sized one."""

from PIL import Image

from proxy.images.ops.job import Job
from proxy.images.parts import Box


def crop(image: Image.Image, job: Job) -> Image.Image:
    """Return the part asked for, rounded to whole decoded pixels outwards; any mode."""
    return image if job.view is None else _part(image, job.view.crop)


def cut(image: Image.Image, job: Job) -> Image.Image:
    """Return the part of the sized picture asked for; any mode."""
    return image if job.view is None else _part(image, job.view.layout.cut)


def _part(image: Image.Image, box: Box | None) -> Image.Image:
    return image if box in (None, (0, 0, *image.size)) else image.crop(box)
