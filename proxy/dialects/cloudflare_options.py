"""Cloudflare's options: text → Transform. Pure; the address is in ``cloudflare.py``.

    options = option *("," option)      ; each key once; percent-encoded where need be
    option  = key "=" value

    width (w), height (h)   pixels; width=auto: left to client hints
    dpr                     up to 2; multiplies width, height and trim
    fit                     scale-down*, contain, cover, crop, aspect-crop, pad, squeeze
    gravity (g)             auto, left, right, top, bottom, or a point XxY of the original, 0 to 1
    quality (q)             1 to 100, or high, medium-high, medium-low, low: 90, 80, 65, 50
    format (f)              auto, avif, webp (quality=100: lossless), jpeg, baseline-jpeg, json
    metadata                copyright* (but of webp), none
    anim                    true*, false: the first frame
    background              a CSS colour, under what is clear and of the bars of fit=pad
    blur, sharpen           1 to 250, 0 to 10; read as the sigmas of ours: theirs are not published
    brightness, contrast, gamma, saturation     factors; 1 changes nothing
    rotate, flip            90, 180, 270, once flipped: h, v, hv
    trim                    top;right;bottom;left, or apart: trim.left, .top, .width, .height
    compression=fast        asks for speed, not for a picture: without effect
    onerror=redirect        to the original, where that is of the same zone as [dialects] base

Refused: gravity=face, metadata=keep, trim=border, border, draw, segment, upscale, zoom, and
slow-connection-quality (scq).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from proxy.dialects import colours
from proxy.dialects.numbers import shown
from proxy.dialects.turning import Turn
from proxy.errors import BadOption, NotOffered
from proxy.model import options
from proxy.model.geometry import (
    CENTRE,
    MAX_SIDE,
    Anchor,
    Crop,
    Focal,
    Gravity,
    Smart,
)
from proxy.model.option_values import Value, one_of, whole
from proxy.model.options import MAX_FACTOR, Item, Option
from proxy.model.transform import ORIGINAL, Fit, Hint, Output, Transform

AUTO, _JSON, _CROP = "auto", "json", "crop"
_QUALITIES = {"high": 90, "medium-high": 80, "medium-low": 65, "low": 50}
OUTPUTS = {
    "auto": Output.AUTO,
    "avif": Output.AVIF,
    "webp": Output.WEBP,
    "jpeg": Output.JPEG,
    "baseline-jpeg": Output.JPEG,
}
# The fit here, and whether it enlarges.
FITS = {
    "scale-down": (Fit.INSIDE, False),
    "contain": (Fit.INSIDE, True),
    "cover": (Fit.COVER, True),
    _CROP: (Fit.OUTSIDE, False),  # and cut to the box, as far as the picture reaches
    "aspect-crop": (Fit.COVER, False),
    "pad": (Fit.PAD, True),
    "squeeze": (Fit.FILL, True),
}
_CROPPING = ("cover", _CROP, "aspect-crop")  # the others ignore gravity
SIDES: dict[str, Gravity] = {
    "auto": Smart.ATTENTION,
    "left": Anchor(0.0, 0.5),
    "right": Anchor(1.0, 0.5),
    "top": Anchor(0.5, 0.0),
    "bottom": Anchor(0.5, 1.0),
}
_FLIPS = {"h": Turn(mirror=True), "v": Turn(mirror=True, quarters=2), "hv": Turn(quarters=2)}
_REFUSED = ("border", "draw", "scq", "segment", "slow-connection-quality", "upscale", "zoom")
_ALIASES = {"w": "width", "h": "height", "g": "gravity", "q": "quality", "f": "format"}
LOOKS = ("brightness", "contrast", "saturation", "gamma", "blur", "sharpen")
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}", re.ASCII)
_EDGES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the options say."""

    transform: Transform
    info: bool  # of the original
    redirected: bool  # to the original, should the ask fail


def read(text: str) -> Asked:
    """Return what the options say; raises BadOption, NotOffered."""
    items = [Item(at, unquote(item)) for at, item in options.items(text)]
    for item in items:
        name = item.text.partition("=")[0].partition(".")[0]
        if name in _REFUSED:
            raise NotOffered(name)
    found = options.parse(items, _OPTIONS)
    for alias, key in _ALIASES.items():
        if alias in found and key in found:
            raise BadOption(1, f"{key} and {alias} are the same")
        if alias in found:
            found[key] = found.pop(alias)
    if not found:
        raise BadOption(1, "there is no option")
    made, info = _transform(found).normal(), found.get("format") == _JSON
    plain = replace(made, copyright=False) == ORIGINAL
    if info and not plain:
        raise NotOffered("format=json of a changed picture")
    if plain and not info and not made.copyright:  # our original keeps what metadata=none strips
        raise NotOffered("metadata=none without more")
    return Asked(
        transform=ORIGINAL if info else made, info=info, redirected=found.get("onerror") is not None
    )


def _transform(found: Mapping[str, Any]) -> Transform:
    turn = _FLIPS.get(found.get("flip", ""), Turn())
    turn = turn.then(Turn(quarters=found.get("rotate", 0) // 90))
    ratio = found.get("dpr", 1.0)
    crop, form, quality = _trimmed(found), found.get("format"), found.get("quality")
    lossless = form == "webp" and quality == 100  # noqa: PLR2004  # percent
    made = Transform(
        crop=crop and crop.scaled(ratio),
        mirror=turn.mirror,
        rotate=turn.degrees,
        background=found.get("background"),
        format=OUTPUTS.get(form or "", Output.SAME),
        quality=None if lossless else quality,
        lossless=lossless,
        progressive=form != "baseline-jpeg",
        copyright=found.get("metadata") != "none" and form != "webp",  # which never has any
        frame=None if found.get("anim", "true") == "true" else 0,
        **{key: found[key] for key in LOOKS if key in found},
    )
    return _sized(made, found, turn).scaled(ratio)


def _sized(made: Transform, found: Mapping[str, Any], turn: Turn) -> Transform:
    """Return the transform with its box; the box is of the picture as it stands in the end."""
    width, height = found.get("width"), found.get("height")
    name = found.get("fit", "scale-down")
    fit, enlarge = FITS[name]
    gravity = turn.placed(found.get("gravity", CENTRE)) if name in _CROPPING else CENTRE
    hints = frozenset({Hint.WIDTH}) if width == AUTO else made.hints
    if name == _CROP and width == AUTO and height:
        raise NotOffered("width=auto with fit=crop")
    return replace(
        made,
        width=None if width == AUTO else width,
        height=height,
        fit=fit,
        gravity=gravity if fit is Fit.COVER else CENTRE,
        enlarge=enlarge,
        cut=Crop(width=width, height=height, gravity=gravity)
        if name == _CROP and width and height
        else None,
        hints=hints,
    )


def _trimmed(found: Mapping[str, Any]) -> Crop | None:
    edges = found.get("trim")
    parts = [found.get(f"trim.{name}") for name in ("left", "top", "width", "height")]
    left, top, width, height = parts
    if edges is None:
        if parts == [None] * _EDGES:
            return None
        return Crop(x=left or 0, y=top or 0, width=width, height=height)
    if parts != [None] * _EDGES:
        raise BadOption(1, "trim stands beside a part of it")
    top, right, bottom, left = edges
    if not any(edges):
        return None
    return Crop(x=left, y=top, width=-right or None, height=-bottom or None)


def _number(least: float, most: float) -> Value:
    def read(text: str) -> float:
        if not _NUMBER.fullmatch(text) or not least <= float(text) <= most:
            raise ValueError(text)
        return round(float(text), 3)

    return Value(takes=f"a number from {shown(least)} to {shown(most)}", read=read, write=shown)


def _either(words: Mapping[str, Any], other: Value, refused: str = "") -> Value:
    """Return the kind of these words, or else another's; ``refused``, a key=word, is not done."""

    def read(text: str) -> Any:  # noqa: ANN401  # each kind has its own
        if text == refused.partition("=")[2] != "":
            raise NotOffered(refused)
        return words[text] if text in words else other.read(text)

    takes = ", ".join(filter(None, [*words, other.takes]))
    return Value(takes=takes, read=read, write=str)


def _point(text: str) -> Focal:
    x, between, y = text.partition("x")
    share = _number(0.0, 1.0)
    if not between:
        raise ValueError(text)
    return Focal(share.read(x), share.read(y))


def _edges(text: str) -> tuple[int, ...]:
    edges = tuple(_EDGE.read(edge) for edge in text.split(";"))
    if len(edges) != _EDGES:
        raise ValueError(text)
    return edges


_EDGE, _SIDE = whole(0, MAX_SIDE), whole(1, MAX_SIDE)
_WIDTH = _either({AUTO: AUTO}, _SIDE)
_POINT = Value(takes="a point such as 0.5x0.33", read=_point, write=str)
_GRAVITY = _either(SIDES, _POINT, "gravity=face")
_QUALITY = _either(_QUALITIES, whole(1, 100))
_FORMAT = one_of(*OUTPUTS, _JSON)
_METADATA = _either({}, one_of("copyright", "none"), "metadata=keep")
_FACTOR = _number(0.0, MAX_FACTOR)
_COLOUR = Value(takes="a CSS colour", read=colours.read, write=str)
_TRIM = _either({}, Value(takes="top;right;bottom;left", read=_edges, write=str), "trim=border")
_OPTIONS = tuple(
    Option(key, None, value)
    for key, value in {
        "width": _WIDTH,
        "w": _WIDTH,
        "height": _SIDE,
        "h": _SIDE,
        "dpr": _number(0.1, 2.0),
        "fit": one_of(*FITS),
        "gravity": _GRAVITY,
        "g": _GRAVITY,
        "quality": _QUALITY,
        "q": _QUALITY,
        "format": _FORMAT,
        "f": _FORMAT,
        "metadata": _METADATA,
        "anim": one_of("true", "false"),
        "background": _COLOUR,
        "blur": _number(0.0, 250.0),
        "sharpen": _number(0.0, 10.0),
        "brightness": _FACTOR,
        "contrast": _FACTOR,
        "saturation": _FACTOR,
        "gamma": _either({"0": 1.0}, _number(0.01, 10.0)),
        "rotate": _either({"90": 90, "180": 180, "270": 270}, one_of()),
        "flip": one_of(*_FLIPS),
        "trim": _TRIM,
        "trim.left": _EDGE,
        "trim.top": _EDGE,
        "trim.width": _SIDE,
        "trim.height": _SIDE,
        "compression": one_of("fast"),
        "onerror": one_of("redirect"),
    }.items()
)
