"""Makes pictures: bytes in, bytes out. Runs inside a worker and loads only pixels.

The order of operations is UPRIGHT and STEPS; where everything lies is decided in between. Whatever
a decoder raises on hostile bytes becomes NotDecodable here; our own failures (TooManyPixels,
TooManyFrames) pass.
"""

import struct
import warnings
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from PIL import Image

from proxy.errors import NotDecodable, PictureError, ProxyError
from proxy.images.decode import frames, open_picture, still
from proxy.images.encode import encode_animation, encode_still
from proxy.images.limits import Limits, frames_made
from proxy.images.ops.bars import bars
from proxy.images.ops.blur import blur
from proxy.images.ops.crop import crop, cut
from proxy.images.ops.flatten import flatten
from proxy.images.ops.job import Job
from proxy.images.ops.orient import orient
from proxy.images.ops.plain import plain
from proxy.images.ops.profile import profile
from proxy.images.ops.resize import resize
from proxy.images.ops.rotate import rotate
from proxy.images.ops.saturation import saturation
from proxy.images.ops.sharpen import sharpen
from proxy.images.ops.tone import tone
from proxy.images.ops.turn import turn
from proxy.images.settle import settle
from proxy.images.sniff import sniff
from proxy.images.view import Pixels, reduction
from proxy.model.picture import Facts, Variant

Step = Callable[[Image.Image, Job], Image.Image]

# The same for every variant, so done once. Then ``settle`` trims and finds smart places.
UPRIGHT: tuple[Step, ...] = (orient, plain)
STEPS: tuple[Step, ...] = (
    crop,
    turn,
    resize,
    profile,  # once there are few pixels, and before anything is done to their colours
    cut,
    rotate,
    tone,
    saturation,
    blur,
    sharpen,
    bars,
    flatten,
)

# What Pillow's decoders have raised on hostile bytes. OSError holds UnidentifiedImageError,
# RuntimeError libavif's refusals; the last four are their Python parsers tripping over nonsense.
_REFUSALS = (
    OSError, SyntaxError, ValueError, EOFError, MemoryError, RuntimeError, OverflowError,
    ZeroDivisionError, struct.error, zlib.error, Image.DecompressionBombError,
    Image.DecompressionBombWarning, LookupError, TypeError, AttributeError, AssertionError,
)  # fmt: skip
_Made = dict[Variant, bytes | ProxyError]


def make(
    data: bytes, variants: Sequence[Variant], limits: Limits, *, facts: Facts | None = None
) -> list[bytes | ProxyError]:
    """Return the bytes of each variant of an original, or why there are none.

    ``facts`` are the original's, where they are known.

    Failures are NotDecodable where it cannot be read, TooManyPixels and TooManyFrames over the
    limits; one variant's is not another's. Stills are made of one decode, good enough for the
    largest of them. Deterministic for one Pillow and the same variants.
    """
    made: _Made = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            facts = facts or sniff(data, max_frames=limits.max_frames)
            if facts is None:
                raise NotDecodable("the bytes are no picture we decode")
            limits.admit(facts)
            for number, stills in _by_frame(facts, variants).items():
                made |= _stills(data, facts, stills, number, limits)
        except PictureError as failure:
            return [failure] * len(variants)
        for variant in variants:
            if variant not in made:
                made[variant] = _animation(data, facts, variant, limits)
    return [made[variant] for variant in variants]


def _by_frame(
    facts: Facts, variants: Sequence[Variant]
) -> Mapping[int | None, tuple[Variant, ...]]:
    """Return the stills among the variants, by the number of the frame they show."""
    found: dict[int | None, tuple[Variant, ...]] = {}
    for variant in variants:
        if frames_made(facts, variant) == 1:
            number = variant.transform.frame
            found[number] = (*found.get(number, ()), variant)
    return found


def _stills(
    data: bytes, facts: Facts, variants: Sequence[Variant], number: int | None, limits: Limits
) -> _Made:
    """Return stills of one frame, all of one decode."""
    made: _Made = {}
    try:
        with _refusing(facts):
            opened = open_picture(data, facts, limits)
            size = opened.image.size
            by = min(reduction(each.transform, facts, size, limits) for each in variants)
            decoded, pixels = still(opened, number=number, reduced=by)
            image = _stepped(decoded, UPRIGHT, Job(facts=facts, variant=variants[0]))
    except PictureError as failure:
        return dict.fromkeys(variants, failure)
    for variant in variants:
        try:
            with _refusing(facts):
                job = settle(image, Job(facts=facts, variant=variant), pixels, limits)
                made[variant] = encode_still(_stepped(image, STEPS, job), job)
        except PictureError as failure:
            made[variant] = failure
    return made


def _animation(data: bytes, facts: Facts, variant: Variant, limits: Limits) -> bytes | ProxyError:
    """Return an animation; what its first frame settles holds for all."""
    job = Job(facts=facts, variant=variant)
    shown = []
    try:
        with _refusing(facts):
            opened = open_picture(data, facts, limits)
            for frame in frames(opened, facts):
                image = _stepped(frame.image, UPRIGHT, job)
                if job.view is None:
                    job = settle(
                        image, job, Pixels(size=frame.image.size), limits.of_each(facts.frames)
                    )
                shown.append(replace(frame, image=_stepped(image, STEPS, job)))
            return encode_animation(shown, opened.plays, job)
    except PictureError as failure:
        return failure


def _stepped(image: Image.Image, steps: Sequence[Step], job: Job) -> Image.Image:
    for step in steps:
        image = step(image, job)
    return image


@contextmanager
def _refusing(facts: Facts) -> Iterator[None]:
    try:
        yield
    except _REFUSALS as exc:
        raise NotDecodable(f"{facts.format}: {type(exc).__name__}: {exc}") from exc
