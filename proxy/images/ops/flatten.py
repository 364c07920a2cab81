"""Lays a transparent picture on white where its format has no transparency."""

from PIL import Image

from proxy.images.ops.job import Job
from proxy.model.picture import Format


def flatten(image: Image.Image, job: Job) -> Image.Image:
    """Return an opaque picture for JPEG; for all other formats the picture as it is."""
    if job.variant.format is not Format.JPEG or image.mode not in ("LA", "RGBA"):
        return image
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
