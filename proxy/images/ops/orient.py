"""Turns a picture upright (EXIF 2.32 §4.6.4, tag 274). First, so that all later steps see it so."""

from PIL import Image

from proxy.images.ops.job import Job
from proxy.model.picture import Format

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orient(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture as it is meant to be seen."""
    if job.facts.format is Format.TIFF:  # Pillow turns TIFFs while loading, and only those
        return image
    turn = _TURNS.get(job.facts.orientation)
    return image if turn is None else image.transpose(turn)
