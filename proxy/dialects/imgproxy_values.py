"""What imgproxy's processing options take: arguments → values (its "Processing an image").

Pure. A value goes by the name of the Transform's field it becomes, or by imgproxy's own where there
is none; what they come to together is said in ``imgproxy_options.py``. What imgproxy does and we
don't is NotOffered by its name; values that ask for nothing of the kind pass.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from proxy.errors import NotOffered
from proxy.model.colour import Colour
from proxy.model.geometry import (
    CENTRE,
    MAX_EDGE,
    MAX_SIDE,
    Anchor,
    Edges,
    Focal,
    Gravity,
    Length,
    Share,
    Smart,
)
from proxy.model.options import MAX_BLUR, MAX_BYTES, MAX_SHARPEN
from proxy.model.transform import Fit, Output, Trim

Found = dict[str, Any]
Args = Sequence[str]  # what stands behind an option's name, at least one

FITS = {"fit": Fit.INSIDE, "fill": Fit.COVER, "fill-down": Fit.COVER, "force": Fit.FILL}
AUTO = "auto"  # fill where picture and box both lie or both stand, else fit: not known in time
PLACES = {
    "ce": CENTRE,
    "no": Anchor(0.5, 0.0),
    "so": Anchor(0.5, 1.0),
    "ea": Anchor(1.0, 0.5),
    "we": Anchor(0.0, 0.5),
    "noea": Anchor(1.0, 0.0),
    "nowe": Anchor(0.0, 0.0),
    "soea": Anchor(1.0, 1.0),
    "sowe": Anchor(0.0, 1.0),
}
MAX_FACTOR = 10.0  # of zoom and dpr, each and together: as far as shares reach

_FORMATS = {"jpg": Output.JPEG} | {
    form.value: form for form in Output if form not in (Output.AUTO, Output.SAME)
}
_UNWRITTEN = ("jxl", "tiff", "bmp", "ico", "heic", "svg")  # imgproxy's formats, not ours
_TRUE = {"1", "t", "T", "true", "TRUE", "True"}  # Go's ParseBool; imgproxy takes all else for false
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}")
_WHOLE = re.compile(r"-?[0-9]{1,10}")
_SECONDS = re.compile(r"-?[0-9]{1,15}")
_COLOUR = re.compile(r"(?:[0-9a-fA-F]{3}){1,2}")
_LEAST_SHARE = 0.001  # percent


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its names, what it takes in words, and its arguments → values."""

    names: tuple[str, ...]
    takes: str
    read: Callable[[Args], Found]  # raises ValueError, NotOffered


def _padded(args: Args, count: int) -> tuple[str, ...]:
    """Return the arguments, those left out at the end as empty ones."""
    return (*args, *[""] * (count - len(args)))


def _only(args: Args) -> str:
    (text,) = args
    return text


def _bool(text: str) -> bool:
    return text in _TRUE


def _number(text: str, most: float = float(MAX_SIDE)) -> float:
    if not _NUMBER.fullmatch(text) or float(text) > most:
        raise ValueError(text)
    return float(text)


def _whole(text: str, most: int, least: int = 0) -> int:
    if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise ValueError(text)
    return int(text)


def _factor(text: str) -> float:
    factor = _number(text, MAX_FACTOR)
    if not factor:
        raise ValueError(text)
    return factor


def _colour(text: str) -> Colour:
    if not _COLOUR.fullmatch(text):
        raise ValueError(text)
    digits = text if len(text) == 6 else "".join(digit * 2 for digit in text)  # noqa: PLR2004  # rrggbb
    return Colour(*bytes.fromhex(digits))


def _length(text: str) -> Length | None:
    """Return pixels from 1 on, else a share; None for nought, which is all of it."""
    number = _number(text)
    if number >= 1.0:
        return int(number)
    return Share(max(_LEAST_SHARE, round(number * 100.0, 3))) if number else None


def _form(name: str) -> Output:
    if name in _UNWRITTEN:
        raise NotOffered(f"format {name}")
    if name not in _FORMATS:
        raise ValueError(name)
    return _FORMATS[name]


def _gravity(args: Args) -> Gravity:
    kind, *offsets = args
    if kind == "sm" and not offsets:
        return Smart.ATTENTION
    if kind == "fp":
        x, y = (round(_number(text, 1.0), 3) for text in offsets)
        return Focal(x, y)
    if kind not in PLACES or len(offsets) > 2:  # noqa: PLR2004  # along x and y
        raise ValueError(kind)
    if max((_number(text.removeprefix("-")) for text in offsets), default=0.0):
        raise NotOffered("gravity with offsets")
    return PLACES[kind]


def _type(args: Args) -> Found:
    if _only(args) not in (*FITS, AUTO):
        raise ValueError(args)
    return {"type": args[0]}


def _resize(args: Args) -> Found:
    return (_type(args[:1]) if args[0] else {}) | _size(args[1:])


def _size(args: Args) -> Found:
    width, height, enlarge, extend, *place = _padded(args, 4)
    sides = {"width": width, "height": height}
    found: Found = {side: _whole(text, MAX_SIDE) or None for side, text in sides.items() if text}
    if enlarge:
        found["enlarge"] = _bool(enlarge)
    if extend:
        found["extend"] = _extend("extend", (extend, *place))
    elif place:
        raise ValueError(args)
    return found


def _extend(what: str, args: Args) -> Anchor | None:
    """Return where the picture lies in what it is extended to; None where it is not."""
    place = _gravity(args[1:]) if args[1:] else CENTRE
    if not isinstance(place, Anchor):
        raise NotOffered(f"{what} with gravity fp or sm")
    return place if _bool(args[0]) else None


def _zoom(args: Args) -> Found:
    across, down = args if args[1:] else (*args, *args)
    if _factor(across) != _factor(down):
        raise NotOffered("zoom by two factors")
    return {"zoom": _factor(across)}


def _crop(args: Args) -> Found:
    """Return (width, height, place): None for ``gravity``'s, (x, y) of a corner, or a Gravity."""
    width, height, *place = _padded(args, 2)
    sides = _length(width), _length(height or "0")
    if place[1:] and place[0] == "nowe":
        x, y = place[1:]
        return {"crop": (*sides, (_length(x) or 0, _length(y) or 0))}
    return {"crop": (*sides, _gravity(place) if place else None)}


def _trim(args: Args) -> Found:
    tolerance, colour, across, down = _padded(args, 4)
    if _bool(across) or _bool(down):
        raise NotOffered("trim of equal parts")
    if not tolerance:
        return {"trim": None}
    shade = _colour(colour) if colour else None
    return {"trim": Trim(tolerance=round(_number(tolerance, 255.0)), colour=shade)}


def _padding(args: Args) -> Found:
    """Return the edges, as CSS writes them."""
    top, right, bottom, left = _padded(args, 4)
    top = top or "0"
    right = right or top
    edges = (top, right, bottom or top, left or right)
    above, after, below, before = (_whole(edge, MAX_EDGE) for edge in edges)
    return {"padding": Edges(top=above, right=after, bottom=below, left=before)}


def _rotate(args: Args) -> Found:
    angle = _whole(_only(args), 10**9, -(10**9))
    if angle % 90:
        raise ValueError(angle)
    return {"rotate": angle}


def _flip(args: Args) -> Found:
    across, down = _padded(args, 2)
    return {"flip": (_bool(across), _bool(down))}


def _background(args: Args) -> Found:
    if args[1:]:
        red, green, blue = (_whole(text, 255) for text in args)
        return {"background": Colour(red, green, blue)}
    return {"background": _colour(args[0]) if args[0] else None}


def _qualities(args: Args) -> Found:
    pairs = zip(args[::2], args[1::2], strict=True)
    by_form = {_form(name): _whole(quality, 100) for name, quality in pairs}
    return {"qualities": tuple(sorted(pair for pair in by_form.items() if pair[1]))}


def _expires(args: Args) -> Found:
    if not _SECONDS.fullmatch(_only(args)):
        raise ValueError(args)
    return {"expires": float(args[0])} if int(args[0]) > 0 else {}


def _up_to(key: str, most: int) -> Callable[[Args], Found]:
    return lambda args: {key: _whole(_only(args), most) or None}


def _sigma(key: str, most: float) -> Callable[[Args], Found]:
    return lambda args: {key: round(_number(_only(args), most), 3)}


def _switch(key: str, *, opposite: bool = False) -> Callable[[Args], Found]:
    return lambda args: {key: _bool(_only(args)) != opposite}


def _fixed(what: str, *, at: bool) -> Callable[[Args], Found]:
    """Return the reader of a switch that stands where it stands."""

    def read(args: Args) -> Found:
        if _bool(_only(args)) != at:
            raise NotOffered(f"{what}:{int(not at)}")
        return {}

    return read


def _refused(what: str, *harmless: str) -> Callable[[Args], Found]:
    """Return the reader of what is not offered, but for values that ask for nothing."""

    def read(args: Args) -> Found:
        if args[0] not in harmless:
            raise NotOffered(what)
        return {}

    return read


_A_SIDE = f"whole pixels from 0 to {MAX_SIDE}"
_A_PLACE = f"{', '.join(PLACES)}, sm or fp:x:y"
_A_FACTOR = f"a factor above 0, up to {MAX_FACTOR:g}"
_EXTEND_RATIO = "extend_aspect_ratio"
OPTIONS: tuple[Option, ...] = (
    Option(("resize", "rs"), "type:width:height:enlarge:extend", _resize),
    Option(("size", "s"), "width:height:enlarge:extend", _size),
    Option(("resizing_type", "rt"), f"{', '.join(FITS)} or auto", _type),
    Option(("width", "w"), _A_SIDE, _up_to("width", MAX_SIDE)),
    Option(("height", "h"), _A_SIDE, _up_to("height", MAX_SIDE)),
    Option(("min-width", "mw"), "0", _refused("min-width", "0")),
    Option(("min-height", "mh"), "0", _refused("min-height", "0")),
    Option(("zoom", "z"), _A_FACTOR, _zoom),
    Option(("dpr",), _A_FACTOR, lambda args: {"dpr": _factor(_only(args))}),
    Option(("enlarge", "el"), "0 or 1", _switch("enlarge")),
    Option(("extend", "ex"), "0 or 1, :gravity", lambda a: {"extend": _extend("extend", a)}),
    Option(
        (_EXTEND_RATIO, "extend_ar", "exar"),
        "0 or 1, :gravity",
        lambda args: {_EXTEND_RATIO: _extend(_EXTEND_RATIO, args)},
    ),
    Option(("gravity", "g"), _A_PLACE, lambda args: {"gravity": _gravity(args)}),
    Option(("crop", "c"), f"width:height, then :gravity of {_A_PLACE}", _crop),
    Option(("trim", "t"), "a tolerance from 0 to 255, then :colour", _trim),
    Option(("padding", "pd"), f"top:right:bottom:left, each up to {MAX_EDGE}", _padding),
    Option(("auto_rotate", "ar"), "1", _fixed("auto_rotate", at=True)),
    Option(("rotate", "rot"), "a multiple of 90", _rotate),
    Option(("flip", "fl"), "horizontal:vertical, each 0 or 1", _flip),
    Option(("background", "bg"), "rrggbb or red:green:blue", _background),
    Option(("blur", "bl"), f"a sigma from 0 to {MAX_BLUR:g}", _sigma("blur", MAX_BLUR)),
    Option(("sharpen", "sh"), f"a sigma from 0 to {MAX_SHARPEN:g}", _sigma("sharpen", MAX_SHARPEN)),
    Option(("pixelate", "pix"), "0", _refused("pixelate", "0", "1")),
    Option(("watermark", "wm"), "0", _refused("watermark", "0")),
    Option(("quality", "q"), "a whole number from 0 to 100", _up_to("quality", 100)),
    Option(("format_quality", "fq"), "format:quality pairs", _qualities),
    Option(("max_bytes", "mb"), f"bytes up to {MAX_BYTES}", _up_to("max_bytes", MAX_BYTES)),
    Option(("format", "f", "ext"), ", ".join(_FORMATS), lambda a: {"format": _form(_only(a))}),
    Option(("strip_metadata", "sm"), "1", _fixed("strip_metadata", at=True)),
    Option(("keep_copyright", "kcr"), "0 or 1", _switch("copyright")),
    Option(("strip_color_profile", "scp"), "0 or 1", _switch("profile", opposite=True)),
    Option(("preserve_hdr", "ph"), "0", _fixed("preserve_hdr", at=False)),
    Option(("enforce_thumbnail", "eth"), "0", _fixed("enforce_thumbnail", at=False)),
    Option(("skip_processing", "skp"), "nothing", _refused("skip_processing", "")),
    Option(("raw",), "0 or 1", _switch("raw")),
    Option(("cachebuster", "cb"), "anything: the picture is the same", lambda _: {}),
    Option(("expires", "exp"), "Unix seconds", _expires),
    Option(("filename", "fn"), "nothing", _refused("filename")),
    Option(("return_attachment", "att"), "0", _fixed("return_attachment", at=False)),
    Option(("max_src_resolution", "msr"), "nothing", _refused("max_src_resolution")),
    Option(("max_src_file_size", "msfs"), "nothing", _refused("max_src_file_size")),
    Option(("max_animation_frames", "maf"), "nothing", _refused("max_animation_frames")),
    Option(
        ("max_animation_frame_resolution", "mafr"),
        "nothing",
        _refused("max_animation_frame_resolution"),
    ),
    Option(("max_result_dimension", "mrd"), "nothing", _refused("max_result_dimension")),
)
