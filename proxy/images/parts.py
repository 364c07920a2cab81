"""Which part of a picture is meant: a crop's rectangle, a window by gravity, a length in pixels.

Pure: decides by sizes alone. ``Smart`` gravity lies in the middle here, until ``settle`` has looked
at the pixels.
"""

from proxy.model.geometry import CENTRE, Anchor, Crop, Focal, Gravity, Length, Share

Size = tuple[int, int]  # width, height
Box = tuple[int, int, int, int]  # left, top, right, bottom
Part = tuple[float, float, float, float]  # likewise, between the pixels, too


def part_of(crop: Crop, size: Size, scale: float = 1.0) -> Box:
    """Return what a crop keeps of a picture: never empty, never beyond the picture.

    ``scale`` multiplies the pixels the crop names; shares are of the picture as it is.
    """
    x, y = shares(crop.gravity)
    focal = isinstance(crop.gravity, Focal)
    left, right = _span((crop.x, crop.width), size[0], scale, x, focal=focal)
    top, bottom = _span((crop.y, crop.height), size[1], scale, y, focal=focal)
    return left, top, right, bottom


def window(extent: tuple[float, float], size: Size, gravity: Gravity) -> Part:
    """Return where a part of that (width, height) lies in a picture of ``size``."""
    (x, y), focal = shares(gravity), isinstance(gravity, Focal)
    left = _start(extent[0], size[0], x, focal=focal)
    top = _start(extent[1], size[1], y, focal=focal)
    return left, top, left + extent[0], top + extent[1]


def shares(gravity: Gravity) -> tuple[float, float]:
    """Return the gravity's (x, y) as shares of the sides."""
    return (gravity.x, gravity.y) if isinstance(gravity, Anchor | Focal) else (CENTRE.x, CENTRE.y)


def pixels(length: Length | None, side: int, scale: float) -> float | None:
    """Return a length in pixels: of a share, the part of the side; of pixels, ``scale`` times."""
    if length is None:
        return None
    return side * length.percent / 100 if isinstance(length, Share) else length * scale


def _span(
    asked: tuple[Length | None, Length | None],
    side: int,
    scale: float,
    share: float,
    *,
    focal: bool,
) -> tuple[int, int]:
    """Return where a part begins and ends along one side, for its (start, length)."""
    begin, extent = (pixels(length, side, scale) for length in asked)
    if begin is not None and begin < 0:
        begin += side
    if extent is None:
        extent = side - (begin or 0.0)
    elif extent < 0:
        begin = begin or 0.0
        extent += side - begin
    if begin is None:
        extent = min(max(1.0, extent), side)
        begin = _start(extent, side, share, focal=focal)
    first = round(begin)
    last = min(first + max(1, round(extent)), side)
    first = min(max(0, first), side - 1)
    return first, max(last, first + 1)


def _start(extent: float, side: float, share: float, *, focal: bool) -> float:
    """Return where a window begins: left over by share, or around a focal point."""
    free = side - extent
    return min(max(0.0, share * side - extent / 2), free) if focal else free * share
