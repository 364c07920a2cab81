"""What to make of an original, independent of the dialect that asked for it."""

from dataclasses import dataclass
from enum import StrEnum


class Fit(StrEnum):
    """How a picture meets its box."""

    COVER = "cover"  # fill the box, cut what stands over, centred
    INSIDE = "inside"  # stay within the box, cut nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """The operations asked for.

    ``width`` and ``height`` are pixels of the upright picture; None follows from the other.
    """

    width: int | None = None
    height: int | None = None
    fit: Fit = Fit.COVER

    @property
    def is_original(self) -> bool:
        """Tell whether nothing is to be made: the original itself is wanted."""
        return self.width is None and self.height is None

    def canonical(self) -> str:
        """Return the one way to print this transform: part of a picture's key."""
        if self.is_original:
            return ""
        sides = ((name, side) for name, side in (("w", self.width), ("h", self.height)) if side)
        return ",".join([*(f"{name}={side}" for name, side in sides), f"fit={self.fit}"])


ORIGINAL = Transform()
