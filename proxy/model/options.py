"""The written form of a Transform: our own options, and its one canonical print. Pure.

    options   = option *("," option)               ; each key once; printed in this order
    option    = "trim=" whole [":" colour]         ; tolerance, colour of the edges
              / "crop=" part                       ; of the upright original
              / "flip=" ("h" / "v" / "hv")         ; before it is turned; only h is printed
              / "rotate=" number                   ; degrees clockwise
              / ("w=" / "h=") length
              / "fit=" ("cover" / "contain" / "inside" / "outside" / "fill" / "pad")
              / "g=" gravity
              / "enlarge=" flag
              / "cut=" part                        ; of the sized picture
              / ("brightness=" / "contrast=" / "gamma=" / "saturation=") number
              / "grey=" flag
              / ("blur=" / "sharpen=") number      ; sigma in pixels
              / "pad=" whole [3(":" whole)]        ; all around, or top, right, bottom, left
              / ("bars=" / "bg=") colour
              / "f=" ("auto" / "same" / format)
              / "q=" whole / "fq=" format ":" whole *(":" format ":" whole)
              / "max=" whole                       ; bytes
              / ("lossless=" / "progressive=" / "copyright=" / "icc=") flag
              / "frame=" whole                     ; a still of an animation, from 0
              / "auto=" hint *(":" hint)           ; left to client hints
              / "dpr=" number                      ; multiplies w, h, cut and pad; never printed
    length    = whole / number "p"                 ; pixels / percent of the side
    part      = [length] ":" [length] [":" [length] ":" [length]] [":" gravity]
                                                   ; width, height, x, y; below 0: from the far edge
    gravity   = "center" / "top" / "bottom" / "left" / "right" / "top-left" / "top-right"
              / "bottom-left" / "bottom-right" / "entropy" / "attention"
              / ["focal-"] number "x" number       ; shares of the sides
    colour    = 6HEXDIG / 8HEXDIG                  ; rrggbb, rrggbbaa
    format    = "jpeg" / "png" / "webp" / "avif" / "gif"
    hint      = "dpr" / "width" / "save-data"
    number    = ["-"] 1*6DIGIT ["." 1*3DIGIT]
    whole     = ["-"] 1*10DIGIT
    flag      = "0" / "1"

Without ``f`` the format is ``auto``; without any option nothing is made.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from proxy.errors import BadOption
from proxy.model import option_values as values
from proxy.model.option_values import Value
from proxy.model.transform import ORIGINAL, Fit, Output, Transform

MAX_DPR = 8.0
MAX_BLUR = 1000.0
MAX_SHARPEN = 10.0
MAX_FACTOR = 100.0
MAX_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its key, the Transform's field it stands for, and its kind of value."""

    key: str
    field: str | None  # None: none of its own, and so never printed
    value: Value


class Item(NamedTuple):
    """One option as it was written; ``at`` counts characters from 1."""

    at: int
    text: str


# In the order they are printed.
OPTIONS: tuple[Option, ...] = (
    Option("trim", "trim", values.TRIM),
    Option("crop", "crop", values.PART),
    Option("flip", "mirror", values.FLIP),
    Option("rotate", "rotate", values.number(-360.0, 360.0)),
    Option("w", "width", values.SIDE),
    Option("h", "height", values.SIDE),
    Option("fit", "fit", values.one_of(*Fit)),
    Option("g", "gravity", values.GRAVITY),
    Option("enlarge", "enlarge", values.FLAG),
    Option("cut", "cut", values.PART),
    Option("brightness", "brightness", values.number(0.0, MAX_FACTOR)),
    Option("contrast", "contrast", values.number(0.0, MAX_FACTOR)),
    Option("gamma", "gamma", values.number(0.01, 10.0)),
    Option("saturation", "saturation", values.number(0.0, MAX_FACTOR)),
    Option("grey", "greyscale", values.FLAG),
    Option("blur", "blur", values.number(0.0, MAX_BLUR)),
    Option("sharpen", "sharpen", values.number(0.0, MAX_SHARPEN)),
    Option("pad", "padding", values.EDGES),
    Option("bars", "bars", values.COLOUR),
    Option("bg", "background", values.COLOUR),
    Option("f", "format", values.one_of(*Output)),
    Option("q", "quality", values.whole(1, 100)),
    Option("fq", "qualities", values.QUALITIES),
    Option("max", "max_bytes", values.whole(1, MAX_BYTES)),
    Option("lossless", "lossless", values.FLAG),
    Option("progressive", "progressive", values.FLAG),
    Option("copyright", "copyright", values.FLAG),
    Option("icc", "profile", values.FLAG),
    Option("frame", "frame", values.whole(0, 65_535)),
    Option("auto", "hints", values.HINTS),
    Option("dpr", None, values.number(0.1, MAX_DPR)),
)
_FIELDS = {option.key: option.field for option in OPTIONS if option.field}
_USUAL = replace(ORIGINAL, format=Output.AUTO)  # what the print leaves out


def read(text: str, base: Transform = ORIGINAL) -> Transform:
    """Return ``base`` with these options; raises BadOption, which points at the first wrong one.

    Empty text changes nothing. What comes back need not be normal: a fit that decides nothing yet
    may decide with one more option.
    """
    return apply(parse(items(text)), base)


def write(transform: Transform) -> str:
    """Return the one print of a normal transform; empty for the original."""
    if transform == ORIGINAL:
        return ""
    printed = (
        f"{option.key}={option.value.write(value)}"
        for option in OPTIONS
        if option.field and (value := getattr(transform, option.field)) != _usually(option.field)
    )
    return ",".join(printed) or "f=auto"


def items(text: str) -> Iterator[Item]:
    """Go through the options of a text, with their places in it; none in an empty one."""
    at = 1
    for item in text.split(",") if text else ():
        yield Item(at, item)
        at += len(item) + 1


def parse(written: Iterable[Item], options: Iterable[Option] = OPTIONS) -> dict[str, Any]:
    """Return the value of each key; raises BadOption for the first that is wrong or comes again."""
    known = {option.key: option for option in options}
    found: dict[str, Any] = {}
    for at, text in written:
        key, equals, value = text.partition("=")
        if key not in known or not equals:
            raise BadOption(at, f"no option begins; there are {', '.join(known)}")
        if key in found:
            raise BadOption(at, f"{key} stands for the second time")
        try:
            found[key] = known[key].value.read(value)
        except ValueError as exc:
            said = f"{key} takes {known[key].value.takes}"
            raise BadOption(at + len(key) + 1, said) from exc
    return found


def apply(found: Mapping[str, Any], base: Transform = ORIGINAL) -> Transform:
    """Return ``base`` with the values of these keys; none change nothing."""
    if not found:
        return base
    usual = _USUAL if base.is_original else base
    made = replace(usual, **{_FIELDS[key]: found[key] for key in found if key in _FIELDS})
    if flip := found.get("flip"):  # upside down is mirrored and turned half way round
        half = 180.0 if "v" in flip else 0.0
        made = replace(made, mirror=flip != "hv", rotate=made.rotate + half)
    return made.scaled(found["dpr"]) if "dpr" in found else made


def _usually(field: str) -> object:
    return getattr(_USUAL, field)
