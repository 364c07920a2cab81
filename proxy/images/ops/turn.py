"""Mirrors and turns a picture by quarters, exactly. Before it is sized: its box means it turned."""

from PIL import Image

from proxy.images import turns
from proxy.images.ops.job import Job


def turn(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture mirrored, then turned, as asked; any mode."""
    asked = turns.asked(job.variant.transform)
    return image if asked is None else image.transpose(asked)
