"""Brightness that is added, and steps in any order, as the two factors a Transform has. Pure.

What a Transform makes of a value v from 0 to 1 is (v × brightness - ½) × contrast + ½, clipped only
at the end. That is any rising line, as is what other servers do step by step.
"""

from dataclasses import dataclass

_LEAST = 0.01  # of contrast; below, brightness would be over 100


@dataclass(frozen=True, slots=True)
class Tone:
    """The line v × ``slope`` + ``lift``."""

    slope: float = 1.0
    lift: float = 0.0

    def added(self, offset: float) -> "Tone":
        """Return this and then so much more of every value."""
        return Tone(self.slope, self.lift + offset)

    def multiplied(self, factor: float) -> "Tone":
        """Return this and then every value times the factor."""
        return Tone(self.slope * factor, self.lift * factor)

    def contrasted(self, factor: float) -> "Tone":
        """Return this and then every value's distance from middle grey times the factor."""
        return Tone(self.slope * factor, (self.lift - 0.5) * factor + 0.5)

    def factors(self) -> tuple[float, float] | None:
        """Return (brightness, contrast), to the thousandth; None where none do the same."""
        contrast = 1 - 2 * self.lift
        if contrast < _LEAST:
            return None
        return round(self.slope / contrast, 3), round(contrast, 3)


def offset(brightness: float, contrast: float) -> float | None:
    """Return what is added where the factors do nothing else; None where they do."""
    return (1 - contrast) / 2 if abs(brightness * contrast - 1) < _LEAST else None
