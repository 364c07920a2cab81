"""What a picture worker does, with libvips in Pillow's place: 400 × 300 cover alone."""
# a folder of programs

import os

os.environ["VIPS_CONCURRENCY"] = "1"  # a worker is a core

from proxy.errors import ProxyError
from proxy.images import worker
from proxy.images.limits import Limits

# It holds more between two works: to be replaced for that again and again is not what is measured.
worker._KEPT_BYTES = worker._MOST_BYTES = 256 << 20  # noqa: SLF001


class Making(worker.Making):
    """The work of making variants, by libvips."""

    def __call__(self, data: bytes, limits: Limits) -> list[bytes | ProxyError]:
        """Return the bytes of each variant."""
        from engines.vips import thumbnail  # noqa: PLC0415  # loaded in a worker alone

        if self.facts is not None:
            limits.admit(self.facts)
        return [thumbnail(data, one.format.value, one.quality, "") for one in self.variants]

    def __reduce__(self) -> tuple[object, ...]:
        """Return how it is pickled: whole."""
        return Making, (self.variants, self.facts)
