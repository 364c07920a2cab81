"""Chooses which picture to make of an original: size, format and quality.

Pure: decides by Facts, Accept and the settings alone; nothing is decoded. Follows the contract's
"Never enlarged" and "Negotiation" (service.md, Answers).
"""

from collections.abc import Sequence

from proxy.errors import NotDecodable
from proxy.images.accept import weight
from proxy.images.limits import Limits
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import Fit, Transform
from proxy.settings import Images, Qualities

LOSSLESS = 100  # the quality of formats that have none: one value, so that the key is one


def plan(transform: Transform, facts: Facts, accept: str | None, images: Images) -> Variant | None:
    """Return the variant to make; None where the original itself is the answer.

    The original stands in for its picture only if size, type and orientation match and it holds no
    metadata. Raises TooManyPixels or TooManyFrames over the limits (an animation: over
    ``max_frames``, or frames × pixels over twice ``max_pixels``) and NotDecodable where the
    original is cut short.
    """
    if transform.is_original:
        return None
    Limits(
        max_pixels=images.max_pixels, max_frames=images.max_frames, deadline_s=images.deadline
    ).admit(facts)
    if not facts.whole:
        raise NotDecodable(f"the {facts.format} ends before its own end")
    size = _fitted(transform, facts.upright, images.max_side)
    chosen = _format(facts, accept, images.formats)
    if (
        facts.orientation == 1
        and not facts.metadata
        and (size, chosen)
        == (
            facts.upright,
            facts.format,
        )
    ):
        return None
    width, height = size
    return Variant(
        transform=transform,
        format=chosen,
        width=width,
        height=height,
        quality=_quality(chosen, images.quality),
    )


def _fitted(transform: Transform, upright: tuple[int, int], max_side: int) -> tuple[int, int]:
    """Return (width, height) in pixels of the made picture: the box, shrunk until it fits."""
    width, height = upright
    box_width, box_height = transform.width, transform.height
    across = box_width / width if box_width else None
    down = box_height / height if box_height else None
    scales = [scale for scale in (across, down) if scale is not None]
    if transform.fit is Fit.COVER and across and down and box_width and box_height:
        # The box itself shrinks: 400×300 of 200×200 is 200×150.
        wanted: tuple[float, float] = (box_width, box_height)
        scale = min(1.0, 1 / across, 1 / down)
    else:
        wanted, scale = upright, min(1.0, *scales)
    scale = min(scale, max_side / max(wanted))
    return _side(wanted[0] * scale, width), _side(wanted[1] * scale, height)


def _side(length: float, bound: int) -> int:
    return max(1, min(bound, round(length)))


def _format(facts: Facts, accept: str | None, formats: Sequence[str]) -> Format:
    """Return the output format: what Accept names first, else one that everybody shows."""
    animated = facts.frames > 1
    candidates = [Format(name) for name in formats]
    if animated:  # AVIF sequences are slow to make and to show
        candidates = [name for name in candidates if name is Format.WEBP]
    best = max(candidates, key=lambda name: weight(accept, name.media_type), default=None)
    if best and weight(accept, best.media_type) > 0:
        return best
    if animated:
        return Format.GIF
    return Format.PNG if facts.alpha else Format.JPEG


def _quality(chosen: Format, quality: Qualities) -> int:
    match chosen:
        case Format.JPEG:
            return quality.jpeg
        case Format.WEBP:
            return quality.webp
        case Format.AVIF:
            return quality.avif
        case _:
            return LOSSLESS
