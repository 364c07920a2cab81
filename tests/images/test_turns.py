"""All eight ways to lie: how a picture is turned, and where its edges come to lie."""

import pytest
from PIL import Image
from PIL.Image import Transpose

from proxy.images import turns
from proxy.model.picture import Facts, Format
from proxy.model.transform import Transform
from tests.fakes.pictures import STORED, is_upright, quadrants, saved


@pytest.mark.parametrize("orientation", STORED)
def test_upright_undoes_an_orientation(orientation: int) -> None:
    stored = STORED[orientation]
    image = quadrants() if stored is None else quadrants().transpose(stored)
    turn = turns.upright(Facts(format=Format.JPEG, width=64, height=48, orientation=orientation))
    assert is_upright(saved(image if turn is None else image.transpose(turn), "PNG"))
    assert turns.swaps_sides(turn) is (orientation >= 5)


def test_a_tiff_is_turned_by_its_decoder_already() -> None:
    assert turns.upright(Facts(format=Format.TIFF, width=64, height=48, orientation=6)) is None


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("quarters", range(4))
def test_asked_is_mirrored_then_turned_clockwise(mirror: bool, quarters: int) -> None:  # noqa: FBT001  # a table
    image = quadrants()
    wanted = image.transpose(Transpose.FLIP_LEFT_RIGHT) if mirror else image
    for _ in range(quarters):
        wanted = wanted.transpose(Transpose.ROTATE_270)  # Pillow counts the other way round
    turn = turns.asked(Transform(mirror=mirror, rotate=90.0 * quarters))
    found = image if turn is None else image.transpose(turn)
    assert found.size == wanted.size
    assert found.tobytes() == wanted.tobytes()


def test_other_angles_are_not_turned_yet() -> None:
    assert turns.asked(Transform(rotate=45)) is None
    assert turns.asked(Transform(rotate=45, mirror=True)) is Transpose.FLIP_LEFT_RIGHT


@pytest.mark.parametrize("turn", [None, *Transpose])
def test_edges_move_as_the_pixels_do(turn: Transpose | None) -> None:
    values = (10, 20, 30, 40)  # left, top, right, bottom
    image = Image.new("L", (5, 3))
    for value, place in zip(values, ((0, 1), (2, 0), (4, 1), (2, 2)), strict=True):
        image.putpixel(place, value)
    turned = image if turn is None else image.transpose(turn)
    x, y = turned.width // 2, turned.height // 2
    places = (0, y), (x, 0), (turned.width - 1, y), (x, turned.height - 1)
    assert tuple(turned.getpixel(place) for place in places) == turns.move((10, 20, 30, 40), turn)
