"""The unsharp mask: what a blur takes away is added once more; alpha stays."""

from PIL import Image

from proxy.images.ops.blur import gaussian
from proxy.images.ops.job import Job

_AMOUNT = 1.0  # of the difference


def sharpen(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture (mode L, LA, RGB or RGBA) sharpened with the sigma asked for."""
    sigma = job.variant.transform.sharpen
    if not sigma:
        return image
    sharp = Image.blend(gaussian(image, sigma), image, 1 + _AMOUNT)
    if "A" in image.getbands():
        sharp.putalpha(image.getchannel("A"))
    return sharp
