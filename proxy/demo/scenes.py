"""The demo's photograph-like scenes: hills at dawn, a shoot close by, a pond by moonlight.

Each function draws one picture at a size. Knows nothing of files, formats or addresses.
"""

import math

from PIL import Image, ImageChops, ImageFilter

from proxy.demo.brushes import (
    Colour,
    Point,
    Size,
    chances,
    clouds,
    curve,
    developed,
    glow,
    mixed,
    ridge,
    silhouette,
    strokes,
    wash,
)

_MIST: Colour = (246, 214, 186)


def hills_at_dawn(size: Size) -> Image.Image:
    """Return tea hills behind one another, the sun low, mist between them."""
    width, height = size
    picture = wash(size, [(96, 138, 178), (168, 184, 196), (250, 214, 170), (255, 190, 130)])
    veil = clouds(size, "dawn/sky", cell=(width // 3, height // 9)).point(
        [v * 2 // 5 for v in range(256)]
    )
    picture.paste((255, 236, 216), (0, 0), veil)
    sun = (width * 0.68, height * 0.43)
    picture.paste((255, 226, 160), (0, 0), glow(size, sun, height * 0.62))
    picture.paste(
        (255, 250, 232),
        (0, 0),
        glow(size, sun, height * 0.10).point([min(255, v * 4) for v in range(256)]),
    )
    layers = 6
    for layer in range(layers):
        near = layer / (layers - 1)
        _lay_hill(picture, near=near, seed=f"dawn/hill/{layer}")
        _lay_mist(picture, near=near, seed=f"dawn/mist/{layer}")
    return developed(picture, "dawn/grain")


def _lay_hill(picture: Image.Image, *, near: float, seed: str) -> None:
    """Draw one range of hills; ``near`` is 0 at the horizon and 1 at our feet."""
    size = width, height = picture.size
    base = height * (0.50 + 0.36 * near**1.2)
    heights = ridge(width, seed, rise_px=height * (0.035 + 0.045 * near), waves=2)
    line = [(float(x), base + rise) for x, rise in enumerate(heights)]
    mask = silhouette(size, [*line, (width, height), (0, height)])
    colour = mixed((178, 180, 186), (24, 58, 38), near**0.75)
    foot = mixed(mixed(colour, _MIST, 0.75 * (1 - near)), (30, 66, 40), near * 0.4)
    top = min(height - 2, max(0, round(base - height * 0.09)))
    slope = Image.new("RGB", size, colour)
    slope.paste(wash((width, height - top), [colour, colour, foot]), (0, top))
    if near > 0.5:  # noqa: PLR2004  # only the nearer half is close enough to show its rows
        _plant_rows(slope, line, near=near, seed=seed)
    picture.paste(slope, (0, 0), mask)


def _lay_mist(picture: Image.Image, *, near: float, seed: str) -> None:
    """Lay a bank of mist at the foot of the hills drawn so far, thinner as they come nearer."""
    size = width, height = picture.size
    middle, reach = height * (0.60 + 0.36 * near**1.2), height * 0.10
    thickness = 210 * (1 - near) ** 1.1
    bank = Image.new("L", (1, height))
    bank.putdata([round(max(0.0, 1 - abs(y - middle) / reach) * thickness) for y in range(height)])
    drift = clouds(size, seed, cell=(width // 4, height // 10))
    picture.paste(_MIST, (0, 0), ImageChops.multiply(bank.resize(size), drift))


def _plant_rows(slope: Image.Image, line: list[Point], *, near: float, seed: str) -> None:
    """Draw the rows of bushes that follow a hill's shape, lit from behind."""
    size = width, height = slope.size
    sway = ridge(width, f"{seed}/sway", rise_px=0.12, waves=1)
    rows = []
    depth = 0.0
    for row in range(16):
        depth += height * 0.011 * near * (1 + row * 0.16)
        rows.append([(x, y + depth * (1 + sway[int(x)])) for x, y in line[::6]])
    shade = [[(x, y + height * 0.010 * near) for x, y in row] for row in rows]
    texture = clouds(size, f"{seed}/leaves", cell=(24, 10))
    patches = clouds(size, f"{seed}/light", cell=(width // 5, height // 4))
    lit = ImageChops.multiply(strokes(size, rows, width_px=height * 0.008 * near), texture)
    dark = strokes(size, shade, width_px=height * 0.008 * near).point([v // 2 for v in range(256)])
    slope.paste((8, 26, 22), (0, 0), dark)
    slope.paste((166, 168, 84), (0, 0), ImageChops.multiply(lit, patches))


def shoot(size: Size) -> Image.Image:
    """Return one bud and two leaves, sharp, before a blurred garden."""
    width, height = size
    picture = wash(size, [(206, 222, 150), (112, 158, 84), (38, 82, 50), (18, 44, 32)])
    chance = chances("shoot/lights")
    for _ in range(46):
        centre = (width * next(chance), height * next(chance) ** 1.4)
        radius = height * (0.02 + 0.07 * next(chance))
        disc = glow(size, centre, radius).point(
            [min(70 + round(60 * radius / height), v * 3) for v in range(256)]
        )
        picture.paste(mixed((250, 246, 190), (150, 200, 110), next(chance)), (0, 0), disc)
    picture = picture.filter(ImageFilter.GaussianBlur(height / 90))
    foot, joint = (width * 0.47, height * 1.05), (width * 0.5, height * 0.56)
    stem = strokes(
        size, [curve(foot, (width * 0.53, height * 0.8), joint)], width_px=height * 0.022
    )
    picture.paste((126, 156, 70), (0, 0), stem)
    _grow_leaf(picture, joint, (width * 0.16, height * 0.30), breadth=0.20, colour=(70, 128, 48))
    _grow_leaf(picture, joint, (width * 0.85, height * 0.36), breadth=-0.20, colour=(84, 142, 52))
    _grow_leaf(picture, joint, (width * 0.53, height * 0.12), breadth=0.09, colour=(172, 200, 96))
    return developed(picture, "shoot/grain")


def _grow_leaf(
    picture: Image.Image, root: Point, tip: Point, *, breadth: float, colour: Colour
) -> None:
    """Draw a leaf from root to tip; ``breadth`` is a share of its length, its sign the lit side."""
    size = picture.size
    run = (tip[0] - root[0], tip[1] - root[1])
    side = (-run[1] * breadth, run[0] * breadth)

    def at(along: float, across: float) -> Point:
        arch = 0.35 * math.sin(math.pi * along)
        x, y = (root[i] + run[i] * along + side[i] * (across + arch) for i in (0, 1))
        return x, y

    steps = [step / 40 for step in range(41)]
    widths = [
        math.sin(math.pi * t**0.8) ** 0.9 * (1 + 0.03 * (-1) ** i) for i, t in enumerate(steps)
    ]
    midrib = [at(t, 0) for t in steps]
    upper = [at(t, w) for t, w in zip(steps, widths, strict=True)]
    lower = [at(t, -w) for t, w in zip(steps, widths, strict=True)]
    texture = clouds(size, "shoot/skin", cell=(60, 60)).point([v // 4 for v in range(256)])
    within = silhouette(size, [*upper, *reversed(lower)])
    for half, share in ((upper, 0.22), (lower, 0.0)):
        mask = silhouette(size, [*midrib, *reversed(half)])
        skin = Image.new("RGB", size, mixed(colour, (236, 244, 170), share))
        skin.paste((18, 50, 26), (0, 0), texture)
        picture.paste(skin, (0, 0), mask)
    veins = [
        curve(at(t, 0), at(t + 0.06, way * 0.5 * w), at(t + 0.13, way * 0.86 * w))
        for t, w in zip(steps[4:33:4], widths[4:33:4], strict=True)
        for way in (1, -1)
    ]
    pale = mixed(colour, (244, 250, 200), 0.55)
    faint = within.point([v * 2 // 5 for v in range(256)])
    picture.paste(pale, (0, 0), ImageChops.multiply(strokes(size, veins, width_px=2), faint))
    picture.paste(pale, (0, 0), strokes(size, [midrib], width_px=size[1] * 0.005))


def pond_by_night(size: Size) -> Image.Image:
    """Return the moon over a still pond, and its road upon the water."""
    width, height = size
    shore = height * 0.58
    picture = wash(size, [(8, 14, 40), (24, 44, 88), (70, 92, 132), (18, 30, 58), (6, 10, 26)])
    chance = chances("night/stars")
    stars = [
        (width * next(chance), shore * 0.8 * next(chance), 0.6 + 1.3 * next(chance))
        for _ in range(170)
    ]
    points = [[(x - r, y), (x, y - r), (x + r, y), (x, y + r)] for x, y, r in stars]
    picture.paste((224, 230, 255), (0, 0), silhouette(size, *points))
    moon = (width * 0.36, height * 0.24)
    picture.paste(
        (150, 170, 214),
        (0, 0),
        glow(size, moon, height * 0.5).point([v * 3 // 4 for v in range(256)]),
    )
    disc = glow(size, moon, height * 0.095).point([min(255, v * 12) for v in range(256)])
    face = clouds(size, "night/moon", cell=(70, 70)).point([v // 5 for v in range(256)])
    bright = Image.new("RGB", size, (250, 246, 226))
    bright.paste((168, 168, 170), (0, 0), face)
    picture.paste(bright, (0, 0), disc)
    for layer, colour in enumerate(((30, 46, 80), (16, 26, 50), (7, 12, 28))):
        line = ridge(width, f"night/hill/{layer}", rise_px=height * 0.035, waves=2)
        top = shore - height * (0.13 - 0.05 * layer)
        outline = [(float(x), min(shore, top + rise)) for x, rise in enumerate(line)]
        picture.paste(colour, (0, 0), silhouette(size, [*outline, (width, shore), (0, shore)]))
    _light_water(picture, moon[0], shore)
    return developed(picture, "night/grain")


def _light_water(picture: Image.Image, moon_x: float, shore: float) -> None:
    """Draw the moon's broken reflection below the shore line."""
    size = width, height = picture.size
    chance = chances("night/water")
    waves = []
    for _ in range(240):
        depth = next(chance) ** 1.4
        y = shore + 4 + depth * (height - shore)
        middle = moon_x + (next(chance) - 0.5) * width * (0.05 + 0.24 * depth)
        reach = width * (0.008 + 0.04 * depth) * (0.3 + next(chance))
        thick = 0.8 + 3.4 * depth
        waves.append(
            [(middle - reach, y), (middle, y - thick), (middle + reach, y), (middle, y + thick)]
        )
    ripples = clouds(size, "night/ripples", cell=(width // 3, height // 40))
    picture.paste((226, 228, 226), (0, 0), ImageChops.multiply(silhouette(size, *waves), ripples))
