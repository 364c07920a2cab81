"""What to make of an original, independent of the dialect that asked for it.

The operations are done in the order their fields stand here, in whatever order they were written.
How a transform is written down, and read again, is in ``options.py``.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from proxy.model.colour import Colour
from proxy.model.geometry import (
    CENTRE,
    MAX_SIDE,
    NO_EDGES,
    Crop,
    Edges,
    Gravity,
    Length,
    Share,
    exact,
    normal_gravity,
    scaled,
)


class Fit(StrEnum):
    """How a picture meets its box, where it has both sides."""

    COVER = "cover"  # fill the box, cut what stands over
    CONTAIN = "contain"  # stay within the box, bars fill it; the box shrinks rather than enlarge
    INSIDE = "inside"  # stay within the box, cut nothing
    OUTSIDE = "outside"  # the smallest that covers the box, cut nothing
    FILL = "fill"  # exactly the box, the ratio goes
    PAD = "pad"  # stay within the box, bars fill exactly that box


class Output(StrEnum):
    """The format wanted."""

    AUTO = "auto"  # chosen by Accept
    SAME = "same"  # the original's, or one everybody shows where we do not write that
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    AVIF = "avif"
    GIF = "gif"


class Hint(StrEnum):
    """What is left to the reader's client hints (RFC 8942); ``flow`` replaces it by a value."""

    DPR = "dpr"  # Sec-CH-DPR multiplies the sides
    WIDTH = "width"  # Sec-CH-Width is the width, in physical pixels
    SAVE_DATA = "save-data"  # Save-Data: on lowers the quality


@dataclass(frozen=True, slots=True, kw_only=True)
class Trim:
    """Edges of one colour go. ``tolerance``: 0 to 255, the largest difference in any channel."""

    tolerance: int = 10
    colour: Colour | None = None  # None: the left top pixel's


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """The operations asked for; the defaults do nothing.

    Lengths are pixels of the upright picture, shares are of the side as it stands when its turn
    has come.
    """

    # Which part.
    trim: Trim | None = None
    crop: Crop | None = None
    # How it stands.
    mirror: bool = False  # left and right change places, before it is turned
    rotate: float = 0.0  # degrees clockwise, 0 ≤ rotate < 360; multiples of 90 now, else once sized
    # How large. None follows from the other side.
    width: Length | None = None
    height: Length | None = None
    fit: Fit = Fit.COVER
    gravity: Gravity = CENTRE  # what COVER keeps, where CONTAIN and PAD put the picture
    enlarge: bool = False
    cut: Crop | None = None  # a part of the sized picture
    # How it looks. Factors: 1 changes nothing.
    brightness: float = 1.0
    contrast: float = 1.0  # about middle grey
    gamma: float = 1.0  # out = in ** (1 / gamma), above 1 is lighter
    saturation: float = 1.0
    greyscale: bool = False
    blur: float = 0.0  # sigma of the Gaussian, in pixels of the made picture
    sharpen: float = 0.0  # sigma of the unsharp mask, likewise
    # What is around it.
    padding: Edges = NO_EDGES
    bars: Colour | None = None  # of bars, padding and corners; None: the background, else clear
    background: Colour | None = None  # under all that is clear; None: stays clear, or white
    # How it is written.
    format: Output = Output.SAME
    quality: int | None = None  # 1 to 100 of the format's own scale; None: the settings'
    qualities: tuple[tuple[Output, int], ...] = ()  # by format, before ``quality``; sorted
    max_bytes: int | None = None  # the largest quality that stays within
    lossless: bool = False
    progressive: bool = True  # JPEG only
    copyright: bool = False  # copyright and artist stay, all else goes in any case
    profile: bool = False  # the colour profile stays; else sRGB
    frame: int | None = None  # this still of an animation, from 0; None: the animation
    # What the reader's browser decides.
    hints: frozenset[Hint] = frozenset()

    @property
    def is_original(self) -> bool:
        """Tell whether nothing is to be made: the original itself is wanted."""
        return self is ORIGINAL or self == ORIGINAL  # mostly it is, and 34 fields are compared

    def normal(self) -> "Transform":
        """Return the one transform of all that mean the same: what decides nothing is default."""
        rotate = exact(exact(self.rotate) % 360.0)
        wide = self.width is not None or Hint.WIDTH in self.hints
        high = self.height is not None
        barred = wide and high and self.fit in (Fit.CONTAIN, Fit.PAD)
        placed = barred or (wide and high and self.fit is Fit.COVER)
        around = barred or self.padding != NO_EDGES or rotate % 90.0 != 0.0
        open_format = self.format in (Output.AUTO, Output.SAME)
        by_format = dict(self.qualities)
        return replace(
            self,
            crop=self.crop and self.crop.normal(),
            rotate=rotate,
            width=_normal_side(self.width),
            height=_normal_side(self.height),
            fit=self.fit if wide and high else Fit.COVER,
            gravity=normal_gravity(self.gravity) if placed else CENTRE,
            enlarge=self.enlarge and (wide or high),
            cut=self.cut and self.cut.normal(),
            brightness=exact(self.brightness),
            contrast=exact(self.contrast),
            saturation=exact(self.saturation),
            gamma=exact(self.gamma),
            blur=exact(self.blur),
            sharpen=exact(self.sharpen),
            bars=self.bars if around and self.bars != self.background else None,
            quality=self.quality if open_format else by_format.get(self.format, self.quality),
            qualities=tuple(sorted(by_format.items())) if open_format else (),
            progressive=self.progressive or not (open_format or self.format is Output.JPEG),
        )

    def scaled(self, ratio: float) -> "Transform":
        """Return the transform for a screen of ``ratio`` device pixels a pixel.

        No side outgrows MAX_SIDE: the ratio gives way, so that the picture keeps its shape.
        """
        sides = [side for side in (self.width, self.height) if isinstance(side, int)]
        within = min([ratio, *(max(1.0, MAX_SIDE / side) for side in sides)])
        return replace(
            self,
            width=scaled(self.width, within),
            height=scaled(self.height, within),
            cut=self.cut and self.cut.scaled(within),
            padding=self.padding.scaled(within),
        )


ORIGINAL = Transform()

_LEAST_SHARE = 0.001  # percent


def _normal_side(side: Length | None) -> Length | None:
    return Share(max(_LEAST_SHARE, exact(side.percent))) if isinstance(side, Share) else side
