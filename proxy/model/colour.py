"""A colour, as every dialect and every operation means it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colour:
    """An sRGB colour: 0 to 255 each; ``alpha`` 0 is clear, 255 covers."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    def canonical(self) -> str:
        """Return rrggbb, or rrggbbaa where it does not cover: hex digits in lower case."""
        opaque = f"{self.red:02x}{self.green:02x}{self.blue:02x}"
        return opaque if self.alpha == 255 else f"{opaque}{self.alpha:02x}"  # noqa: PLR2004  # 8 bits
