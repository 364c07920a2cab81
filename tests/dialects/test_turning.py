"""Twin of proxy/dialects/turning.py: what is said of turns is done to a small grid of cells."""

from itertools import product

import pytest

from proxy.dialects.turning import FLIPPED, MIRRORED, UPRIGHT, Turn, turned
from proxy.errors import NotOffered
from proxy.model.geometry import Anchor, Crop, Focal, Gravity, Share, Smart
from proxy.model.transform import Transform

Grid = tuple[tuple[int, ...], ...]

TURNS = [Turn(mirror, quarters) for mirror in (False, True) for quarters in range(4)]
PICTURE: Grid = tuple(tuple(range(row * 9, row * 9 + 9)) for row in range(7))
PLACES = [Anchor(x, y) for x, y in product((0.0, 0.25, 0.5, 1.0), repeat=2)]


def applied(turn: Turn, grid: Grid) -> Grid:
    """Do the turn, cell by cell."""
    if turn.mirror:
        grid = tuple(row[::-1] for row in grid)
    for _ in range(turn.quarters):
        grid = tuple(zip(*grid[::-1], strict=True))
    return grid


def part(grid: Grid, width: int, height: int, place: Gravity) -> Grid:
    """Keep so many cells, what is left over shared as the place says."""
    assert isinstance(place, Anchor)
    left, top = (len(grid[0]) - width) * place.x, (len(grid) - height) * place.y
    assert left.is_integer()
    assert top.is_integer()
    rows = grid[int(top) : int(top) + height]
    return tuple(row[int(left) : int(left) + width] for row in rows)


def test_the_named_ones_are_what_they_are_called() -> None:
    assert applied(UPRIGHT, PICTURE) == PICTURE
    assert applied(MIRRORED, PICTURE)[0] == tuple(reversed(PICTURE[0]))
    assert applied(FLIPPED, PICTURE) == PICTURE[::-1]


@pytest.mark.parametrize("second", TURNS, ids=str)
@pytest.mark.parametrize("first", TURNS, ids=str)
def test_one_after_another_is_one(first: Turn, second: Turn) -> None:
    assert applied(first.then(second), PICTURE) == applied(second, applied(first, PICTURE))


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_back_undoes(turn: Turn) -> None:
    assert turn.then(turn.back()) == turn.back().then(turn) == UPRIGHT


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_a_part_turned_is_the_turned_pictures_part(turn: Turn) -> None:
    for place in PLACES:
        crop = turn.cropped(Crop(width=5, height=3, gravity=place))
        assert isinstance(crop.width, int)
        assert isinstance(crop.height, int)
        found = part(applied(turn, PICTURE), crop.width, crop.height, crop.gravity)
        assert found == applied(turn, part(PICTURE, 5, 3, place)), place


@pytest.mark.parametrize("turn", TURNS, ids=str)
def test_sized_then_turned_is_turned_then_sized(turn: Turn) -> None:
    for place in PLACES:
        made = turned(Transform(width=5, height=3, gravity=place), turn)
        assert Turn.of(made) == turn
        assert isinstance(made.width, int)
        assert isinstance(made.height, int)
        standing = applied(turn, PICTURE)
        found = part(standing, made.width, made.height, made.gravity)
        assert found == applied(turn, part(PICTURE, 5, 3, place)), place


def test_a_turn_that_was_there_comes_first() -> None:
    made = turned(Transform(mirror=True, rotate=90.0, width=3), Turn(quarters=3))
    assert made == Transform(mirror=True, height=3)


@pytest.mark.parametrize(
    ("place", "becomes"),
    [
        pytest.param(Focal(0.1, 0.3), Focal(0.7, 0.1), id="a focal point moves"),
        pytest.param(Anchor(0.0, 0.5), Anchor(0.5, 0.0), id="left becomes top"),
        pytest.param(Smart.ENTROPY, Smart.ENTROPY, id="what is looked for is found anywhere"),
    ],
)
def test_places_a_quarter_on(place: Gravity, becomes: Gravity) -> None:
    assert Turn(quarters=1).placed(place) == becomes


def test_a_cut_turns_with_its_picture() -> None:
    made = turned(Transform(cut=Crop(width=5, gravity=Anchor(0.0, 0.5))), Turn(quarters=1))
    assert made.cut == Crop(height=5, gravity=Anchor(0.5, 0.0))


def test_a_corner_stays_where_nothing_turns_and_else_is_refused() -> None:
    crop = Crop(width=Share(50.0), x=10, y=0)
    assert UPRIGHT.cropped(crop) == crop
    for turn in TURNS[1:]:
        with pytest.raises(NotOffered):
            turn.cropped(crop)


@pytest.mark.parametrize(
    ("transform", "turn"),
    [
        pytest.param(Transform(), UPRIGHT, id="upright"),
        pytest.param(
            Transform(mirror=True, rotate=270.0), Turn(mirror=True, quarters=3), id="both"
        ),
        pytest.param(Transform(rotate=-90.0), Turn(quarters=3), id="counter-clockwise"),
        pytest.param(Transform(rotate=45.0), None, id="leaning"),
    ],
)
def test_how_a_transform_stands(transform: Transform, turn: Turn | None) -> None:
    assert Turn.of(transform) == turn


def test_degrees_and_sides() -> None:
    assert [turn.degrees for turn in TURNS[:4]] == [0.0, 90.0, 180.0, 270.0]
    assert [turn.swaps for turn in TURNS[:4]] == [False, True, False, True]
