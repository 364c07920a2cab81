"""Where everything lies before a pixel is touched: what is kept, how large it gets, on what.

Pure: decides by a transform and a size alone. Follows the contract's "Never enlarged" (service.md,
Answers).
"""

from dataclasses import dataclass
from math import ceil, cos, inf, radians, sin, sqrt

from proxy.images.parts import Box, Part, Size, part_of, pixels, shares, window
from proxy.model.geometry import CENTRE, NO_EDGES, Anchor, Edges
from proxy.model.transform import Fit, Transform

_QUARTER = 90.0
_LEAST_STEP = 1.001  # where rounding keeps a layout over its bounds
_HAIR = 1e-6  # of a pixel: what sines leave over


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The geometry of one made picture, from the upright picture after trim, crop and turn.

    ``part`` of it is scaled to ``size``; of that ``cut`` is kept (None: all), which is ``turned``
    large once rotated by what is no quarter, and stands ``at`` a place (x, y) on the ``canvas``,
    with ``padding`` around that.
    """

    part: Part
    size: Size
    cut: Box | None = None
    turned: Size
    canvas: Size
    at: tuple[int, int] = (0, 0)
    padding: Edges = NO_EDGES

    @property
    def output(self) -> Size:
        """Return (width, height) of the made picture in pixels."""
        edges, (width, height) = self.padding, self.canvas
        return width + edges.left + edges.right, height + edges.top + edges.bottom


def lay_out(transform: Transform, size: Size, *, max_side: int, max_pixels: int) -> Layout:
    """Return the layout for a picture that is ``size`` after trim, crop and turn.

    What would come out larger than ``max_side``, or hold more than ``max_pixels`` on its way, is
    made smaller in proportion, cut and padding included.
    """
    scale, least = 1.0, 1.0
    while True:
        layout = _laid(transform, size, scale)
        most = max(w * h for w, h in (layout.size, layout.turned, layout.output))
        over = max(max(layout.output) / max_side, sqrt(most / max_pixels))
        if over <= 1:
            return layout
        scale /= max(over, least)
        least = _LEAST_STEP


def standing(transform: Transform, size: Size) -> Size:
    """Return (width, height) of an upright picture of ``size`` after crop and turn."""
    if transform.crop is not None:
        left, top, right, bottom = part_of(transform.crop, size)
        size = right - left, bottom - top
    return (size[1], size[0]) if quarters(transform) % 2 else size


def quarters(transform: Transform) -> int:
    """Return how many quarters clockwise it is turned before it is sized, 0 to 3."""
    turns, rest = divmod(transform.rotate, _QUARTER)
    return 0 if rest else int(turns) % 4


def angle(transform: Transform) -> float:
    """Return the degrees clockwise it is rotated by once it is sized; 0 where it is not."""
    return transform.rotate if transform.rotate % _QUARTER else 0.0


def _laid(transform: Transform, size: Size, scale: float) -> Layout:
    wanted, box = _sized(transform, size)
    scaled = _whole(wanted, scale)
    kept, cut = scaled, None
    if transform.cut is not None:
        cut = part_of(transform.cut, scaled, scale)
        kept = cut[2] - cut[0], cut[3] - cut[1]
    turned = _rotated(kept, angle(transform))
    bars = turned if box is None else _whole(box, scale)
    canvas = max(turned[0], bars[0]), max(turned[1], bars[1])
    x, y = shares(transform.gravity if isinstance(transform.gravity, Anchor) else CENTRE)
    edges = transform.padding
    return Layout(
        part=_part(transform, size, scaled),
        size=scaled,
        cut=cut,
        turned=turned,
        canvas=canvas,
        at=(round((canvas[0] - turned[0]) * x), round((canvas[1] - turned[1]) * y)),
        padding=Edges(
            top=round(edges.top * scale),
            right=round(edges.right * scale),
            bottom=round(edges.bottom * scale),
            left=round(edges.left * scale),
        ),
    )


def _sized(
    transform: Transform, size: Size
) -> tuple[tuple[float, float], tuple[float, float] | None]:
    """Return (width, height) of the picture once scaled and cut to its box, and of its bars' box.

    Without ``enlarge`` the box shrinks in proportion until it fits the picture.
    """
    width, height = size
    most = inf if transform.enlarge else 1.0
    box_width = pixels(transform.width, width, 1.0)
    box_height = pixels(transform.height, height, 1.0)
    if box_width is None or box_height is None:
        along = 1.0 if box_width is None else box_width / width
        scale = along if box_height is None else box_height / height
        return (width * min(scale, most), height * min(scale, most)), None
    across, down = box_width / width, box_height / height
    scale = min(across, down, most)
    match transform.fit:
        case Fit.COVER | Fit.FILL:
            shrunk = min(1.0, most / across, most / down)
            return (box_width * shrunk, box_height * shrunk), None
        case Fit.OUTSIDE:
            scale = min(max(across, down), most)
            return (width * scale, height * scale), None
        case Fit.INSIDE:
            return (width * scale, height * scale), None
        case Fit.CONTAIN:
            shrunk = scale / min(across, down)
            return (width * scale, height * scale), (box_width * shrunk, box_height * shrunk)
        case Fit.PAD:
            return (width * scale, height * scale), (box_width, box_height)


def _part(transform: Transform, have: Size, want: Size) -> Part:
    """Return the largest part with the wanted ratio for COVER, all of the picture else.

    A part that differs by less than a pixel of the result is the whole: rounding is no crop.
    """
    if transform.fit is not Fit.COVER or transform.width is None or transform.height is None:
        return 0.0, 0.0, float(have[0]), float(have[1])
    scale = min(have[0] / want[0], have[1] / want[1])
    width, height = (
        float(side) if abs(side - part * scale) <= scale else part * scale
        for side, part in zip(have, want, strict=True)
    )
    return window((width, height), have, transform.gravity)


def _whole(sides: tuple[float, float], scale: float) -> Size:
    return max(1, round(sides[0] * scale)), max(1, round(sides[1] * scale))


def _rotated(size: Size, degrees: float) -> Size:
    """Return (width, height) of what a rotated picture lies in."""
    if not degrees:
        return size
    width, height = size
    across, along = abs(cos(radians(degrees))), abs(sin(radians(degrees)))
    return (
        ceil(width * across + height * along - _HAIR),
        ceil(width * along + height * across - _HAIR),
    )
