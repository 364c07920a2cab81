"""Makes one picture: bytes in, bytes out. Runs inside a worker and loads only pixels.

The order of operations is STEPS. Whatever a decoder raises on hostile bytes becomes NotDecodable
here; our own failures (TooManyPixels, TooManyFrames) pass.
"""

import struct
import warnings
import zlib
from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from proxy.errors import NotDecodable
from proxy.images.decode import frames, open_picture, still
from proxy.images.encode import encode_animation, encode_still
from proxy.images.limits import Limits
from proxy.images.ops.flatten import flatten
from proxy.images.ops.job import Job
from proxy.images.ops.orient import orient
from proxy.images.ops.plain import plain
from proxy.images.ops.profile import profile
from proxy.images.ops.resize import resize
from proxy.images.sniff import sniff
from proxy.model.picture import Format, Variant

STEPS: tuple[Callable[[Image.Image, Job], Image.Image], ...] = (
    orient,
    plain,
    resize,
    profile,
    flatten,
)
ANIMATED = {Format.WEBP, Format.GIF}

# What Pillow's decoders have raised on hostile bytes. OSError holds UnidentifiedImageError,
# RuntimeError libavif's refusals; the last four are their Python parsers tripping over nonsense.
_REFUSALS = (
    OSError, SyntaxError, ValueError, EOFError, MemoryError, RuntimeError, OverflowError,
    ZeroDivisionError, struct.error, zlib.error, Image.DecompressionBombError,
    Image.DecompressionBombWarning, LookupError, TypeError, AttributeError, AssertionError,
)  # fmt: skip


def make(data: bytes, variant: Variant, limits: Limits) -> bytes:
    """Return the bytes of ``variant``, made of an original's bytes.

    Raises NotDecodable where the original cannot be read, TooManyPixels and TooManyFrames over the
    limits; nothing else. Deterministic for one Pillow.
    """
    facts = sniff(data, max_frames=limits.max_frames)
    if facts is None:
        raise NotDecodable("the bytes are no picture we decode")
    limits.admit(facts)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _made(data, Job(facts=facts, variant=variant), limits)
        except _REFUSALS as exc:
            raise NotDecodable(f"{facts.format}: {type(exc).__name__}: {exc}") from exc


def _made(data: bytes, job: Job, limits: Limits) -> bytes:
    opened = open_picture(data, job.facts, limits)
    with opened.image:
        if job.facts.frames > 1 and job.variant.format in ANIMATED:
            shown = [
                replace(frame, image=_stepped(frame.image, job))
                for frame in frames(opened, job.facts)
            ]
            return encode_animation(shown, opened.plays, job.variant)
        return encode_still(_stepped(still(opened, job.facts, job.variant), job), job.variant)


def _stepped(image: Image.Image, job: Job) -> Image.Image:
    for step in STEPS:
        image = step(image, job)
    return image
