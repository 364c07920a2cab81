"""What is known of a picture, as JSON: what a page needs to keep its place until it comes.

Runs inside a worker. The colours are those of a small copy, made as every picture is: upright, in
sRGB, the first frame, by the same door for hostile bytes.
"""

import json
from base64 import b64encode
from io import BytesIO

import blurhash  # type: ignore[import-untyped]  # it ships no types
from PIL import Image

from proxy.errors import NotDecodable, ProxyError
from proxy.images import thumbhash
from proxy.images.limits import Limits
from proxy.images.pipeline import make
from proxy.images.plugins import decodable
from proxy.images.sniff import sniff
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import Fit, Output, Transform

_SIDE = 32  # of the small copy: hashes hold 7 waves a side at most
_SMALL = Variant(
    transform=Transform(width=_SIDE, height=_SIDE, fit=Fit.INSIDE, format=Output.PNG, frame=0),
    format=Format.PNG,
    quality=100,
)
_UNSEEN: dict[str, object] = dict.fromkeys(
    ("orientation", "alpha", "dominant", "thumbhash", "blurhash")
)
_COMPONENTS = 4, 3  # of the blurhash
_CLUSTERS = 8  # of the colours
_SETTLED = 1  # k-means ends once no more pixels than this change their cluster
_OPAQUE_FROM = 128  # alpha from which a pixel counts


def describe(data: bytes, limits: Limits) -> bytes:
    """Return UTF-8 JSON of width and height (upright), format, frames, bytes, orientation (EXIF).

    And alpha, dominant ("#rrggbb", of the largest cluster), thumbhash (base64) and blurhash, which
    are null where nothing can be seen; with orientation, too, of what cannot be decoded here: SVG,
    formats whose extra is absent. Raises as ``pipeline.make`` does. Deterministic.
    """
    facts = sniff(data, max_frames=limits.max_frames)
    if facts is None:
        raise NotDecodable("the bytes are no picture we know")
    if not facts.whole:
        raise NotDecodable(f"the {facts.format} ends before its own end")
    width, height = facts.upright
    known = {
        "width": width,
        "height": height,
        "format": facts.format.value,
        "frames": facts.frames,
        "bytes": len(data),
    }
    drawn = facts.format in decodable()
    return json.dumps(known | (_seen(data, facts, limits) if drawn else _UNSEEN)).encode()


def _seen(data: bytes, facts: Facts, limits: Limits) -> dict[str, object]:
    small = _small(data, limits)
    hashed = thumbhash.encode(*small.size, small.tobytes())
    return _UNSEEN | {
        "orientation": facts.orientation,
        "alpha": facts.alpha,
        "dominant": _dominant(small),
        "thumbhash": b64encode(hashed).decode(),
        "blurhash": _blurhash(small),
    }


def _small(data: bytes, limits: Limits) -> Image.Image:
    """Return a copy of at most 32 × 32 pixels in RGBA."""
    (made,) = make(data, [_SMALL], limits)
    if isinstance(made, ProxyError):
        raise made
    with Image.open(BytesIO(made), formats=["PNG"]) as image:
        return image.convert("RGBA")


def _dominant(small: Image.Image) -> str | None:
    """Return the mean of the largest cluster of colours; None where all is clear."""
    pixels = small.tobytes()
    seen = [
        pixels[at : at + 3] for at in range(0, len(pixels), 4) if pixels[at + 3] >= _OPAQUE_FROM
    ]
    if not seen:
        return None
    row = Image.frombytes("RGB", (len(seen), 1), b"".join(seen))
    clusters = row.quantize(_CLUSTERS, Image.Quantize.MEDIANCUT, kmeans=_SETTLED)
    counts, palette = clusters.histogram(), clusters.getpalette() or []
    largest = counts.index(max(counts))
    return "#" + bytes(palette[3 * largest : 3 * largest + 3]).hex()


def _blurhash(small: Image.Image) -> str:
    """Return the blurhash; it knows no transparency, so what is clear is white."""
    white = Image.new("RGBA", small.size, "white")
    row = Image.alpha_composite(white, small).convert("RGB").tobytes()
    pixels = [row[at : at + 3] for at in range(0, len(row), 3)]
    rows = [pixels[at : at + small.width] for at in range(0, len(pixels), small.width)]
    return str(blurhash.encode(rows, *_COMPONENTS))
