"""Encodes a small picture as a ThumbHash: some 25 bytes with its ratio, colours and transparency.

Pure; after the description of the format at evanw.github.io/thumbhash. The package of that name
cannot encode transparency (0.1.2 raises TypeError), for opaque pictures it gives the same.
"""

from collections.abc import Iterator, Sequence
from math import cos, floor, pi
from typing import NamedTuple

_SIDE_MAX = 100


class _Channel(NamedTuple):
    mean: float
    waves: tuple[float, ...]  # 0 to 1, where 0.5 is nothing
    scale: float


def encode(width: int, height: int, pixels: bytes) -> bytes:
    """Return the ThumbHash of RGBA pixels, row by row; each side at most 100 pixels."""
    if max(width, height) > _SIDE_MAX:
        raise ValueError(f"{width}×{height} pixels are over {_SIDE_MAX} a side")
    alpha = [value / 255 for value in pixels[3::4]]
    clear = any(value < 1 for value in alpha)
    red, green, blue = (_composed(pixels[band::4], alpha) for band in range(3))
    colours = list(zip(red, green, blue, strict=True))
    most = 5 if clear else 7
    across, down = (max(1, _rounded(most * side / max(width, height))) for side in (width, height))

    def channel(values: Sequence[float], wide: int, high: int) -> _Channel:
        return _channel(values, (width, height), (wide, high))

    light = channel([(r + g + b) / 3 for r, g, b in colours], max(3, across), max(3, down))
    yellow = channel([(r + g) / 2 - b for r, g, b in colours], 3, 3)
    reddish = channel([r - g for r, g, _ in colours], 3, 3)
    cover = channel(alpha, 5, 5) if clear else None
    landscape = width > height
    head = (
        _rounded(63 * light.mean)
        | _rounded(31.5 + 31.5 * yellow.mean) << 6
        | _rounded(31.5 + 31.5 * reddish.mean) << 12
        | _rounded(31 * light.scale) << 18
        | clear << 23
    )
    more = (
        (down if landscape else across)
        | _rounded(63 * yellow.scale) << 3
        | _rounded(63 * reddish.scale) << 9
        | landscape << 15
    )
    made = head.to_bytes(3, "little") + more.to_bytes(2, "little")
    waves = light.waves + yellow.waves + reddish.waves
    if cover:
        made += bytes([_rounded(15 * cover.mean) | _rounded(15 * cover.scale) << 4])
        waves += cover.waves
    return made + _packed([_rounded(15 * wave) for wave in waves])


def _composed(band: bytes, alpha: Sequence[float]) -> list[float]:
    """Return a colour's values, 0 to 1, over the mean of what is seen of it."""
    seen = [value / 255 * cover for value, cover in zip(band, alpha, strict=True)]
    mean = sum(seen) / (sum(alpha) or 1)
    return [mean * (1 - cover) + value for value, cover in zip(seen, alpha, strict=True)]


def _channel(values: Sequence[float], size: tuple[int, int], waves: tuple[int, int]) -> _Channel:
    """Return a channel's cosine transform, its higher waves left out towards the diagonal."""
    width, height = size
    rows = [values[at : at + width] for at in range(0, width * height, width)]
    columns = [_wave(width, number) for number in range(waves[0])]
    found = []
    for y, x in _kept(*waves):
        sums = (sum(map(float.__mul__, row, columns[x])) for row in rows)
        found.append(sum(map(float.__mul__, sums, _wave(height, y))) / (width * height))
    mean, *others = found
    scale = max(map(abs, others))
    return _Channel(mean, tuple(0.5 + 0.5 / scale * one if scale else 0.0 for one in others), scale)


def _kept(wide: int, high: int) -> Iterator[tuple[int, int]]:
    for y in range(high):
        for x in range(wide):
            if x * high < wide * (high - y):
                yield y, x


def _wave(length: int, number: int) -> list[float]:
    return [cos(pi / length * number * (at + 0.5)) for at in range(length)]


def _packed(halves: Sequence[int]) -> bytes:
    """Return two values a byte, the first in its lower half."""
    padded = [*halves, 0]
    return bytes(padded[at] | padded[at + 1] << 4 for at in range(0, len(halves), 2))


def _rounded(value: float) -> int:
    return floor(value + 0.5)
