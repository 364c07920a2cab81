"""Looks for the part of a picture to keep, in a small copy of it. Same pixels, same part.

Entropy slices off the less busy edge again and again; attention takes the window that holds most
edges, saturated colours and skin tones (by the chrominances of Chai and Ngan, 1999).
"""

from collections.abc import Sequence
from itertools import accumulate
from math import ceil

from PIL import Image, ImageChops, ImageFilter

from proxy.model.geometry import Smart

_LOOKED_AT = 256  # pixels of the longer side: enough to tell busy from calm
_CELLS = 64  # of the longer side: how finely windows are tried
_SLICES = 8  # of what is left over, each at least a pixel
_EDGE_SIGMA = 2.0
_CB, _CR = (77, 127), (133, 173)  # where skin lies in YCbCr
_EDGES, _COLOURS, _SKIN = 3.0, 0.5, 0.7  # weights: an edge is a difference, and so a small number


def place(image: Image.Image, size: tuple[int, int], gravity: Smart) -> tuple[int, int]:
    """Return (left, top) in pixels of the best window of ``size`` (width, height) in ``image``."""
    free = image.width - size[0], image.height - size[1]
    if max(free) <= 0:
        return (0, 0)
    small = image.reduce(ceil(max(image.size) / _LOOKED_AT))
    window = tuple(
        max(1, min(have, round(want * have / whole)))
        for want, have, whole in zip(size, small.size, image.size, strict=True)
    )
    find = _busiest if gravity is Smart.ENTROPY else _most_seen
    shares = find(small, (window[0], window[1]))
    left, top = (
        round(share * max(0, left_over)) for share, left_over in zip(shares, free, strict=True)
    )
    return left, top


def _busiest(image: Image.Image, window: tuple[int, int]) -> tuple[float, float]:
    """Return the shares of what is left over that lie left of and above the window."""
    grey = _on_black(image).convert("L")
    left, right = _sliced(grey, window[0])
    turned = grey.crop((left, 0, right, grey.height)).transpose(Image.Transpose.TRANSPOSE)
    top, bottom = _sliced(turned, window[1])
    return (
        _share(left, grey.width - (right - left)),
        _share(top, grey.height - (bottom - top)),
    )


def _sliced(grey: Image.Image, width: int) -> tuple[int, int]:
    """Return (left, right) of what stays once the calmer side went, slice by slice."""
    left, right = 0, grey.width
    step = max(1, ceil((grey.width - width) / _SLICES))
    while (over := right - left - width) > 0:
        part = min(step, over)
        first = grey.crop((left, 0, left + part, grey.height)).entropy()
        last = grey.crop((right - part, 0, right, grey.height)).entropy()
        even = left < grey.width - right  # of two that are equally busy, turn by turn
        if first < last or (first == last and even):
            left += part
        else:
            right -= part
    return left, right


def _most_seen(image: Image.Image, window: tuple[int, int]) -> tuple[float, float]:
    """Return the shares of what is left over that lie left of and above the window."""
    scale = min(1.0, _CELLS / max(image.size))
    columns, rows = (max(1, round(side * scale)) for side in image.size)
    cells = _interest(_on_black(image)).resize((columns, rows), Image.Resampling.BOX)
    width, height = (
        max(1, min(have, round(want * scale)))
        for want, have in zip(window, (columns, rows), strict=True)
    )
    sums = _summed(cells.tobytes(), columns)

    def held(at: tuple[int, int]) -> tuple[int, float]:
        x, y = at
        lower, upper = sums[y + height], sums[y]
        whole = lower[x + width] - lower[x] - upper[x + width] + upper[x]
        off_centre = abs(2 * x + width - columns) + abs(2 * y + height - rows)
        return whole, -off_centre

    places = [(x, y) for y in range(rows - height + 1) for x in range(columns - width + 1)]
    x, y = max(places, key=held)
    return _share(x, columns - width), _share(y, rows - height)


def _share(before: int, over: int) -> float:
    return before / over if over else 0.5


def _interest(image: Image.Image) -> Image.Image:
    """Return how much the eye is drawn to each pixel of an RGB picture, in 8 bits."""
    grey, blue, red = image.convert("YCbCr").split()
    _, strength, value = image.convert("HSV").split()
    edges = ImageChops.difference(grey, grey.filter(ImageFilter.GaussianBlur(_EDGE_SIGMA)))
    skin = ImageChops.multiply(blue.point(_between(*_CB)), red.point(_between(*_CR)))
    colours = ImageChops.multiply(strength, value)  # what is dark is strong by chance
    weighted = (
        edges.point(_times(_EDGES)),
        colours.point(_times(_COLOURS)),
        ImageChops.multiply(skin, value).point(_times(_SKIN)),
    )
    edges, colours, skin = weighted
    return ImageChops.add(ImageChops.add(edges, colours, 2), skin, 2)


def _between(least: int, most: int) -> list[int]:
    return [255 * (least <= value <= most) for value in range(256)]


def _times(factor: float) -> list[int]:
    return [min(255, round(value * factor)) for value in range(256)]


def _summed(cells: Sequence[int], columns: int) -> list[list[int]]:
    """Return the sums of all cells left of and above each corner of the grid."""
    sums = [[0] * (columns + 1)]
    for start in range(0, len(cells), columns):
        row = accumulate(cells[start : start + columns], initial=0)
        sums.append([above + here for above, here in zip(sums[-1], row, strict=True)])
    return sums


def _on_black(image: Image.Image) -> Image.Image:
    """Return the picture as RGB; what is clear draws no eye."""
    if "A" not in image.getbands():
        return image.convert("RGB")
    seen = image.convert("RGBA")
    black = Image.new("RGB", image.size)
    black.paste(seen, mask=seen.getchannel("A"))
    return black
