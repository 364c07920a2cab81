"""imgproxy's processing options ⇄ Transform: ``rs:fill:300:400/g:sm``, a size and what to keep.

Pure. Later options win; what they come to follows imgproxy's pipeline: trim, turn, crop, size,
blur, sharpen, extend, padding, background. Known differences: ``fill`` of what is smaller than its
box keeps the box's ratio, as ``fill-down`` does (service.md, "Never enlarged"); defaults are
imgproxy's own, not what an operator may have set; copyright goes unless ``kcr:1`` asks for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from proxy.dialects.imgproxy_values import AUTO, FITS, MAX_FACTOR, OPTIONS, PLACES, Args, Found
from proxy.dialects.turning import FLIPPED, MIRRORED, UPRIGHT, Turn
from proxy.errors import BadOption, NotOffered, UnknownPreset
from proxy.model.geometry import CENTRE, NO_EDGES, Crop, Edges, Focal, Gravity, Length, Share, Smart
from proxy.model.transform import ORIGINAL, Fit, Output, Transform, Trim
from proxy.settings import Preset

NAMES = {name: option for option in OPTIONS for name in option.names}
PRESET = ("preset", "pr")

_PLAIN = replace(ORIGINAL, fit=Fit.INSIDE)  # where imgproxy begins
# The fields that values go into as they are.
_FIELDS = {
    *("width", "height", "gravity", "enlarge", "trim", "padding", "background", "blur", "sharpen"),
    *("quality", "qualities", "max_bytes", "format", "copyright", "profile"),
}
_WRITTEN_FITS = {Fit.COVER: "fill", Fit.FILL: "force"}
_WRITTEN_PLACES = {place: name for name, place in PLACES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What options ask for. ``preset``: just what is made by that name."""

    transform: Transform
    preset: str | None = None
    expires: float | None = None  # Unix seconds


def read(items: Sequence[str], extension: str, presets: Mapping[str, Preset]) -> Asked:
    """Return what options and an extension ("" for none) ask for.

    A preset comes first, options change it. Raises BadOption, NotOffered, UnknownPreset.
    """
    found: Found = {}
    preset, at = None, 1
    for item in items:
        name, *args = item.split(":")
        if name in PRESET:
            if preset is not None or len(args) > 1 or found.keys() - {"expires"}:
                raise NotOffered("a preset after another or after options")
            preset = args[0]
        else:
            found |= _read_one(name, args, at)
        at += len(item) + 1
    if preset is not None and preset not in presets:
        raise UnknownPreset(preset, tuple(presets))
    expires = found.pop("expires", None)
    if found.pop("raw", False):
        return Asked(transform=ORIGINAL, expires=expires)
    if extension:
        found |= _read_one("format", [extension], at)
    if preset is None:
        return Asked(transform=_made(found, _PLAIN), expires=expires)
    base = presets[preset].transform
    if not found:
        return Asked(transform=base, preset=preset, expires=expires)
    return Asked(transform=_made(found, base), expires=expires)


def write(transform: Transform) -> list[str]:
    """Return what imgproxy can say of a transform, its format left out; perhaps not all of it.

    Raises NotOffered where a crop cannot be said beside a turn.
    """
    turn = Turn.of(transform) or UPRIGHT
    angle = 90 * (-turn.quarters % 4 if turn.mirror else turn.quarters)
    qualities = ":".join(f"{form}:{quality}" for form, quality in transform.qualities)
    items = (
        *_print_size(transform),
        transform.crop and _print_crop(turn.cropped(transform.crop)),
        transform.trim and _print_trim(transform.trim),
        angle and f"rot:{angle}",
        turn.mirror and "fl:1",
        transform.blur and f"bl:{_print(transform.blur)}",
        transform.sharpen and f"sh:{_print(transform.sharpen)}",
        transform.padding != NO_EDGES and _print_padding(transform.padding),
        transform.background and f"bg:{transform.background.canonical()}",
        transform.quality and f"q:{transform.quality}",
        qualities and f"fq:{qualities}",
        transform.max_bytes and f"mb:{transform.max_bytes}",
        transform.copyright and "kcr:1",
        transform.profile and "scp:0",
    )
    return [item for item in items if item]


def extension(form: Output) -> str:
    """Return the extension that asks for a format; empty for the original's."""
    return "" if form is Output.SAME else form.value


def _read_one(name: str, args: Args, at: int) -> Found:
    if name not in NAMES:
        raise BadOption(at, f"no option begins there; there are {', '.join((*PRESET, *NAMES))}")
    option = NAMES[name]
    try:
        return option.read(args)
    except ValueError as exc:
        raise BadOption(at + len(name) + 1, f"{option.names[0]} takes {option.takes}") from exc


def _made(found: Found, base: Transform) -> Transform:
    """Return what imgproxy makes of these values, beginning with what a preset makes."""
    made = replace(base, **{field: found[field] for field in _FIELDS & found.keys()})
    turn, standing = _turn(found), Turn.of(base)
    if turn != UPRIGHT:
        if standing is None:
            raise NotOffered("rotate and flip of a preset that leans")
        standing = standing.then(turn)
        made = replace(made, mirror=standing.mirror, rotate=standing.degrees)
    if "crop" in found:
        made = replace(made, crop=_crop(found, standing or UPRIGHT, made.gravity))
    return _scaled(_fitted(made, found), found)


def _turn(found: Found) -> Turn:
    """Return rotate, then flip, as one."""
    turn = Turn(quarters=found.get("rotate", 0) // 90 % 4)
    across, down = found.get("flip", (False, False))
    turn = turn.then(MIRRORED) if across else turn
    return turn.then(FLIPPED) if down else turn


def _crop(found: Found, turn: Turn, gravity: Gravity) -> Crop:
    """Return the part of the upright picture that is this part of the turned one."""
    width, height, place = found["crop"]
    if isinstance(place, tuple):
        crop = Crop(width=width, height=height, x=place[0], y=place[1])
    else:
        crop = Crop(width=width, height=height, gravity=gravity if place is None else place)
    return turn.back().cropped(crop)


def _fitted(made: Transform, found: Found) -> Transform:
    """Return the transform with the fit that type and extend come to."""
    wanted, extend, by_ratio = map(found.get, ("type", "extend", "extend_aspect_ratio"))
    fitted = replace(made, fit=FITS.get(wanted or "", made.fit))
    sides = (made.width is not None) + (made.height is not None)
    if not sides or (wanted, extend, by_ratio) == (None, None, None):
        return fitted
    if sides == 1:
        if wanted == "force" or extend is not None or by_ratio is not None:
            raise NotOffered("extend, or resizing_type force, with one side")
        return fitted
    if wanted == AUTO:
        raise NotOffered("resizing_type auto")
    place = by_ratio if extend is None else extend
    if place is None:
        return fitted
    if fitted.fit is not Fit.INSIDE or None not in (extend, by_ratio):
        raise NotOffered("extend but with resizing_type fit")
    return replace(fitted, fit=Fit.CONTAIN if extend is None else Fit.PAD, gravity=place)


def _scaled(made: Transform, found: Found) -> Transform:
    """Return the transform with zoom and dpr multiplied in; padding follows dpr alone."""
    dpr, zoom = found.get("dpr", 1.0), found.get("zoom", 1.0)
    factor = dpr * zoom
    if dpr == zoom == 1.0:
        return made
    if factor > MAX_FACTOR:
        raise NotOffered(f"zoom and dpr beyond {MAX_FACTOR:g} together")
    if (made.width, made.height) != (None, None):
        return replace(made.scaled(factor), padding=made.scaled(dpr).padding)
    if factor > 1.0 and not made.enlarge:
        return made  # it is as large as it gets, and its padding with it
    width = Share(round(100.0 * factor, 3))
    return replace(made, width=width, padding=made.padding.scaled(dpr))


def _print(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")


def _print_length(length: Length | None) -> str:
    return _print(length.percent / 100.0) if isinstance(length, Share) else str(length or 0)


def _print_gravity(place: Gravity) -> str:
    """Return the place's name; the middle's for what imgproxy has no name for."""
    if isinstance(place, Focal):
        return f"fp:{_print(place.x)}:{_print(place.y)}"
    if isinstance(place, Smart):
        return "sm" if place is Smart.ATTENTION else "ce"
    return _WRITTEN_PLACES.get(place, "ce")


def _print_size(transform: Transform) -> list[str]:
    sides = transform.width, transform.height
    if sides == (None, None):
        return []
    enlarge = ["el:1"] if transform.enlarge else []
    if isinstance(transform.width, Share):
        return [f"z:{_print_length(transform.width)}", *enlarge]
    kind = _WRITTEN_FITS.get(transform.fit, "fit") if None not in sides else "fit"
    size = f"rs:{kind}:{':'.join(map(_print_length, sides))}"
    place = _print_gravity(transform.gravity)
    match transform.fit:
        case Fit.PAD:
            placed = [f"ex:1:{place}"]
        case Fit.CONTAIN:
            placed = [f"exar:1:{place}"]
        case _:
            placed = [] if transform.gravity == CENTRE else [f"g:{place}"]
    return [size, *placed, *enlarge]


def _print_crop(crop: Crop) -> str:
    sides = f"c:{_print_length(crop.width)}:{_print_length(crop.height)}"
    if (crop.x, crop.y) == (None, None):
        return f"{sides}:{_print_gravity(crop.gravity)}"
    return f"{sides}:nowe:{_print_length(crop.x)}:{_print_length(crop.y)}"


def _print_trim(trim: Trim) -> str:
    return f"t:{trim.tolerance}:{trim.colour.canonical()}" if trim.colour else f"t:{trim.tolerance}"


def _print_padding(edges: Edges) -> str:
    return f"pd:{edges.top}:{edges.right}:{edges.bottom}:{edges.left}"
