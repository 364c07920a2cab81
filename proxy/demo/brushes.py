"""Brushes the demo's pictures are drawn with: noise, washes, glows, smooth shapes.

Every brush is deterministic: chance comes from a hash of the seed, so the same name draws the same
pixels. Knows nothing of what the pictures show.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from hashlib import shake_256
from itertools import count

from PIL import Image, ImageDraw, ImageOps

Size = tuple[int, int]  # width, height in pixels
Point = tuple[float, float]  # x, y in pixels from the upper left corner
Colour = tuple[int, int, int]  # red, green, blue

_SMOOTH = 2  # shapes are drawn this many times larger and reduced: edges without stairs


def chances(seed: str) -> Iterator[float]:
    """Go through numbers in [0, 1) without end, the same ones for the same seed."""
    for block in count():
        digest = shake_256(f"{seed}/{block}".encode()).digest(256)
        for at in range(0, len(digest), 4):
            yield int.from_bytes(digest[at : at + 4]) / 2**32


def noise(size: Size, seed: str) -> Image.Image:
    """Return a grey picture of that size in which no pixel knows its neighbours."""
    width, height = size
    return Image.frombytes("L", size, shake_256(seed.encode()).digest(width * height))


def clouds(size: Size, seed: str, *, cell: Size) -> Image.Image:
    """Return soft grey clouds whose largest are ``cell`` pixels wide and high."""
    width, height = size
    blended: Image.Image | None = None
    for octave in (3, 2, 1, 0):  # from the finest, so that the coarsest weighs most
        across = 2 + (width << octave) // cell[0]
        down = 2 + (height << octave) // cell[1]
        layer = noise((across, down), f"{seed}/{octave}").resize(size, Image.Resampling.BICUBIC)
        blended = layer if blended is None else Image.blend(blended, layer, 0.5)
    return ImageOps.autocontrast(blended or Image.new("L", size), cutoff=1)


def wash(size: Size, stops: Sequence[Colour]) -> Image.Image:
    """Return a vertical run through the colours, the first on top."""
    width, height = size
    column = Image.new("RGB", (1, height))
    draw = ImageDraw.Draw(column)
    for y in range(height):
        place = y / max(1, height - 1) * (len(stops) - 1)
        first = min(int(place), len(stops) - 2)
        draw.point((0, y), mixed(stops[first], stops[first + 1], place - first))
    return column.resize((width, height), Image.Resampling.NEAREST)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that is ``share`` (0 to 1) of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def glow(size: Size, centre: Point, radius_px: float) -> Image.Image:
    """Return a mask that is white at the centre and fades to black at the radius."""
    side = max(1, round(2 * radius_px))
    fading = [max(0, round(255 - distance * math.sqrt(2))) for distance in range(256)]
    disc = Image.radial_gradient("L").point(fading).resize((side, side))  # 255 is its corner
    mask = Image.new("L", size)
    mask.paste(disc, (round(centre[0] - radius_px), round(centre[1] - radius_px)))
    return mask


def silhouette(size: Size, *outlines: Sequence[Point]) -> Image.Image:
    """Return a mask of the closed outlines, smooth at the edges."""

    def fill(draw: ImageDraw.ImageDraw) -> None:
        for outline in outlines:
            draw.polygon([(x * _SMOOTH, y * _SMOOTH) for x, y in outline], fill=255)

    return _smooth(size, fill)


def strokes(size: Size, lines: Sequence[Sequence[Point]], *, width_px: float) -> Image.Image:
    """Return a mask of the open lines, smooth at the edges."""

    def trace(draw: ImageDraw.ImageDraw) -> None:
        for line in lines:
            points = [(x * _SMOOTH, y * _SMOOTH) for x, y in line]
            draw.line(points, fill=255, width=max(1, round(width_px * _SMOOTH)), joint="curve")

    return _smooth(size, trace)


def oval(centre: Point, radii: Point, *, start: float = 0.0, end: float = 1.0) -> list[Point]:
    """Return the points of an ellipse from ``start`` to ``end`` turns, clockwise from the right."""
    steps = 64
    turns = [math.tau * (start + (end - start) * step / steps) for step in range(steps + 1)]
    return [
        (centre[0] + radii[0] * math.cos(turn), centre[1] + radii[1] * math.sin(turn))
        for turn in turns
    ]


def curve(start: Point, bend: Point, end: Point) -> list[Point]:
    """Return the points of a quadratic Bézier curve."""
    steps = 32
    shares = [step / steps for step in range(steps + 1)]
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t**2 * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t**2 * end[1],
        )
        for t in shares
    ]


def ridge(width: int, seed: str, *, rise_px: float, waves: int) -> list[float]:
    """Return one height a column, about zero: long hills with smaller ones upon them."""
    chance = chances(seed)
    parts = [
        (rise_px / step**1.3, waves * step * (0.8 + 0.4 * next(chance)), math.tau * next(chance))
        for step in (1, 2, 3, 5, 9)
    ]
    return [
        sum(rise * math.sin(math.tau * often * x / width + shift) for rise, often, shift in parts)
        for x in range(width)
    ]


def developed(picture: Image.Image, seed: str) -> Image.Image:
    """Return the picture with a lens's dark corners and a film's grain."""
    size = picture.size
    corners = (
        Image.radial_gradient("L").resize(size).point([max(0, v - 150) // 2 for v in range(256)])
    )
    shaded = Image.composite(Image.new("RGB", size), picture, corners)
    return Image.blend(shaded, noise(size, seed).convert("RGB"), 0.035)


def _smooth(size: Size, paint: Callable[[ImageDraw.ImageDraw], None]) -> Image.Image:
    large = Image.new("L", (size[0] * _SMOOTH, size[1] * _SMOOTH))
    paint(ImageDraw.Draw(large))
    return large.reduce(_SMOOTH)
