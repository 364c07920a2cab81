"""What weserv's parameters mean: text → Transform. Pure; the address is in ``weserv.py``.

    w, h (width, height)    pixels or percent, 0 to 100; the picture is enlarged unless "we"
    dpr                     0 to 8, multiplies w and h
    fit (old: t)            inside*, outside, cover, contain, fill; old: fit, fitup, square,
                            squaredown, absolute, letterbox, crop…
    a (align)               center*, top … bottom-right, entropy, attention, focal with fpx, fpy;
                            old: t, l, r, b, crop-x-y, focal-x-y in percent
    cx cy cw ch             a part of the sized picture, of the original with "precrop";
                            old: crop=w,h,x,y
    trim, tbg               1 to 254, bare: 10; the colour of the edges
    ro (or), flip, flop     degrees; then upside down, then left to right
    bri, con                -100 to 100; mod=brightness[,saturation[,hue]] and sat are factors
    gam, blur, sharp        1 to 3, else 2.2; sigma 0.3 to 1000, sigma up to 10, else mild
    filt=greyscale          bg, cbg, rbg: colours, of what is clear, of bars, of corners
    output, q (quality)     jpg, png, gif, webp, avif; json: what is known of the original
    il, ll (lossless)       progressive; lossless WebP
    page, n (pages)         the still shown, else the first; n=-1: all of an animation

A bad number acts as not set. ``con`` is the slope of weserv's curve at middle grey, and bars keep
their colour whatever is done to the picture. Without effect on a picture and so without any here:
af, l (level), fsol, filename, maxage. Refused: tint, mask, hue, other filters, slopes of sharp,
base64, loop and delay of an animation, and what hangs on the size of the original in weserv alone.
"""

from math import tanh

from proxy.dialects import weserv_sizes
from proxy.dialects.numbers import decimal, whole
from proxy.dialects.toning import Tone
from proxy.dialects.turning import FLIPPED, MIRRORED, UPRIGHT, Turn
from proxy.dialects.weserv_sizes import part_of
from proxy.dialects.weserv_values import Parameters, colour_of, decimal_of, is_on, whole_of
from proxy.errors import NotOffered
from proxy.model.transform import Output, Transform, Trim

OUTPUTS = {
    "jpg": Output.JPEG,
    "png": Output.PNG,
    "gif": Output.GIF,
    "webp": Output.WEBP,
    "avif": Output.AVIF,
    "av1": Output.AVIF,
}
_OUTPUTS_REFUSED = {"tiff", "tif", "jxl"}
_FILTERS_REFUSED = {"sepia", "duotone", "negate"}
_MASKS = {"circle", "ellipse", "triangle", "triangle-180", "pentagon", "pentagon-180", "hexagon"}
_MASKS |= {"square", "star", "heart"}
_MILD = 0.816  # the deviation of a box of 3×3 pixels, which is what theirs is
_USUAL_GAMMA = 2.2
_MOST_FACTOR = 100.0  # beyond, every picture is the same
_QUARTER, _CIRCLE = 90, 360


def read(found: Parameters) -> Transform:
    """Return what is asked; raises NotOffered for what is not done here."""
    _refuse(found)
    angle = (whole_of(found, "ro", -999_999_999, 999_999_999) or 0) % _CIRCLE
    leaning = angle % _QUARTER
    turn = Turn(quarters=0 if leaning else angle // _QUARTER)
    turn = turn.then(FLIPPED if is_on(found, "flip") else UPRIGHT)
    turn = turn.then(MIRRORED if is_on(found, "flop") else UPRIGHT)
    if leaning and is_on(found, "flip"):
        raise NotOffered("flip with ro")  # it would be rotated the other way round
    first = is_on(found, "precrop")
    part = part_of(found)
    sized = weserv_sizes.read(found, turn, leaning=bool(leaning))
    if part and sized.cut and not first:
        raise NotOffered("a crop with fit=cover and we")
    brightness, contrast = _tones(found)
    return Transform(
        trim=_trim(found),
        crop=turn.back().cropped(part) if part and first else None,
        mirror=turn.mirror,
        rotate=turn.degrees + (angle if leaning else 0),
        width=sized.width,
        height=sized.height,
        fit=sized.fit,
        gravity=sized.gravity,
        enlarge=sized.enlarge,
        cut=sized.cut if part is None or first else part,
        brightness=brightness,
        contrast=contrast,
        saturation=_factor(found, "sat"),
        gamma=_gamma(found),
        greyscale=found.get("filt") == "greyscale",
        blur=_sigma(found, "blur", 0.3, 1000.0),
        sharpen=_sigma(found, "sharp", 0.001, 10.0),
        bars=colour_of(found, "rbg" if leaning else "cbg"),
        background=colour_of(found, "bg"),
        format=_output(found),
        quality=whole_of(found, "q", 1, 100),
        lossless=is_on(found, "ll") and _output(found) in (Output.WEBP, Output.SAME),
        progressive=is_on(found, "il"),
        frame=_frame(found),
    )


def _refuse(found: Parameters) -> None:
    """Raise NotOffered, with its name, for a parameter that would have an effect."""
    animated = whole_of(found, "n", -1, -1) is not None
    refused = {
        "tint": colour_of(found, "tint") is not None,
        "hue": (whole(found.get("hue", "")) or 0) % _CIRCLE != 0,
        "mask": found.get("mask") in _MASKS,
        "encoding=base64": found.get("encoding", "").lower() == "base64",
        "loop": animated and whole_of(found, "loop", 0, 999_999_999) is not None,
        "delay": animated and "delay" in found,
        "slopes of sharp": "sharp" in found
        and (decimal_of(found, "sharpf", 0, 1e6), decimal_of(found, "sharpj", 0, 1e6))
        not in ((None, None), (1.0, 2.0), (1.0, None), (None, 2.0)),
        f"output={found.get('output')}": found.get("output") in _OUTPUTS_REFUSED,
        f"filt={found.get('filt')}": found.get("filt") in _FILTERS_REFUSED,
    }
    for name, meant in refused.items():
        if meant:
            raise NotOffered(name)


def _trim(found: Parameters) -> Trim | None:
    tolerance = whole_of(found, "trim", 1, 254)
    return None if tolerance is None else Trim(tolerance=tolerance, colour=colour_of(found, "tbg"))


def _tones(found: Parameters) -> tuple[float, float]:
    """Return the factors of brightness and contrast that do what bri, mod and con do in turn."""
    offset = whole_of(found, "bri", -100, 100) or 0
    curve = contrast(whole_of(found, "con", -100, 100) or 0)
    tone = Tone().added(offset / 100).multiplied(_factor(found, "mod")).contrasted(curve)
    factors = tone.factors()
    if factors is None:
        raise NotOffered("as much bri")
    return factors


def contrast(con: int) -> float:
    """Return the factor that is as steep at middle grey as weserv's sigmoid of -100 to 100."""
    bend = abs(con) * 0.3 / 4
    steep = bend / tanh(bend) if con else 1.0
    return round(steep if con > 0 else 1 / steep, 3)


def _gamma(found: Parameters) -> float:
    if "gam" not in found or decimal(found["gam"]) == 0:
        return 1.0
    return decimal_of(found, "gam", 1.0, 3.0) or _USUAL_GAMMA


def _sigma(found: Parameters, key: str, least: float, most: float) -> float:
    if key not in found or decimal(found[key]) == 0:
        return 0.0
    return decimal_of(found, key, least, most) or _MILD


def _factor(found: Parameters, key: str) -> float:
    factor = decimal_of(found, key, 0.0, 10_000.0)
    return 1.0 if factor is None else min(factor, _MOST_FACTOR)


def _output(found: Parameters) -> Output:
    return OUTPUTS.get(found.get("output", ""), Output.SAME)


def _frame(found: Parameters) -> int | None:
    page, pages = whole(found.get("page", "")) or 0, whole(found.get("n", ""))
    if page in (-1, -2):
        raise NotOffered(f"page={page}")
    page = max(0, page)
    if pages is not None and (pages > 1 or (pages == -1 and page)):
        raise NotOffered("some pages of several")
    return None if pages == -1 else page
