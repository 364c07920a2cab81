"""The demo's drawn figures: a chart, a cup on nothing, a sprout that grows, a portrait.

Each function draws one picture at a size. Knows nothing of files, formats or addresses.
"""

import math

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from proxy.demo.brushes import (
    Colour,
    Point,
    Size,
    curve,
    glow,
    mixed,
    oval,
    silhouette,
    strokes,
    wash,
)

_INK: Colour = (44, 58, 52)
_HARVEST_KG = (
    ("Mar", 4),
    ("Apr", 31),
    ("May", 52),
    ("Jun", 38),
    ("Jul", 21),
    ("Aug", 17),
    ("Sep", 26),
    ("Oct", 14),
    ("Nov", 3),
)
_SPROUT_FRAMES = 16


def harvest_chart(size: Size) -> Image.Image:
    """Return a bar chart with title, grid, labels and axes."""
    width, height = size
    picture = Image.new("RGB", size, (252, 251, 246))
    draw = ImageDraw.Draw(picture)
    unit = height / 100
    left, right, top, floor = width * 0.09, width * 0.965, unit * 21, unit * 86
    draw.text((left, unit * 5), "Fresh leaves picked, kg", _INK, _font(unit * 5.6))
    draw.text((left, unit * 12.5), "north slope, 2021", (128, 138, 130), _font(unit * 3.8))
    for mark in range(0, 61, 10):
        y = floor - (floor - top) * mark / 60
        draw.line([(left, y), (right, y)], fill=(224, 226, 216), width=1)
        draw.text((left - unit * 2, y), str(mark), (128, 138, 130), _font(unit * 3.6), anchor="rm")
    step = (right - left) / len(_HARVEST_KG)
    for place, (month, weight) in enumerate(_HARVEST_KG):
        x = left + step * (place + 0.5)
        y = floor - (floor - top) * weight / 60
        box = (x - step * 0.31, y, x + step * 0.31, floor)
        draw.rounded_rectangle(box, unit, mixed((150, 190, 120), (38, 96, 62), weight / 52))
        draw.text((x, y - unit), str(weight), _INK, _font(unit * 4), anchor="ms")
        draw.text((x, floor + unit * 3), month, _INK, _font(unit * 4), anchor="mt")
    draw.line([(left, floor), (right, floor)], fill=_INK, width=max(1, round(unit / 3)))
    return picture


def cup(size: Size) -> Image.Image:
    """Return a glazed cup with its shadow; around it the picture is transparent (RGBA)."""
    width, height = size
    middle, rim, foot = width / 2, height * 0.34, height * 0.84
    wide, narrow, deep = width * 0.33, width * 0.15, height * 0.075
    shadow = silhouette(size, oval((middle, foot + height * 0.015), (wide * 0.95, height * 0.06)))
    soft = shadow.filter(ImageFilter.GaussianBlur(height / 40)).point([v // 2 for v in range(256)])
    right = curve((middle + wide, rim), (middle + wide * 0.92, foot), (middle + narrow, foot))
    left = curve((middle - narrow, foot), (middle - wide * 0.92, foot), (middle - wide, rim))
    base = oval((middle, foot), (narrow, height * 0.03), end=0.5)
    body = silhouette(size, [*right, *base, *left])
    picture = Image.new("RGBA", size, (20, 30, 26, 0))
    picture.putalpha(soft)
    glaze = wash(size, [(206, 228, 216), (126, 172, 160), (62, 110, 104)])
    shine = glow(size, (middle - wide * 0.45, height * 0.5), height * 0.24)
    glaze.paste((240, 250, 244), (0, 0), shine.point([v * 3 // 4 for v in range(256)]))
    picture.paste(glaze, (0, 0), body)
    picture.paste((228, 240, 232), (0, 0), silhouette(size, oval((middle, rim), (wide, deep))))
    picture.paste(
        (72, 116, 106), (0, 0), silhouette(size, oval((middle, rim), (wide * 0.94, deep * 0.84)))
    )
    tea = oval((middle, rim + deep * 0.2), (wide * 0.87, deep * 0.66))
    picture.paste((188, 150, 60), (0, 0), silhouette(size, tea))
    gleam = oval((middle, rim + deep * 0.2), (wide * 0.76, deep * 0.5), start=0.55, end=0.72)
    picture.paste((244, 224, 150), (0, 0), strokes(size, [gleam], width_px=height / 120))
    return picture


def sprout(size: Size) -> tuple[Image.Image, ...]:
    """Return the frames of a seed becoming a plant; the last stands still for itself."""
    return tuple(_sprout_at(size, frame / (_SPROUT_FRAMES - 1)) for frame in range(_SPROUT_FRAMES))


def _sprout_at(size: Size, grown: float) -> Image.Image:
    """Draw the sprout when it is ``grown`` (0 to 1)."""
    width, height = size
    picture = Image.new("RGB", size, mixed((226, 234, 238), (250, 240, 214), grown))
    picture.paste((248, 206, 120), (0, 0), silhouette(size, _sun(size, grown)))
    ground = height * 0.78
    picture.paste((104, 78, 58), (0, 0), silhouette(size, _soil(width, height, ground)))
    top = (width / 2 + 8 * math.sin(grown * 5), ground - height * 0.52 * grown)
    stem = curve(
        (width / 2, ground + 4), (width / 2 - 18 * grown, ground - height * 0.2 * grown), top
    )
    picture.paste((92, 140, 64), (0, 0), strokes(size, [stem], width_px=2 + 4 * grown))
    for place, way in ((31, -1), (31, 1), (20, -1), (12, 1)):
        opened = max(0.0, grown - 0.25 - (31 - place) / 60)
        reach = way * width * 0.24 * opened
        x, y = stem[place]
        tip = (x + reach, y - height * 0.16 * opened)
        over = curve((x, y), (x + reach * 0.3, y - height * 0.28 * opened), tip)
        under = curve(tip, (x + reach * 0.8, y + height * 0.05 * opened), (x, y))
        picture.paste(
            mixed((176, 204, 96), (76, 136, 66), grown), (0, 0), silhouette(size, [*over, *under])
        )
    return picture


def _sun(size: Size, grown: float) -> list[Point]:
    across = 0.12 + 0.76 * grown
    centre = (size[0] * across, size[1] * (0.34 - 0.18 * math.sin(math.pi * across)))
    return oval(centre, (size[1] * 0.07, size[1] * 0.07))


def _soil(width: int, height: int, ground: float) -> list[Point]:
    top = [
        (float(x), ground + 5 * math.sin(x / 23) - 4 * math.sin(x / 61))
        for x in range(0, width + 8, 8)
    ]
    return [*top, (width, height), (0, height)]


def portrait(size: Size) -> Image.Image:
    """Return an author's round portrait: a straw hat seen from the front."""
    width, height = size
    picture = wash(size, [(196, 220, 208), (120, 164, 140)])
    middle = width / 2
    picture.paste(
        (58, 86, 92),
        (0, 0),
        silhouette(size, oval((middle, height * 1.02), (width * 0.38, height * 0.32))),
    )
    picture.paste(
        (232, 190, 152),
        (0, 0),
        silhouette(size, oval((middle, height * 0.54), (width * 0.19, height * 0.22))),
    )
    brim = oval((middle, height * 0.42), (width * 0.38, height * 0.085))
    crown = oval((middle, height * 0.40), (width * 0.21, height * 0.22), start=0.5, end=1.0)
    picture.paste((222, 184, 104), (0, 0), silhouette(size, brim, crown))
    return picture


def _font(height_px: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(round(height_px))
