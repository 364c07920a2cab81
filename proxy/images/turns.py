"""The eight ways a picture can lie, and what becomes of its edges when it is turned. Pure."""

from PIL.Image import Transpose

from proxy.images.layout import quarters
from proxy.images.parts import Part
from proxy.model.picture import Facts, Format
from proxy.model.transform import Transform

_UPRIGHT = {  # EXIF 2.32 §4.6.4, tag 274
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_ASKED = {  # (mirrored first, quarters clockwise); Pillow counts the other way round
    (False, 1): Transpose.ROTATE_270,
    (False, 2): Transpose.ROTATE_180,
    (False, 3): Transpose.ROTATE_90,
    (True, 0): Transpose.FLIP_LEFT_RIGHT,
    (True, 1): Transpose.TRANSVERSE,
    (True, 2): Transpose.FLIP_TOP_BOTTOM,
    (True, 3): Transpose.TRANSPOSE,
}
_LEFT, _TOP, _RIGHT, _BOTTOM = range(4)
_MOVES = {  # which edge comes to lie left, on top, right and below
    Transpose.FLIP_LEFT_RIGHT: (_RIGHT, _TOP, _LEFT, _BOTTOM),
    Transpose.FLIP_TOP_BOTTOM: (_LEFT, _BOTTOM, _RIGHT, _TOP),
    Transpose.ROTATE_90: (_TOP, _RIGHT, _BOTTOM, _LEFT),
    Transpose.ROTATE_180: (_RIGHT, _BOTTOM, _LEFT, _TOP),
    Transpose.ROTATE_270: (_BOTTOM, _LEFT, _TOP, _RIGHT),
    Transpose.TRANSPOSE: (_TOP, _LEFT, _BOTTOM, _RIGHT),
    Transpose.TRANSVERSE: (_BOTTOM, _RIGHT, _TOP, _LEFT),
}


def upright(facts: Facts) -> Transpose | None:
    """Return what turns the decoded picture upright; None where it is."""
    if facts.format is Format.TIFF:  # Pillow turns TIFFs while loading, and only those
        return None
    return _UPRIGHT.get(facts.orientation)


def asked(transform: Transform) -> Transpose | None:
    """Return what mirrors and turns the upright picture as asked, in one; None for nothing."""
    return _ASKED.get((transform.mirror, quarters(transform)))


def swaps_sides(turn: Transpose | None) -> bool:
    """Tell whether width and height change places."""
    return turn is not None and _MOVES[turn][0] in (_TOP, _BOTTOM)


def move(edges: Part, turn: Transpose | None) -> Part:
    """Return what lies (left, top, right, below) after the turn, of what lay there before."""
    if turn is None:
        return edges
    left, top, right, bottom = (edges[number] for number in _MOVES[turn])
    return left, top, right, bottom
