"""What a picture worker does, with libvips in Pillow's place: thumbnails, 400 × 300 cover, alone.

A work as ``proxy.images.worker.make``: bytes, limits and variants in, the pictures' bytes out.
"""
# a folder of programs

import os

os.environ["VIPS_CONCURRENCY"] = "1"  # a worker is a core

from proxy.errors import ProxyError
from proxy.images.limits import Limits
from proxy.images.sniff import sniff
from proxy.model.picture import Variant


def make(data: bytes, limits: Limits, *, variants: tuple[Variant, ...]) -> list[bytes | ProxyError]:
    """Return the bytes of each variant."""
    from engines.vips import thumbnail  # noqa: PLC0415  # loaded in a worker alone

    facts = sniff(data, max_frames=limits.max_frames)  # as ours does
    if facts is not None:
        limits.admit(facts)
    return [thumbnail(data, one.format.value, one.quality, "") for one in variants]
