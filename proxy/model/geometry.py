"""Where something lies in a picture: lengths, places, parts. Pure values, without any pixel.

The normal form of each is the one of all that mean the same; numbers end at the third decimal
there, which is finer than any pixel is.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

MAX_SIDE = 16383  # pixels: WebP's
MAX_EDGE = 4096  # pixels around a picture


@dataclass(frozen=True, slots=True)
class Share:
    """A length as a part of the picture's own side: 50.0 is half of it."""

    percent: float


# Whole pixels, or a share of the side it is measured along.
Length = int | Share


@dataclass(frozen=True, slots=True)
class Anchor:
    """How what is left over is shared: 0 keeps the left (top) edge, 0.5 the middle, 1 the right."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Focal:
    """The point to keep as near to the middle as the edges allow; shares of the sides, 0 to 1."""

    x: float
    y: float


class Smart(StrEnum):
    """The part to keep is looked for in the pixels; the same pixels give the same part."""

    ENTROPY = "entropy"  # where most happens
    ATTENTION = "attention"  # where the eye goes: edges, saturation, skin


Gravity = Anchor | Focal | Smart

CENTRE = Anchor(0.5, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A part of a picture, cut to the picture where it reaches beyond.

    ``width`` and ``height``: None is all of the side; below zero, the part ends so many pixels (or
    such a share) before the far edge. ``x`` and ``y`` are of its left top corner, below zero
    counted from the far edge; None leaves that direction to ``gravity``.
    """

    width: Length | None = None
    height: Length | None = None
    x: Length | None = None
    y: Length | None = None
    gravity: Gravity = CENTRE

    def normal(self) -> "Crop | None":
        """Return the normal form; None where nothing is cut off."""
        if (self.width, self.height, self.x, self.y) == (None, None, None, None):
            return None
        free = (self.width is not None and self.x is None) or (
            self.height is not None and self.y is None
        )
        return Crop(
            width=normal_length(self.width),
            height=normal_length(self.height),
            x=normal_length(self.x),
            y=normal_length(self.y),
            gravity=normal_gravity(self.gravity) if free else CENTRE,
        )

    def scaled(self, ratio: float) -> "Crop":
        """Return the same part of a picture that is ``ratio`` times as large."""
        return replace(
            self,
            width=scaled(self.width, ratio),
            height=scaled(self.height, ratio),
            x=scaled(self.x, ratio),
            y=scaled(self.y, ratio),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """So many pixels at each edge."""

    top: int = 0
    right: int = 0
    bottom: int = 0
    left: int = 0

    def scaled(self, ratio: float) -> "Edges":
        """Return the same edges of a picture that is ``ratio`` times as large."""
        return Edges(
            top=_scaled_edge(self.top, ratio),
            right=_scaled_edge(self.right, ratio),
            bottom=_scaled_edge(self.bottom, ratio),
            left=_scaled_edge(self.left, ratio),
        )


NO_EDGES = Edges()


def exact(value: float) -> float:
    """Return the number to a thousandth, and nought without a minus."""
    return round(value, 3) + 0.0


def normal_length(length: Length | None) -> Length | None:
    """Return the normal form of a length that may be left open."""
    return Share(exact(length.percent)) if isinstance(length, Share) else length


def normal_gravity(gravity: Gravity) -> Gravity:
    """Return the normal form of a place."""
    match gravity:
        case Anchor():
            return Anchor(exact(gravity.x), exact(gravity.y))
        case Focal():
            return Focal(exact(gravity.x), exact(gravity.y))
        case Smart():
            return gravity


def scaled(length: Length | None, ratio: float) -> Length | None:
    """Return the same length of a picture that is ``ratio`` times as large: a share stays.

    Never beyond MAX_SIDE, and never nothing that was something.
    """
    if not isinstance(length, int) or length == 0:
        return length
    pixels = min(MAX_SIDE, max(1, round(abs(length) * ratio)))
    return pixels if length > 0 else -pixels


def _scaled_edge(edge: int, ratio: float) -> int:
    return min(MAX_EDGE, round(edge * ratio))
