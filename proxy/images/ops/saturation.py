"""More or less colour, as CSS does it (Filter Effects 1, §9.5): one matrix; alpha stays."""

from PIL import Image

from proxy.images.ops.job import Job

_LUMA = (0.2126, 0.7152, 0.0722)  # Rec. 709, the primaries of sRGB


def saturation(image: Image.Image, job: Job) -> Image.Image:
    """Return the picture (mode L, LA, RGB or RGBA) with its colours nearer to or off their grey.

    The mode stays, also for greyscale: a profile that is kept is one for colours.
    """
    transform = job.variant.transform
    factor = 0.0 if transform.greyscale else transform.saturation
    if factor == 1.0 or image.mode in ("L", "LA"):
        return image
    made = image.convert("RGB").convert("RGB", _matrix(factor))
    if image.mode == "RGBA":
        made.putalpha(image.getchannel("A"))
    return made


def _matrix(factor: float) -> tuple[float, ...]:
    """Return three rows of red, green, blue and offset."""
    rows = (
        (*((1 - factor) * weight + factor * (row == band) for band, weight in enumerate(_LUMA)), 0)
        for row in range(len(_LUMA))
    )
    return tuple(value for row in rows for value in row)
