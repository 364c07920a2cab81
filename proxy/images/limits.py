"""What a making may cost: checked before decoding, by the plan and again by the worker. Pure."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from proxy.errors import TooManyFrames, TooManyPixels
from proxy.model.picture import Facts, Format, Variant

if TYPE_CHECKING:  # a worker has no need of what reads settings
    from proxy.settings import Images

# A whole animation may hold as many pixels as two of the largest stills: composed, scaled and
# written small at 20 to 30 MP a second, 2 × 50 MP leave half of the default deadline of 10 s (4 ×
# overran it).
ANIMATION_STILLS = 2
ANIMATED = frozenset({Format.WEBP, Format.GIF})  # what we write animations in
_WEBP_SIDE = 16383  # pixels; no format we write holds fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The part of ``[images]`` a worker has to know."""

    max_pixels: int  # width × height of a still or one frame, read or made
    max_frames: int
    deadline_s: float
    max_side: int = _WEBP_SIDE  # pixels of a made picture

    @classmethod
    def of(cls, images: "Images") -> "Limits":
        """Return the limits the settings state."""
        return cls(
            max_pixels=images.max_pixels,
            max_frames=images.max_frames,
            deadline_s=images.deadline,
            max_side=images.max_side,
        )

    def admit(self, facts: Facts) -> None:
        """Raise TooManyPixels or TooManyFrames where a picture is too large to be decoded."""
        pixels = facts.width * facts.height
        size = f"{facts.width}×{facts.height} pixels"
        if pixels > self.max_pixels:
            raise TooManyPixels(f"{size} are over images.max_pixels = {self.max_pixels}")
        if facts.frames > self.max_frames:
            raise TooManyFrames(f"more frames than images.max_frames = {self.max_frames}")
        if facts.frames > 1 and facts.frames * pixels > self._in_all:
            raise TooManyPixels(f"{facts.frames} frames of {size} are over {self._in_all} in all")

    def of_each(self, frames: int) -> "Limits":
        """Return the limits of each frame of an animation that is made: its pixels are shared."""
        return replace(self, max_pixels=max(1, min(self.max_pixels, self._in_all // frames)))

    @property
    def _in_all(self) -> int:
        return ANIMATION_STILLS * self.max_pixels


def frames_made(facts: Facts, variant: Variant) -> int:
    """Return how many frames the made picture has; 1 is a still."""
    moves = variant.format in ANIMATED and variant.transform.frame is None
    return facts.frames if moves else 1
