"""The values our options take: what each looks like, and both ways between text and value. Pure.

The grammar they follow is in ``options.py``, which says which option takes which.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proxy.model.colour import Colour
from proxy.model.geometry import (
    CENTRE,
    MAX_EDGE,
    MAX_SIDE,
    Anchor,
    Crop,
    Edges,
    Focal,
    Gravity,
    Length,
    Share,
    Smart,
)
from proxy.model.transform import Hint, Output, Trim

MAX_SHARE = 1000.0  # percent

_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,3})?")
_WHOLE = re.compile(r"-?[0-9]{1,10}")
_COLOUR = re.compile(r"(?:[0-9A-Fa-f]{2}){3,4}")
_LEAST_SHARE = 0.001  # percent: as little as can be written
_NAMES = {
    "center": CENTRE,
    "top": Anchor(0.5, 0.0),
    "bottom": Anchor(0.5, 1.0),
    "left": Anchor(0.0, 0.5),
    "right": Anchor(1.0, 0.5),
    "top-left": Anchor(0.0, 0.0),
    "top-right": Anchor(1.0, 0.0),
    "bottom-left": Anchor(0.0, 1.0),
    "bottom-right": Anchor(1.0, 1.0),
}
_PLACES = {place: name for name, place in _NAMES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One kind of value."""

    takes: str  # for the client: what it looks like
    read: Callable[[str], Any]  # raises ValueError
    write: Callable[[Any], str]


def number(least: float, most: float) -> Value:
    """Return the kind of numbers from ``least`` to ``most``."""
    takes = f"a number from {_shown(least)} to {_shown(most)}, at most three decimals"
    return Value(takes=takes, read=_number(least, most), write=_shown)


def whole(least: int, most: int) -> Value:
    """Return the kind of whole numbers from ``least`` to ``most``."""
    takes = f"a whole number from {least} to {most}"
    return Value(takes=takes, read=_whole(least, most), write=str)


def one_of(*words: str) -> Value:
    """Return the kind of these words; of an enum's, if they are one's."""
    known = {str(word): word for word in words}

    def read(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return known[text]

    return Value(takes=", ".join(known), read=read, write=str)


def gravity(text: str) -> Gravity:
    """Return the gravity a name or a pair of shares stands for; raises ValueError."""
    if text in _NAMES:
        return _NAMES[text]
    if text in (Smart.ENTROPY, Smart.ATTENTION):
        return Smart(text)
    kind = Focal if text.startswith("focal-") else Anchor
    x, _, y = text.removeprefix("focal-").partition("x")
    return kind(_share(x), _share(y))


def colour(text: str) -> Colour:
    """Return the colour of rrggbb or rrggbbaa; raises ValueError."""
    if not _COLOUR.fullmatch(text):
        raise ValueError(text)
    return Colour(*bytes.fromhex(text))


def _shown(value: float) -> str:
    """Return a number's one print: at most three decimals, none that say nothing."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _number(least: float, most: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        if not _NUMBER.fullmatch(text) or not least <= float(text) <= most:
            raise ValueError(text)
        return float(text) + 0.0  # nought has no sign

    return read


def _whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise ValueError(text)
        return int(text)

    return read


_share = _number(0.0, 1.0)
_pixels, _percent = _whole(1, MAX_SIDE), _number(_LEAST_SHARE, MAX_SHARE)
_offset, _offset_percent = _whole(-MAX_SIDE, MAX_SIDE), _number(-MAX_SHARE, MAX_SHARE)


def _side(text: str) -> Length:
    return Share(_percent(text[:-1])) if text.endswith("p") else _pixels(text)


def _distance(text: str) -> Length:
    return Share(_offset_percent(text[:-1])) if text.endswith("p") else _offset(text)


def _show_length(length: Length) -> str:
    return f"{_shown(length.percent)}p" if isinstance(length, Share) else str(length)


def _show_gravity(place: Gravity) -> str:
    match place:
        case Anchor():
            return _PLACES.get(place) or f"{_shown(place.x)}x{_shown(place.y)}"
        case Focal():
            return f"focal-{_shown(place.x)}x{_shown(place.y)}"
        case Smart():
            return place.value


_SIZED, _PLACED, _CORNERED, _BOTH = 2, 3, 4, 5  # parts of a part: w:h, w:h:g, w:h:x:y, w:h:x:y:g


def _part(text: str) -> Crop:
    parts = text.split(":")
    if not _SIZED <= len(parts) <= _BOTH:
        raise ValueError(text)
    place = gravity(parts.pop()) if len(parts) in (_PLACED, _BOTH) else CENTRE
    lengths = [_distance(part) if part else None for part in parts]
    width, height, x, y = lengths if len(lengths) == _CORNERED else (*lengths, None, None)
    if 0 in (width, height) or Share(0.0) in (width, height):
        raise ValueError(text)
    return Crop(width=width, height=height, x=x, y=y, gravity=place)


def _show_part(crop: Crop) -> str:
    corner = () if (crop.x, crop.y) == (None, None) else (crop.x, crop.y)
    lengths = (crop.width, crop.height, *corner)
    parts = ["" if length is None else _show_length(length) for length in lengths]
    place = [] if crop.gravity == CENTRE else [_show_gravity(crop.gravity)]
    return ":".join([*parts, *place])


_tolerance = _whole(0, 255)


def _trim(text: str) -> Trim:
    tolerance, coloured, shade = text.partition(":")
    return Trim(tolerance=_tolerance(tolerance), colour=colour(shade) if coloured else None)


def _show_trim(trim: Trim) -> str:
    return f"{trim.tolerance}:{trim.colour.canonical()}" if trim.colour else str(trim.tolerance)


_edge = _whole(0, MAX_EDGE)


def _edges(text: str) -> Edges:
    sides = [_edge(part) for part in text.split(":")]
    if len(sides) == 1:
        sides *= 4
    top, right, bottom, left = sides
    return Edges(top=top, right=right, bottom=bottom, left=left)


def _show_edges(edges: Edges) -> str:
    return f"{edges.top}:{edges.right}:{edges.bottom}:{edges.left}"


_WRITTEN = one_of(*(form for form in Output if form not in (Output.AUTO, Output.SAME)))
_QUALITY = whole(1, 100)


def _qualities(text: str) -> tuple[tuple[Output, int], ...]:
    parts = text.split(":")
    forms = [Output(_WRITTEN.read(name)) for name in parts[::2]]
    if len(set(forms)) < len(forms):
        raise ValueError(text)
    return tuple(sorted(zip(forms, map(_QUALITY.read, parts[1::2]), strict=True)))


def _show_qualities(pairs: tuple[tuple[Output, int], ...]) -> str:
    return ":".join(f"{form}:{quality}" for form, quality in pairs)


def _hints(text: str) -> frozenset[Hint]:
    return frozenset(Hint(name) for name in text.split(":"))


def _show_hints(hints: frozenset[Hint]) -> str:
    return ":".join(sorted(hints))


FLAG = Value(takes="0 or 1", read=lambda text: _whole(0, 1)(text) == 1, write=lambda on: str(+on))
FLIP = Value(takes="h, v or hv", read=one_of("h", "v", "hv").read, write=lambda _: "h")
SIDE = Value(
    takes=f"whole pixels from 1 to {MAX_SIDE} or percent such as 50p",
    read=_side,
    write=_show_length,
)
PART = Value(
    takes="width:height, then :gravity or :x:y or both, in pixels or percent",
    read=_part,
    write=_show_part,
)
GRAVITY = Value(
    takes=f"{', '.join(_NAMES)}, entropy, attention, or shares such as 0.5x0.3, focal-0.5x0.3",
    read=gravity,
    write=_show_gravity,
)
COLOUR = Value(takes="rrggbb or rrggbbaa", read=colour, write=Colour.canonical)
TRIM = Value(takes="a tolerance from 0 to 255, then :rrggbb", read=_trim, write=_show_trim)
EDGES = Value(
    takes=f"one or four whole numbers up to {MAX_EDGE}, such as 8 or 8:0:8:0",
    read=_edges,
    write=_show_edges,
)
QUALITIES = Value(
    takes="formats and their qualities, such as jpeg:80:webp:75",
    read=_qualities,
    write=_show_qualities,
)
HINTS = Value(
    takes=f"one or more of {', '.join(Hint)}, such as dpr:width", read=_hints, write=_show_hints
)
