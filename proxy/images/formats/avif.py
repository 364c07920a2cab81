"""What an AVIF's boxes say (AV1 Image File Format).

Pure. Orientation is the primary item's irot and imir, as an EXIF number: Pillow 13 leaves them to
its caller the same way, and an EXIF orientation inside an AVIF counts for nothing. HEIC is none.
"""

import struct
from collections.abc import Iterator

from proxy.images.formats import heif
from proxy.images.formats.boxes import inside
from proxy.model.picture import Facts, Format

_BRANDS = {b"avif", b"avis"}


def read(data: memoryview, max_frames: int) -> Facts | None:
    """Return the facts of an AVIF; None where the bytes are none or no size is stated."""
    top = heif.read_top(data)
    if top is None or not top.brands & _BRANDS:
        return None
    primary = heif.primary(top.meta)
    if primary.size is None:
        return None
    width, height = primary.size
    frames = max(_samples(top.moov), default=1) if b"avis" in top.brands else 1
    return Facts(
        format=Format.AVIF,
        width=width,
        height=height,
        frames=max(1, min(frames, max_frames + 1)),
        alpha=heif.has_alpha(top.meta, top.moov),
        orientation=primary.orientation,
        metadata=heif.has_metadata(top.meta),
        whole=top.whole,
    )


def _samples(moov: memoryview) -> Iterator[int]:
    for body in inside(moov, b"trak", b"mdia", b"minf", b"stbl", b"stsz"):
        yield struct.unpack_from(">I", body, 8)[0]
