"""What a making may cost: checked before decoding, by the plan and again by the worker. Pure."""

from dataclasses import dataclass

from proxy.errors import TooManyFrames, TooManyPixels
from proxy.model.picture import Facts

# A whole animation may hold as many pixels as two of the largest stills: composed, scaled and
# written small at 20 to 30 MP a second, 2 × 50 MP leave half of the default deadline of 10 s (4 ×
# overran it).
ANIMATION_STILLS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The part of ``[images]`` a worker has to know."""

    max_pixels: int  # width × height of a still or one frame
    max_frames: int
    deadline_s: float

    def admit(self, facts: Facts) -> None:
        """Raise TooManyPixels or TooManyFrames where a picture is too large to be decoded."""
        pixels = facts.width * facts.height
        size = f"{facts.width}×{facts.height} pixels"
        if pixels > self.max_pixels:
            raise TooManyPixels(f"{size} are over images.max_pixels = {self.max_pixels}")
        if facts.frames > self.max_frames:
            raise TooManyFrames(f"more frames than images.max_frames = {self.max_frames}")
        bound = ANIMATION_STILLS * self.max_pixels
        if facts.frames > 1 and facts.frames * pixels > bound:
            raise TooManyPixels(f"{facts.frames} frames of {size} are over {bound} in all")
