"""Turns a picture upright. First, so that all later steps see it so."""

from PIL import Image

from proxy.images import turns
from proxy.images.ops.job import Job


def orient(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture as it is meant to be seen."""
    turn = turns.upright(job.facts)
    return image if turn is None else image.transpose(turn)
