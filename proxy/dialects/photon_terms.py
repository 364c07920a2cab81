"""What Photon's parameters mean: text → Transform. Pure; the grammar is in ``photon.py``."""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from proxy.dialects.numbers import decimal, whole
from proxy.dialects.toning import Tone
from proxy.errors import BadAddress, NotOffered
from proxy.model.colour import Colour
from proxy.model.geometry import MAX_SIDE, Crop, Length, Share
from proxy.model.transform import ORIGINAL, Fit, Output, Transform

BLUR = 0.707  # the deviation of the kernel 1 2 1 × 1 2 1
BLACK = Colour(0, 0, 0)
DEEPEST, HARDEST = 255, 100  # as much brightness, as much contrast as there is
LOSSLESS = 100  # of quality
_GREYS = ("grayscale", "greyscale")
_FILTERS_REFUSED = ("negate", "sepia", "edgedetect", "emboss", "blurselective", "meanremoval")
_BOXES = {"fit": Fit.INSIDE, "resize": Fit.COVER, "lb": Fit.PAD}
_CENTRAL = ("1", "true")  # crop=1 asks w and h to cut
_LENGTH = re.compile(r"([0-9]{1,5})(px)?", re.ASCII)
_ALL = 100  # percent


def read(found: Mapping[str, str]) -> Transform:
    """Return what is asked, in the order it is asked; the original where nothing is.

    Raises NotOffered, and BadAddress for half a crop.
    """
    _refuse(found)
    made, tone = ORIGINAL, Tone()
    zoom = _zoom(found.get("zoom", "1"))
    for key, value in found.items():
        match key:
            case "w" | "h":
                made = _along(made, key, _side(value, zoom), cut=found.get("crop") in _CENTRAL)
            case "fit" | "resize" | "lb":
                made = _boxed(made, key, value, 1.0 if key == "lb" else zoom)
            case "crop" if value not in _CENTRAL:
                made = _cropped(made, value)
            case "brightness":
                tone = tone.added(_limited(value, DEEPEST) / DEEPEST)
            case "contrast":  # GD's own square
                tone = tone.contrasted((1 + _limited(value, HARDEST) / HARDEST) ** 2)
            case _:
                made = _changed(made, key, value)
    factors = tone.factors()
    if factors is None:
        raise NotOffered("as much brightness or contrast")
    made = replace(made, brightness=factors[0], contrast=factors[1])
    stripped = found.get("strip") in ("all", "info", "color")
    return replace(made, format=Output.AUTO) if stripped or made != ORIGINAL else ORIGINAL


def _refuse(found: Mapping[str, str]) -> None:
    """Raise NotOffered, with its name, for a parameter that would have an effect."""
    refused = {
        "colorize": any(whole(part) for part in found.get("colorize", "").split(",")),
        "smooth": "smooth" in found,
        "ulb": found.get("ulb") == "true",
        f"filter={found.get('filter')}": found.get("filter") in _FILTERS_REFUSED,
    }
    for name, meant in refused.items():
        if meant:
            raise NotOffered(name)


def _along(made: Transform, key: str, side: Length | None, *, cut: bool) -> Transform:
    """Return it no longer than so much along one side, or cut to both."""
    if side is None:
        return made
    other = made.height if key == "w" else made.width
    if made.cut or (made.width if key == "w" else made.height):
        raise NotOffered("a second size")
    if other and isinstance(side, Share):
        raise NotOffered("a second side in percent")  # of what the first has left
    fit = Fit.COVER if cut else Fit.INSIDE
    if key == "w":
        return replace(made, width=side, fit=fit)
    return replace(made, height=side, fit=fit)


def _boxed(made: Transform, key: str, value: str, zoom: float) -> Transform:
    parts = value.split(",")[:2]
    sides = [_side(part.rstrip("%"), zoom) for part in parts] if len(parts) > 1 else []
    if None in sides or not sides:
        return made
    if made.cut or made.width or made.height:
        raise NotOffered("a second size")
    return replace(
        made,
        width=sides[0],
        height=sides[1],
        fit=_BOXES[key],
        enlarge=key == "resize" and zoom == 1,
        bars=BLACK if key == "lb" else None,
    )


def _side(text: str, zoom: float) -> Length | None:
    number = whole(text)
    if number is None or number <= 0:
        return None
    if text.endswith("%"):
        return Share(number * zoom)
    side = round(number * zoom)
    if side > MAX_SIDE:
        raise NotOffered(f"a side over {MAX_SIDE} pixels")
    return side


def _zoom(text: str) -> float:
    zoom = min(10.0, max(1.0, decimal(text) or 1.0))
    return ceil(zoom) if zoom > 2 else ceil(zoom * 2) / 2  # noqa: PLR2004  # as Photon has it


def _cropped(made: Transform, value: str) -> Transform:
    """Return it with the part cut out: of the original, or of what has been sized before."""
    found = [_LENGTH.fullmatch(part) for part in value.split(",")]
    lengths = [_length(int(part[1]), pixels=part[2] is not None) for part in found if part]
    if len(lengths) < len(found) or len(lengths) != 4 or 0 in lengths[2:]:  # noqa: PLR2004  # x, y, w, h
        raise BadAddress("crop takes x,y,w,h in percent, or in pixels such as 10px")
    x, y, *sides = lengths
    width, height = (
        None if isinstance(side, Share) and side.percent >= _ALL else side for side in sides
    )
    if (x, y, width, height) == (0, 0, None, None):
        return made
    part = Crop(x=x, y=y, width=width, height=height)
    return replace(made, cut=part) if made.width or made.height else replace(made, crop=part)


def _length(number: int, *, pixels: bool) -> Length:
    return number if pixels or number == 0 else Share(float(number))


def _changed(made: Transform, key: str, value: str) -> Transform:
    if key == "filter" and value in _GREYS:
        return replace(made, greyscale=True)
    if key == "filter" and value == "blurgaussian":
        return replace(made, blur=BLUR)
    quality = whole(value) if key == "quality" else None
    if quality is None or not 1 <= quality <= LOSSLESS:
        return made
    return replace(made, quality=quality, lossless=quality == LOSSLESS)


def _limited(text: str, most: int) -> int:
    return min(most, max(-most, whole(text) or 0))
