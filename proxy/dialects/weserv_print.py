"""A Transform in weserv's parameters: the best they can say. What they mean: ``weserv_terms.py``.

What is lost on the way is not noticed here: ``echo.confirmed`` reads it again.
"""

from collections.abc import Iterator
from dataclasses import replace

from proxy.dialects import colours, toning
from proxy.dialects.numbers import shown
from proxy.dialects.turning import Turn
from proxy.dialects.weserv_sizes import FITS, PLACES
from proxy.dialects.weserv_terms import OUTPUTS, contrast
from proxy.model.geometry import CENTRE, Anchor, Crop, Focal, Gravity, Length, Share
from proxy.model.transform import ORIGINAL, Fit, Output, Transform

_FITS = {fit: name for name, fit in reversed(FITS.items())}
_OUTPUTS = {output: name for name, output in reversed(OUTPUTS.items())}
_PLACES = {place: name for name, place in reversed(PLACES.items())}
_CONTRASTS = {contrast(con): con for con in range(-100, 101)}


def write(transform: Transform) -> list[str]:
    """Return the parameters, sizes first."""
    return [
        *_sizes(transform),
        *_parts(transform),
        *_stance(transform),
        *_looks(transform),
        *_output(transform),
    ]


def _sizes(transform: Transform) -> Iterator[str]:
    width, height = transform.width, transform.height
    both = width is not None and height is not None
    if _swaps(transform) and not _is_cropped_first(transform):
        width, height = height, width
    if transform.fit is Fit.FILL and Share(100.0) in (width, height):  # what fill keeps anyway
        width, height = (None if side == Share(100.0) else side for side in (width, height))
    if width is not None:
        yield f"w={_length(width)}"
    if height is not None:
        yield f"h={_length(height)}"
    covered = _is_smaller_cover(transform)
    fit = Fit.COVER if covered else transform.fit
    if both and fit is not Fit.INSIDE and fit in _FITS:
        yield f"fit={_FITS[fit]}"
    if not transform.enlarge and (transform.width, transform.height) != (None, None):
        yield "we"
    yield from _place(transform.cut.gravity if covered and transform.cut else transform.gravity)


def _swaps(transform: Transform) -> bool:
    turn = Turn.of(transform)
    return turn is not None and turn.swaps


def _is_cropped_first(transform: Transform) -> bool:
    """Tell whether to say precrop, with which it is also turned before it is sized."""
    late = transform.cut is not None and not _is_smaller_cover(transform)
    return transform.crop is not None or (_swaps(transform) and not late)


def _is_smaller_cover(transform: Transform) -> bool:
    """Tell whether it covers a box without being enlarged, as with fit=cover and we."""
    box, cut = Crop(width=transform.width, height=transform.height), transform.cut
    return transform.fit is Fit.OUTSIDE and cut is not None and replace(cut, gravity=CENTRE) == box


def _parts(transform: Transform) -> Iterator[str]:
    cut = None if _is_smaller_cover(transform) else transform.cut
    part = transform.crop or cut
    if part is not None:
        lengths = {"cx": part.x, "cy": part.y, "cw": part.width, "ch": part.height}
        yield from (f"{key}={_length(value)}" for key, value in lengths.items() if value)
    if _is_cropped_first(transform):
        yield "precrop"
    if transform.trim is not None:
        yield f"trim={transform.trim.tolerance}"
        if transform.trim.colour is not None:
            yield f"tbg={colours.write_argb(transform.trim.colour)}"


def _stance(transform: Transform) -> Iterator[str]:
    turn = Turn.of(transform)
    # Theirs is turned, then mirrored; where it leans, mirrored first, as ours.
    angle = -transform.rotate % 360 if transform.mirror and turn is not None else transform.rotate
    if angle:
        yield f"ro={shown(angle)}"
    if transform.mirror:
        yield "flop"
    if transform.bars is not None:
        yield f"{'rbg' if turn is None else 'cbg'}={colours.write_argb(transform.bars)}"
    if transform.background is not None:
        yield f"bg={colours.write_argb(transform.background)}"


def _looks(transform: Transform) -> Iterator[str]:
    brightness = transform.brightness
    if transform.contrast in _CONTRASTS:
        if transform.contrast != ORIGINAL.contrast:
            yield f"con={_CONTRASTS[transform.contrast]}"
    elif (added := toning.offset(brightness, transform.contrast)) is not None:
        brightness = ORIGINAL.brightness
        yield f"bri={round(added * 100)}"
    factors = {
        "mod": (brightness, ORIGINAL.brightness),
        "sat": (transform.saturation, ORIGINAL.saturation),
        "gam": (transform.gamma, ORIGINAL.gamma),
        "sharp": (transform.sharpen, ORIGINAL.sharpen),
        "blur": (transform.blur, ORIGINAL.blur),
    }
    yield from (f"{k}={shown(value)}" for k, (value, usual) in factors.items() if value != usual)
    if transform.greyscale:
        yield "filt=greyscale"


def _output(transform: Transform) -> Iterator[str]:
    if transform.format is not Output.SAME and transform.format in _OUTPUTS:
        yield f"output={_OUTPUTS[transform.format]}"
    if transform.quality is not None:
        yield f"q={transform.quality}"
    if transform.lossless:
        yield "ll"
    if transform.progressive and transform.format in (Output.SAME, Output.JPEG):
        yield "il"
    if transform.frame != 0:
        yield "n=-1" if transform.frame is None else f"page={transform.frame}"


def _place(gravity: Gravity) -> Iterator[str]:
    if gravity in _PLACES:
        if gravity != CENTRE:
            yield f"a={_PLACES[gravity]}"
    elif isinstance(gravity, Anchor | Focal):
        yield f"a=focal&fpx={shown(gravity.x)}&fpy={shown(gravity.y)}"


def _length(length: Length) -> str:
    return f"{shown(length.percent)}%25" if isinstance(length, Share) else str(length)
