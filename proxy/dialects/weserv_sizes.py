"""weserv's box: w, h, dpr, fit, we, a and c…, with what a turn does to it; text → Transform. Pure.

What each means is in ``weserv_terms.py``. There a picture is sized and then turned; the box of a
Transform is that of the turned picture.
"""

from proxy.dialects.turning import Turn
from proxy.dialects.weserv_values import Parameters, decimal_of, is_on, length_of, whole_of
from proxy.errors import NotOffered
from proxy.model.geometry import (
    CENTRE,
    MAX_SIDE,
    Anchor,
    Crop,
    Focal,
    Gravity,
    Length,
    Share,
    Smart,
)
from proxy.model.transform import Fit, Transform

FITS = {
    "inside": Fit.INSIDE,
    "outside": Fit.OUTSIDE,
    "cover": Fit.COVER,
    "contain": Fit.PAD,  # the box stays as it is, also with "we"
    "fill": Fit.FILL,
    "square": Fit.COVER,
    "squaredown": Fit.COVER,
    "absolute": Fit.FILL,
    "letterbox": Fit.PAD,
}
PLACES: dict[str, Gravity] = {
    "center": CENTRE,
    "top": Anchor(0.5, 0.0),
    "bottom": Anchor(0.5, 1.0),
    "left": Anchor(0.0, 0.5),
    "right": Anchor(1.0, 0.5),
    "top-left": Anchor(0.0, 0.0),
    "top-right": Anchor(1.0, 0.0),
    "bottom-left": Anchor(0.0, 1.0),
    "bottom-right": Anchor(1.0, 1.0),
    "entropy": Smart.ENTROPY,
    "attention": Smart.ATTENTION,
    "t": Anchor(0.5, 0.0),
    "b": Anchor(0.5, 1.0),
    "l": Anchor(0.0, 0.5),
    "r": Anchor(1.0, 0.5),
}
_CROPS = ("cx", "cy", "cw", "ch")


def read(found: Parameters, turn: Turn, *, leaning: bool) -> Transform:
    """Return the box of the picture as it stands in the end, with fit, gravity, enlarge and cut."""
    ratio = decimal_of(found, "dpr", 0.0, 8.0)
    width, height = (_side(found, key, 1.0 if ratio is None else ratio) for key in ("w", "h"))
    fit, enlarge = _fit(found), not is_on(found, "we")
    # Theirs are shares of the original, ours of what is left of it.
    less = whole_of(found, "trim", 1, 254) or (is_on(found, "precrop") and part_of(found))
    if less and (isinstance(width, Share) or isinstance(height, Share)):
        raise NotOffered("w or h in percent with trim or precrop")
    if fit is Fit.FILL and (width, height) != (None, None):
        if not enlarge:
            raise NotOffered("we with fit=fill")  # it would keep each side by itself
        width, height = width or Share(100.0), height or Share(100.0)
    swapped = turn.swaps and not is_on(found, "precrop")  # it is sized, then turned
    if swapped and fit in (Fit.COVER, Fit.PAD) and (width, height) != (None, None):
        raise NotOffered("ro with fit=cover or contain")  # it would cut to the unturned box
    if swapped:
        width, height = height, width
    if fit is Fit.PAD and leaning and width and height:
        raise NotOffered("ro with fit=contain")  # it would rotate the bars, too
    gravity = _gravity(found, fit)
    if fit is Fit.COVER and not enlarge and width and height:
        return _smaller(width, height, gravity)
    return Transform(width=width, height=height, fit=fit, gravity=gravity, enlarge=enlarge)


def part_of(found: Parameters) -> Crop | None:
    """Return the part of cx, cy, cw, ch; None where it is the whole."""
    x, y, width, height = (length_of(found, key) for key in _CROPS)
    x, y = (0 if length in (None, Share(0.0)) else length for length in (x, y))
    width, height = (None if length in (0, Share(0.0)) else length for length in (width, height))
    if (x, y, width, height) == (0, 0, None, None):
        return None
    return Crop(x=x, y=y, width=width, height=height)


def _smaller(width: Length, height: Length, gravity: Gravity) -> Transform:
    """Return what covers the box and is cut to it, where either is no larger than the picture."""
    if isinstance(width, Share) or isinstance(height, Share):
        raise NotOffered("w or h in percent with fit=cover and we")
    cut = Crop(width=width, height=height, gravity=gravity)
    return Transform(width=width, height=height, fit=Fit.OUTSIDE, cut=cut)


def _side(found: Parameters, key: str, ratio: float) -> Length | None:
    match length_of(found, key):
        case None:
            return None
        case Share(percent):
            return Share(round(percent * ratio, 3)) if percent * ratio else None
        case pixels:
            side = round(pixels * ratio)
            if side > MAX_SIDE:
                raise NotOffered(f"{key} over {MAX_SIDE} pixels")
            return side or None


def _fit(found: Parameters) -> Fit:
    text = found.get("fit", "")
    return Fit.COVER if text.startswith("crop") else FITS.get(text, Fit.INSIDE)


def _gravity(found: Parameters, fit: Fit) -> Gravity:
    text = found.get("a", "")
    if text.startswith(("focal", "crop-")):
        x, y = (decimal_of(found, key, 0.0, 1.0) for key in ("fpx", "fpy"))
        point = (0.5 if x is None else x, 0.5 if y is None else y)
        return Focal(*point) if fit is Fit.COVER else Anchor(*point)
    place = PLACES.get(text, CENTRE)
    return CENTRE if fit is not Fit.COVER and isinstance(place, Smart) else place
