"""Lays a transparent picture on its background; on white where its format has no transparency."""

from PIL import Image

from proxy.images.ops.job import Job
from proxy.model.colour import Colour
from proxy.model.picture import Format

_COVERS = 255
_WHITE = Colour(255, 255, 255)


def flatten(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture on its background, opaque for JPEG; without either as it is."""
    if image.mode not in ("LA", "RGBA"):
        return image
    opaque = job.variant.format is Format.JPEG
    for colour in (job.variant.transform.background, _WHITE if opaque else None):
        if colour is not None and image.mode != "RGB":
            image = _on(image, colour)
    return image


def _on(image: Image.Image, colour: Colour) -> Image.Image:
    """Return the picture on a colour: RGB where that covers, else RGBA."""
    seen = image.convert("RGBA")
    shade = colour.red, colour.green, colour.blue
    if colour.alpha == _COVERS:
        laid = Image.new("RGB", image.size, shade)
        laid.paste(seen, mask=seen.getchannel("A"))
    else:
        laid = Image.alpha_composite(Image.new("RGBA", image.size, (*shade, colour.alpha)), seen)
    laid.info = dict(image.info)
    return laid
