"""Writes the made picture, without any metadata but what the transform keeps.

Settings as measured (design §8). Pixels come from the steps, in mode L, LA, RGB or RGBA; the
original's profile and EXIF in their ``info``.
"""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from proxy.images.decode import Frame
from proxy.images.ops.job import Job
from proxy.images.ops.profile import kept_profile
from proxy.images.palette import CLEAR, indexed, smallest
from proxy.images.rights import rights
from proxy.model.picture import Format

_WITH_QUALITY = {Format.JPEG, Format.WEBP, Format.AVIF}
_WITH_EXIF = {Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF}
_FULL_COLOUR_FROM = 90  # JPEG quality: halved chroma (a fifth less bytes) would show by then
_LOSSLESS_EFFORT = 50  # WebP's "quality" where nothing is lost: 100 takes thrice the time
# PNG: photographs take half the time of level 6 for 1 to 2 % more bytes; a chart's palette is quick
# in any case, and half as large as at level 4.
_COLOUR_LEVEL, _PALETTE_LEVEL = 4, 9
_TRIES = 7  # encodings for one max_bytes
_FLAGS_AT, _ALPHA = 20, 0x10  # of an extended WebP
_KEEP, _CLEAN = 1, 2  # GIF89a §23: what becomes of a frame before the next is drawn


def encode_still(image: Image.Image, job: Job) -> bytes:
    """Return the bytes of a still picture (mode L, LA, RGB or RGBA)."""
    made = job.variant.format
    more = _kept(image, job)
    if made is Format.PNG:
        image, has_clear = smallest(image, greys="icc_profile" not in more)
        more |= {"transparency": CLEAR} if has_clear else {}
        more["compress_level"] = _PALETTE_LEVEL if image.mode == "P" else _COLOUR_LEVEL
    elif made is Format.GIF:
        (image,), has_clear = indexed([image])
        more |= {"transparency": CLEAR} if has_clear else {}
    return _within(job, lambda quality: _save(image, job, quality, more))


def encode_animation(frames: Sequence[Frame], plays: int, job: Job) -> bytes:
    """Return the bytes of an animation (WebP or GIF) that runs ``plays`` times; 0: for ever."""
    more: dict[str, Any] = {
        "save_all": True,
        "duration": [frame.duration_ms for frame in frames],
    }
    images = [frame.image for frame in frames]
    if job.variant.format is Format.GIF:
        if plays != 1:  # GIF counts repeats, and says nothing where there are none
            more["loop"] = max(0, plays - 1)
        return _gif(images, job, more)
    first, *others = map(_bare, images)
    more |= {"loop": plays, "append_images": others, **_kept(images[0], job)}
    made = _within(job, lambda quality: _save(first, job, quality, more))
    return _seen_through(made) if any("A" in image.getbands() for image in images) else made


def _within(job: Job, write: Callable[[int], bytes]) -> bytes:
    """Return the picture at the variant's quality, or at the largest that ``max_bytes`` allows.

    At most _TRIES encodings, so from quality 65 on up to one step below the largest. Where not even
    quality 1 is small enough, and where there is no quality (PNG, GIF, lossless), the smallest.
    """
    transform, quality = job.variant.transform, job.variant.quality
    best = write(quality)
    bound = transform.max_bytes
    graded = job.variant.format in _WITH_QUALITY and not _is_lossless(job)
    if bound is None or len(best) <= bound or not graded:
        return best
    least, most, tries = 1, quality - 1, _TRIES - 1
    while least <= most and tries:
        middle, tries = (least + most) // 2, tries - 1
        found = write(middle)
        if len(found) <= bound:
            best, least = found, middle + 1
        else:
            best, most = (found if len(found) < len(best) else best), middle - 1
    return best


def _save(image: Image.Image, job: Job, quality: int, more: Mapping[str, Any]) -> bytes:
    out = BytesIO()
    options = {**_options(job, quality), **more}
    _bare(image).save(out, job.variant.format.upper(), **options)
    return out.getvalue()


def _options(job: Job, quality: int) -> dict[str, Any]:
    """Return what Pillow's writer is told. One thread each: the pool has a worker a core."""
    lossless = _is_lossless(job)
    match job.variant.format:
        case Format.JPEG:
            progressive = job.variant.transform.progressive
            chroma = "4:4:4" if quality >= _FULL_COLOUR_FROM else "4:2:0"
            told = {"quality": quality, "progressive": progressive, "subsampling": chroma}
            return {**told, "optimize": True}
        case Format.WEBP if lossless:
            return {"lossless": True, "quality": _LOSSLESS_EFFORT, "method": 2}
        case Format.WEBP:
            return {"quality": quality, "method": 2}
        case Format.AVIF:  # Pillow's writer goes through YCbCr: lossless is within 3 of 255
            full = {"quality": 100, "subsampling": "4:4:4"}
            return {**(full if lossless else {"quality": quality}), "speed": 9, "max_threads": 1}
        case _:
            return {}


def _is_lossless(job: Job) -> bool:
    return job.variant.transform.lossless and job.variant.format in (Format.WEBP, Format.AVIF)


def _kept(image: Image.Image, job: Job) -> dict[str, Any]:
    """Return what stays of the original's metadata, as arguments for Pillow's writers."""
    kept: dict[str, Any] = {}
    profile = kept_profile(image, job)
    if profile:
        kept["icc_profile"] = profile
    if job.variant.transform.copyright and job.variant.format in _WITH_EXIF:
        exif = rights(image)
        if exif:
            kept["exif"] = exif
    return kept


def _gif(images: Sequence[Image.Image], job: Job, more: Mapping[str, Any]) -> bytes:
    """Return an animated GIF with one palette; each frame holds only what changed.

    An opaque one is written twice, drawn over the last frame or over nothing: which is smaller, no
    rule tells.
    """
    (first, *others), has_clear = indexed(images)
    told = {**more, "append_images": others}
    if has_clear:
        told["transparency"] = CLEAR
    ways = (_CLEAN,) if has_clear else (_KEEP, _CLEAN)
    return min((_save(first, job, 0, {**told, "disposal": way}) for way in ways), key=len)


def _seen_through(webp: bytes) -> bytes:
    """Return an animated WebP that says it may be clear (RFC 9649 §2.7.1).

    libwebp forgets to where each frame's own rectangle is opaque: what is around would be black.
    """
    if webp[12:16] != b"VP8X":
        return webp
    return webp[:_FLAGS_AT] + bytes([webp[_FLAGS_AT] | _ALPHA]) + webp[_FLAGS_AT + 1 :]


def _bare(image: Image.Image) -> Image.Image:
    """Return the pixels alone: Pillow's writers copy comments and profiles out of ``info``."""
    bare = image.copy()
    bare.info = {}
    return bare
