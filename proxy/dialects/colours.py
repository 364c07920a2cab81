"""Colours as dialects write them: CSS (Color Level 4 §6 to §8) and weserv's hex with alpha first.

The one module that imports tinycss2. Raises ValueError; which error that is, the dialect decides.
"""

import re

import tinycss2.color4  # type: ignore[import-untyped]  # ships no types

from proxy.model.colour import Colour

_LONGEST = 100  # characters: every colour that fits in a sentence, and no parser's nightmare
_HEX = re.compile(r"[0-9a-f]{3,4}|[0-9a-f]{6,8}", re.ASCII | re.IGNORECASE)
_SHORT = 4  # digits, one a channel
_FULL = 8  # digits, two a channel


def read(text: str) -> Colour:
    """Return the colour of a name, ``#hex`` or function such as ``rgb(1 2 3 / 50%)``.

    Outside sRGB it is cut to it; spaces other than sRGB's own are not read.
    """
    if len(text) > _LONGEST:
        raise ValueError("too long for a colour")
    found = tinycss2.color4.parse_color(text)
    if found is None or isinstance(found, str):  # a word such as currentcolor
        raise ValueError(f"{text!r} is no colour")
    try:
        red, green, blue, alpha = (_byte(channel) for channel in found.to("srgb"))
    except NotImplementedError as exc:
        raise ValueError(f"{text!r} is in another colour space") from exc
    return Colour(red, green, blue, alpha)


def read_argb(text: str) -> Colour:
    """Return the colour of a name or of RGB, ARGB, RRGGBB, AARRGGBB, with or without ``#``."""
    digits = text.removeprefix("#")
    if not _HEX.fullmatch(digits):
        return read(digits)
    if len(digits) <= _SHORT:
        digits = "".join(digit * 2 for digit in digits)
    alpha, red, green, blue = bytes.fromhex(digits.rjust(_FULL, "f"))
    return Colour(red, green, blue, alpha)


def write_argb(colour: Colour) -> str:
    """Return what is read as this colour: rrggbb, or aarrggbb where it does not cover."""
    opaque = f"{colour.red:02x}{colour.green:02x}{colour.blue:02x}"
    return opaque if colour.alpha == 255 else f"{colour.alpha:02x}{opaque}"  # noqa: PLR2004  # 8 bits


def _byte(share: float) -> int:
    return round(255 * max(0.0, min(1.0, share)))
