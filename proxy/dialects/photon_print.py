"""A Transform in Photon's parameters: the best they can say. What they mean: ``photon_terms.py``.

What is lost on the way is not noticed here: ``echo.confirmed`` reads it again.
"""

from collections.abc import Iterator
from math import sqrt

from proxy.dialects import toning
from proxy.dialects.numbers import shown
from proxy.dialects.photon_terms import BLUR, DEEPEST, HARDEST
from proxy.model.geometry import Crop, Length, Share
from proxy.model.transform import ORIGINAL, Fit, Transform


def write(transform: Transform) -> list[str]:
    """Return the parameters; none for the original."""
    if transform.is_original:
        return []
    return [
        *_part(transform.crop),
        *_sizes(transform),
        *_part(transform.cut),
        *_looks(transform),
    ] or ["strip=all"]


def _sizes(transform: Transform) -> Iterator[str]:
    width, height = transform.width, transform.height
    if isinstance(width, int) and isinstance(height, int) and not _is_cut(transform):
        names = {Fit.COVER: "resize", Fit.PAD: "lb"}
        yield f"{names.get(transform.fit, 'fit')}={width},{height}"
        return
    if width is not None:
        yield f"w={_side(width)}"
    if height is not None:
        yield f"h={_side(height)}"
    if width is not None and height is not None and _is_cut(transform):
        yield "crop=1"


def _is_cut(transform: Transform) -> bool:
    return transform.fit is Fit.COVER and not transform.enlarge


def _part(crop: Crop | None) -> Iterator[str]:
    if crop is not None:
        lengths = (crop.x, crop.y, crop.width, crop.height)
        yield f"crop={','.join(map(_length, lengths))}"


def _looks(transform: Transform) -> Iterator[str]:
    if transform.greyscale:
        yield "filter=grayscale"
    if transform.blur == BLUR:
        yield "filter=blurgaussian"
    brightness, contrast = transform.brightness, transform.contrast
    if brightness == ORIGINAL.brightness != contrast:
        yield f"contrast={round((sqrt(contrast) - 1) * HARDEST)}"
    elif added := toning.offset(brightness, contrast):
        yield f"brightness={round(added * DEEPEST)}"
    if transform.quality is not None:
        yield f"quality={transform.quality}"


def _side(length: Length) -> str:
    return f"{shown(length.percent)}%25" if isinstance(length, Share) else str(length)


def _length(length: Length | None) -> str:
    if length is None:
        return "100"
    return shown(length.percent) if isinstance(length, Share) else f"{length}px"
