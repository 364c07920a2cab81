"""imageproxy's options ⇄ Transform (willnorris/imageproxy, ParseOptions): ``cw400,ch300,100x,q60``.

Pure. Unknown options say nothing, later ones win, what should be a number and is none counts as 0.
Trimmed, cropped, sized, turned (counter-clockwise), flipped, in that order. Known differences: a
box beyond the picture shrinks in its ratio, a cropped part is never enlarged (service.md, "Never
enlarged"); without ``q`` the settings' quality holds.
"""

import re
from dataclasses import dataclass
from typing import Any

from proxy.dialects.turning import FLIPPED, MIRRORED, UPRIGHT, Turn, turned
from proxy.errors import BadOption, NotOffered
from proxy.model.geometry import CENTRE, MAX_SIDE, Crop, Length, Share, Smart
from proxy.model.transform import Fit, Output, Transform, Trim

_FLOAT = re.compile(r"[+-]?(?:[0-9]{1,32}(?:\.[0-9]{0,32})?|\.[0-9]{1,32})(?:[eE][+-]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_FORMATS = {"jpeg": Output.JPEG, "png": Output.PNG}
_CROP = ("cx", "cy", "cw", "ch")

Found = dict[str, Any]  # Wish's fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The options, by the names and with the values of imageproxy's own."""

    width: float = 0.0
    height: float = 0.0
    fit: bool = False
    rotate: int = 0  # degrees counter-clockwise
    flip_vertical: bool = False
    flip_horizontal: bool = False
    quality: int = 0
    signature: str = ""
    format: str = ""
    crop_x: float = 0.0
    crop_y: float = 0.0
    crop_width: float = 0.0
    crop_height: float = 0.0
    smart: bool = False
    trim: bool = False
    valid_until: int = 0  # Unix seconds

    def canonical(self) -> str:
        """Return the print that is signed: sorted, the size always there, the signature never."""
        crop = (self.crop_x, self.crop_y, self.crop_width, self.crop_height)
        options = [
            f"{_print(self.width)}x{_print(self.height)}",
            self.fit and "fit",
            self.rotate and f"r{self.rotate}",
            self.flip_vertical and "fv",
            self.flip_horizontal and "fh",
            self.quality and f"q{self.quality}",
            self.format,
            *(value and key + _print(value) for key, value in zip(_CROP, crop, strict=True)),
            self.smart and "sc",
            self.trim and "trim",
            self.valid_until and f"vu{self.valid_until}",
        ]
        return ",".join(sorted(option for option in options if option))


def read(text: str) -> Wish:
    """Return what options say; raises BadOption for a length beyond our bounds."""
    found: Found = {}
    at = 1
    for option in text.split(","):
        try:
            found |= _option(option)
        except ValueError as exc:
            raise BadOption(at, f"no length is over {MAX_SIDE}") from exc
        at += len(option) + 1
    return Wish(**found)


def transform(wish: Wish) -> Transform:
    """Return what is made by these options; raises NotOffered."""
    if wish.format == "tiff":
        raise NotOffered("tiff")
    width, height = _length(max(0.0, wish.width)), _length(max(0.0, wish.height))
    smart = wish.smart and (width, height) != (None, None)
    crop = None if smart else _crop(wish)
    if crop is not None and (isinstance(width, Share) or isinstance(height, Share)):
        raise NotOffered("a size as a share together with a crop")
    sized = Transform(
        trim=Trim(tolerance=0) if wish.trim else None,
        crop=crop,
        width=width,
        height=height,
        fit=Fit.INSIDE if wish.fit and not smart else Fit.COVER,
        gravity=Smart.ATTENTION if smart else CENTRE,
        format=_FORMATS.get(wish.format, Output.SAME),
        quality=min(max(1, wish.quality), 100) if wish.quality else None,
    )
    return turned(sized, _turn(wish))


def write(wanted: Transform) -> list[str]:
    """Return what can be said of a transform, perhaps not all; NotOffered where a cut is turned."""
    turn = Turn.of(wanted) or UPRIGHT
    sized = turned(wanted, turn.back())
    width, height = (_print_length(side) if side else "" for side in (sized.width, sized.height))
    crop = sized.crop or Crop(x=0, y=0)
    lengths = zip(_CROP, (crop.x, crop.y, crop.width, crop.height), strict=True)
    angle = 90 * (turn.quarters if turn.mirror else -turn.quarters % 4)
    options = (
        (width or height) and f"{width}x{height}",
        sized.fit is Fit.INSIDE and "fit",
        sized.gravity is Smart.ATTENTION and "sc",
        *(length and key + _print_length(length) for key, length in lengths),
        sized.trim and "trim",
        angle and f"r{angle}",
        turn.mirror and "fh",
        sized.quality and f"q{sized.quality}",
        sized.format in _FORMATS.values() and sized.format.value,
    )
    return [option for option in options if option]


def unsigned(text: str) -> str:
    """Return the options without a signature, and without empty ones."""
    options = text.split(",")
    return ",".join(option for option in options if option and "signature" not in _option(option))


def _float(text: str) -> float:
    value = float(text) if _FLOAT.fullmatch(text) else 0.0
    if abs(value) > MAX_SIDE:
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    return int(text) if _WHOLE.fullmatch(text) else 0


_WORDS: dict[str, Found] = {
    "fit": {"fit": True},
    "fv": {"flip_vertical": True},
    "fh": {"flip_horizontal": True},
    "scaleUp": {},  # its server's own flag stands above it
    "jpeg": {"format": "jpeg"},
    "png": {"format": "png"},
    "tiff": {"format": "tiff"},
    "sc": {"smart": True},
    "trim": {"trim": True},
}
# As they are looked for; what stands behind and is no number counts as 0.
_PREFIXES = (
    ("r", "rotate", _whole),
    ("q", "quality", _whole),
    ("s", "signature", str),
    ("cx", "crop_x", _float),
    ("cy", "crop_y", _float),
    ("cw", "crop_width", _float),
    ("ch", "crop_height", _float),
)


def _option(text: str) -> Found:
    """Return what one option says, nothing for an unknown one; ValueError where too large."""
    if text in _WORDS:
        return _WORDS[text]
    for prefix, field, value in _PREFIXES:
        if text.startswith(prefix):
            return {field: value(text[len(prefix) :])}
    if text.startswith("vu"):
        until = _whole(text[2:])
        return {"valid_until": until} if until > 0 else {}
    if "x" in text:
        width, _, height = text.partition("x")
        sides = {"width": width, "height": height}
        return {side: _float(value) for side, value in sides.items() if value}
    if _FLOAT.fullmatch(text):
        return {"width": _float(text), "height": _float(text)}
    return {}


def _turn(wish: Wish) -> Turn:
    quarters, between = divmod(-wish.rotate, 90)
    turn = Turn(quarters=0 if between else quarters % 4)
    turn = turn.then(FLIPPED) if wish.flip_vertical else turn
    return turn.then(MIRRORED) if wish.flip_horizontal else turn


def _crop(wish: Wish) -> Crop | None:
    width, height = _length(max(0.0, wish.crop_width)), _length(max(0.0, wish.crop_height))
    x, y = _length(wish.crop_x), _length(wish.crop_y)
    if (x, y, width, height) == (None, None, None, None):
        return None
    return Crop(width=width, height=height, x=x or 0, y=y or 0)


def _length(value: float) -> Length | None:
    """Return pixels, or the share that is written below 1; None for nought."""
    if abs(value) >= 1.0:
        return int(value)
    percent = round(value * 100.0, 3)
    return Share(percent) if percent else None


def _print(value: float) -> str:
    """Return a number as Go's %v prints it."""
    return repr(float(value)).removesuffix(".0")


def _print_length(length: Length | None) -> str:
    return _print(round(length.percent / 100.0, 5)) if isinstance(length, Share) else str(length)
