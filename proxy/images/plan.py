"""Chooses which picture to make of an original: format and quality, and whether any is needed.

Pure: decides by Facts, Accept and the settings alone; nothing is decoded. Follows the contract's
"Never enlarged" and "Negotiation" (service.md, Answers).
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from proxy.errors import NotDecodable, NotOffered
from proxy.images.accept import weight
from proxy.images.layout import lay_out
from proxy.images.limits import ANIMATED, Limits
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import ORIGINAL, Fit, Hint, Output, Transform
from proxy.settings import Images, Qualities

LOSSLESS = 100  # the quality of what loses nothing: one value, so that the key is one
_EVERYBODYS = {Format.JPEG, Format.PNG, Format.GIF}  # what every browser shows
_WRITTEN = {*_EVERYBODYS, Format.WEBP, Format.AVIF}
_CHOICE = {Format.WEBP, Format.AVIF}  # written with or without loss
_THRIFT = 0.7  # of the quality, where Save-Data is on
_COVERS = 255


def plan(transform: Transform, facts: Facts, accept: str | None, images: Images) -> Variant | None:
    """Return the variant to make; None where the original itself is the answer.

    The original stands in for its picture only if size, type and orientation match, it holds no
    metadata and nothing else was asked; an SVG always. Raises TooManyPixels or TooManyFrames over
    the limits (an animation: over ``max_frames``, or frames × pixels over twice ``max_pixels``),
    NotDecodable where the original is cut short and NotOffered where it has no such frame.
    """
    if transform.is_original or facts.format is Format.SVG:
        return None
    Limits.of(images).admit(facts)
    if not facts.whole:
        raise NotDecodable(f"the {facts.format} ends before its own end")
    if transform.frame is not None and transform.frame >= facts.frames:
        raise NotOffered(f"frame {transform.frame} of {facts.frames}, counted from 0")
    moving = facts.frames > 1 and transform.frame is None
    chosen = _format(transform, facts, accept, images.formats, moving=moving)
    stays = chosen in ANIMATED or not moving
    if chosen is facts.format and stays and _changes_nothing(transform, facts, images):
        return None
    return Variant(
        transform=_decided(transform, chosen, moving=facts.frames > 1),
        format=chosen,
        quality=_quality(transform, chosen, images.quality),
    )


def stands_in(transform: Transform, facts: Facts, images: Images) -> bool:
    """Tell whether the original does as well as a picture that came out larger in bytes.

    Only where every browser shows its type: a picture is kept for all who were promised its format,
    whatever else each of them accepts.
    """
    return (
        facts.whole
        and facts.format in _EVERYBODYS
        and transform.format is Output.AUTO
        and _changes_nothing(replace(transform, hints=frozenset()), facts, images)
    )


def _changes_nothing(transform: Transform, facts: Facts, images: Images) -> bool:
    """Tell whether only size and format are asked, and the original has that size, and no more."""
    if facts.orientation != 1 or facts.metadata or _is_smaller(transform, facts):
        return False
    sized = replace(
        ORIGINAL,
        width=transform.width,
        height=transform.height,
        fit=transform.fit,
        gravity=transform.gravity,
        enlarge=transform.enlarge,
        format=transform.format,
    )
    if transform != sized:
        return False
    layout = lay_out(
        transform, facts.upright, max_side=images.max_side, max_pixels=images.max_pixels
    )
    return layout.size == layout.output == facts.upright


def _is_smaller(transform: Transform, facts: Facts) -> bool:
    """Tell whether a picture in its box is smaller than the original, without laying it out."""
    asked = transform.width, transform.height
    return transform.fit is not Fit.OUTSIDE and any(
        isinstance(most, int) and most < side
        for most, side in zip(asked, facts.upright, strict=True)
    )


def _format(
    transform: Transform, facts: Facts, accept: str | None, formats: Sequence[str], *, moving: bool
) -> Format:
    """Return the output format: the one asked for, the original's, or what Accept names first."""
    match transform.format:
        case Output.AUTO:
            candidates = [Format(name) for name in formats]
            if moving or transform.lossless:  # AVIF: slow to make and show moving, never exact
                candidates = [name for name in candidates if name is Format.WEBP]
            best = max(candidates, key=lambda name: weight(accept, name.media_type), default=None)
            if best and weight(accept, best.media_type) > 0:
                return best
        case Output.SAME:
            if facts.format in (ANIMATED if moving else _WRITTEN):
                return facts.format
        case named:
            return Format(named.value)
    if moving:
        return Format.GIF
    ground = transform.background
    clear = facts.alpha and (ground is None or ground.alpha < _COVERS)
    return Format.PNG if clear or transform.lossless else Format.JPEG


@lru_cache(maxsize=256)  # presets are few, pictures many
def _decided(transform: Transform, chosen: Format, *, moving: bool) -> Transform:
    """Return the transform without what the variant says, or its format has no use for.

    So equal pictures have one key, however they were asked.
    """
    return replace(
        transform.normal(),
        format=Output.AUTO,
        quality=None,
        qualities=(),
        lossless=transform.lossless and chosen in _CHOICE,
        progressive=transform.progressive or chosen is not Format.JPEG,
        frame=transform.frame if moving else None,
        hints=frozenset(),
    )


def _quality(transform: Transform, chosen: Format, quality: Qualities) -> int:
    usual = {
        Format.JPEG: quality.jpeg,
        Format.WEBP: quality.webp,
        Format.AVIF: quality.avif,
    }.get(chosen)
    if usual is None or (transform.lossless and chosen in _CHOICE):
        return LOSSLESS
    named = dict(transform.qualities).get(Output(chosen.value))
    asked = next((each for each in (named, transform.quality) if each is not None), usual)
    return max(1, round(asked * _THRIFT)) if Hint.SAVE_DATA in transform.hints else asked
