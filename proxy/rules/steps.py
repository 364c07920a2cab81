"""Rule: what strangers ask is rounded up to steps, so that nobody can mint endless variants.

Sides come in tens of pixels up to 1000 and in forties above, shares in whole percents, qualities in
fives. What else options say is kept: the cache bounds the pictures of one original (design §5).
"""

from dataclasses import replace
from math import ceil

from proxy.model.geometry import MAX_SIDE, Length, Share
from proxy.model.transform import Transform

_FINE, _COARSE = 10, 40  # pixels
_FINE_UP_TO = 1000  # pixels
_QUALITY = 5  # divides 100: no quality leaves its scale


def stepped(transform: Transform) -> Transform:
    """Return the transform with the next larger sides and qualities there are for strangers."""
    sides = transform.width, transform.height
    if sides == (None, None) and transform.quality is None and not transform.qualities:
        return transform  # an original, mostly: a copy of all fields is the dearest part of a hit
    quality = transform.quality
    return replace(
        transform,
        width=_side(transform.width),
        height=_side(transform.height),
        quality=None if quality is None else _up(quality, _QUALITY),
        qualities=tuple((form, _up(own, _QUALITY)) for form, own in transform.qualities),
    )


def _side(side: Length | None) -> Length | None:
    if side is None:
        return None
    if isinstance(side, Share):
        return Share(float(ceil(side.percent)))
    return min(MAX_SIDE, _up(side, _FINE if side <= _FINE_UP_TO else _COARSE))


def _up(value: int, step: int) -> int:
    return -(-value // step) * step
