"""How a picture looks, in 64 bits: near ones look alike, whatever their size, quality and format.

Runs inside a worker. A perceptual hash: which of the 64 lowest waves of a small grey copy (DCT-II,
the constant ones left out) stand above their median. Gradients of neighbours (dHash) will not do:
a notice is text on a plain ground, where they say nothing.
"""

import math
from io import BytesIO
from statistics import median

from PIL import Image

from proxy.errors import ProxyError
from proxy.images.limits import Limits
from proxy.images.pipeline import make
from proxy.model.colour import Colour
from proxy.model.picture import Format, Variant
from proxy.model.transform import Fit, Output, Transform

_SIDE, _WAVES = 32, 8
_SMALL = Variant(
    transform=Transform(
        width=_SIDE,
        height=_SIDE,
        fit=Fit.FILL,
        enlarge=True,
        background=Colour(255, 255, 255),
        format=Output.PNG,
        frame=0,
    ),
    format=Format.PNG,
    quality=100,
)
_FLAT = 1.0  # waves lower than this are noise of the arithmetic


def fingerprint(data: bytes, limits: Limits) -> int:
    """Return a picture's fingerprint; 0: there is nothing to see. Raises as ``make`` does."""
    (small,) = make(data, [_SMALL], limits)
    if isinstance(small, ProxyError):
        raise small
    with Image.open(BytesIO(small), formats=["PNG"]) as image:
        grey = image.convert("L").tobytes()
    rows = [grey[start : start + _SIDE] for start in range(0, len(grey), _SIDE)]
    across = [_waves(row) for row in rows]
    both = [wave for column in zip(*across, strict=True) for wave in _waves(column)]
    if max(map(abs, both)) < _FLAT:
        return 0
    middle = median(both)
    return int("".join("1" if wave > middle else "0" for wave in both), 2)


def _waves(line: "bytes | tuple[float, ...]") -> list[float]:
    """Return how much of each low wave is in a line (DCT-II, not scaled)."""
    step = math.pi / (2 * len(line))
    return [
        sum(value * math.cos(step * (2 * at + 1) * wave) for at, value in enumerate(line))
        for wave in range(1, _WAVES + 1)
    ]
