"""How a layout lies on the pixels a decoder gave, which may have reduced them. Pure.

A JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that is enough. Its last column and row are
then only in part the picture's, and lie wherever the orientation and the turn have put them.
"""

from dataclasses import dataclass
from math import ceil, floor

from proxy.images import turns
from proxy.images.layout import Layout, lay_out, standing
from proxy.images.limits import Limits
from proxy.images.parts import Box, Part, Size, part_of
from proxy.model.picture import Facts
from proxy.model.transform import Transform

_OVERSAMPLING = 2  # decode at least twice the target, so that Lanczos decides the sharpness
_REDUCTIONS = (8, 4, 2)  # what libjpeg decodes without any loss of time


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """What a decoder gave: ``size`` is the stored picture's own, as if nothing were reduced."""

    size: Size
    reduced: int = 1  # each side divided by this, rounded up


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Where the layout's parts lie in the decoded pixels."""

    crop: Box | None  # of the upright pixels, before they are turned; None: all
    source: Part  # of the turned pixels: what is scaled to ``layout.size``
    layout: Layout


def look(transform: Transform, facts: Facts, pixels: Pixels, limits: Limits) -> View:
    """Return the view of a transform that trims nothing (``settle`` makes a crop of that)."""
    size, turn, by = pixels.size, turns.upright(facts), pixels.reduced
    have = ceil(size[0] / by), ceil(size[1] / by)
    # What of the decoded pixels lies beyond the picture, left, above, right and below.
    beyond = turns.move((0.0, 0.0, have[0] - size[0] / by, have[1] - size[1] / by), turn)
    if turns.swaps_sides(turn):
        size, have = size[::-1], have[::-1]
    crop = None
    if transform.crop is not None:
        part = part_of(transform.crop, size)
        left, top = beyond[0] + part[0] / by, beyond[1] + part[1] / by
        right, bottom = left + (part[2] - part[0]) / by, top + (part[3] - part[1]) / by
        crop = floor(left), floor(top), ceil(right), ceil(bottom)
        beyond = left - crop[0], top - crop[1], crop[2] - right, crop[3] - bottom
        have = crop[2] - crop[0], crop[3] - crop[1]
    turn = turns.asked(transform)
    beyond, have = turns.move(beyond, turn), have[::-1] if turns.swaps_sides(turn) else have
    upright = standing(transform, size)
    layout = lay_out(transform, upright, max_side=limits.max_side, max_pixels=limits.max_pixels)
    left, top, right, bottom = layout.part
    source = (
        max(0.0, beyond[0] + left / by),
        max(0.0, beyond[1] + top / by),
        min(float(have[0]), have[0] - beyond[2] - (upright[0] - right) / by),
        min(float(have[1]), have[1] - beyond[3] - (upright[1] - bottom) / by),
    )
    return View(crop=crop, source=source, layout=layout)


def reduction(transform: Transform, facts: Facts, size: Size, limits: Limits) -> int:
    """Return by how much a JPEG of that stored size may be reduced while it is decoded."""
    if transform.trim is not None:  # where its edges end is seen in its own pixels
        return 1
    view = look(transform, facts, Pixels(size=size), limits)
    left, top, right, bottom = view.layout.part
    width, height = view.layout.size
    # The layout may have rounded half a pixel up.
    spare = min((right - left) / (width - 0.5), (bottom - top) / (height - 0.5)) / _OVERSAMPLING
    return next((by for by in _REDUCTIONS if spare >= by), 1)
