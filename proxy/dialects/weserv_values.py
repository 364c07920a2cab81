"""Values of weserv's parameters by their key: a bad one is as none. Pure."""

from collections.abc import Mapping

from proxy.dialects import colours
from proxy.dialects.numbers import decimal, whole
from proxy.model.colour import Colour
from proxy.model.geometry import Length, Share

Parameters = Mapping[str, str]


def colour_of(found: Parameters, key: str) -> Colour | None:
    """Return a colour; None where there is none, or a clear one, which is the same there."""
    try:
        colour = colours.read_argb(found[key])
    except (KeyError, ValueError):
        return None
    return colour if colour.alpha else None


def is_on(found: Parameters, key: str) -> bool:
    """Tell whether a flag is set."""
    return found.get(key, "0") not in ("0", "false")


def whole_of(found: Parameters, key: str, least: int, most: int) -> int | None:
    """Return a whole number; None out of these bounds."""
    number = whole(found.get(key, ""))
    return number if number is not None and least <= number <= most else None


def decimal_of(found: Parameters, key: str, least: float, most: float) -> float | None:
    """Return a number; None out of these bounds."""
    number = decimal(found.get(key, ""))
    return number if number is not None and least <= number <= most else None


def length_of(found: Parameters, key: str) -> Length | None:
    """Return pixels, or a share of 0 to 100 percent."""
    text = found.get(key, "")
    if text.endswith("%"):
        share = decimal(text.removesuffix("%"))
        return Share(share) if share is not None and 0 <= share <= 100 else None  # noqa: PLR2004  # percent
    pixels = whole(text)
    return pixels if pixels is not None and pixels >= 0 else None
