"""Scales a picture to its layout's size with Lanczos (design §8), cutting what stands over."""

from PIL import Image

from proxy.images.ops.job import Job
from proxy.images.ops.lanczos import scale


def resize(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture (mode L, LA, RGB, RGBA or CMYK) at exactly the layout's size."""
    if job.view is None:
        return image
    size, source = job.view.layout.size, job.view.source
    whole = 0.0, 0.0, float(image.width), float(image.height)
    if image.size == size and source == whole:
        return image
    return scale(image, size, source)
