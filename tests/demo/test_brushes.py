"""The brushes paint where they should, the same way every time."""

import math
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.demo import brushes

SIZE = (60, 40)
SQUARE = [(10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0)]


def test_chances_repeat_for_a_seed_and_differ_between_seeds() -> None:
    one, again, other = (list(islice(brushes.chances(s), 200)) for s in ("a", "a", "b"))
    assert one == again != other
    assert all(0 <= chance < 1 for chance in one)


def test_noise_and_clouds_repeat_for_a_seed_and_differ_between_seeds() -> None:
    def painted(seed: str) -> tuple[bytes, bytes]:
        soft = brushes.clouds(SIZE, seed, cell=(20, 20))
        return brushes.noise(SIZE, seed).tobytes(), soft.tobytes()

    assert painted("a") == painted("a")
    assert painted("a") != painted("b")


def test_clouds_are_softer_than_noise() -> None:
    def roughness(grey: bytes) -> float:
        return sum(abs(a - b) for a, b in pairwise(grey)) / len(grey)

    soft = brushes.clouds(SIZE, "a", cell=(40, 40)).tobytes()
    assert roughness(soft) < roughness(brushes.noise(SIZE, "a").tobytes()) / 4


def test_a_wash_runs_from_the_first_colour_to_the_last() -> None:
    stops = [(0, 0, 0), (100, 200, 50), (255, 255, 255)]
    painted = brushes.wash((3, 41), stops)
    assert [painted.getpixel((1, y)) for y in (0, 20, 40)] == stops


@pytest.mark.parametrize(
    ("share", "colour"),
    [
        pytest.param(0.0, (0, 10, 200), id="nothing of the other"),
        pytest.param(0.5, (50, 60, 100), id="half of each"),
        pytest.param(1.0, (100, 110, 0), id="only the other"),
    ],
)
def test_mixed(share: float, colour: brushes.Colour) -> None:
    assert brushes.mixed((0, 10, 200), (100, 110, 0), share) == colour


@pytest.mark.parametrize(
    ("point", "light"),
    [
        pytest.param((30, 20), 255, id="white at the centre"),
        pytest.param((35, 20), 128, id="grey half way"),
        pytest.param((40, 20), 0, id="black at the radius"),
        pytest.param((38, 28), 0, id="black in the corner of its square"),
    ],
)
def test_glow(point: tuple[int, int], light: int) -> None:
    assert brushes.glow(SIZE, (30, 20), 10).getpixel(point) == pytest.approx(light, abs=20)


def test_a_silhouette_is_white_inside_and_black_outside() -> None:
    mask = brushes.silhouette(SIZE, SQUARE)
    assert (mask.getpixel((20, 20)), mask.getpixel((40, 20))) == (255, 0)


def test_a_silhouette_is_grey_where_an_edge_cuts_a_pixel() -> None:
    mask = brushes.silhouette(SIZE, [(0, 0), (40, 0), (0, 40)])
    assert set(mask.tobytes()) - {0, 255}


def test_a_stroke_is_as_wide_as_asked() -> None:
    mask = brushes.strokes(SIZE, [[(0, 20), (60, 20)]], width_px=6)
    column = [mask.getpixel((30, y)) for y in range(SIZE[1])]
    assert sum(light == 255 for light in column) == pytest.approx(6, abs=1)


def test_an_oval_keeps_its_radii() -> None:
    points = brushes.oval((5, 5), (3, 2))
    assert all(math.isclose(((x - 5) / 3) ** 2 + ((y - 5) / 2) ** 2, 1) for x, y in points)


def test_part_of_an_oval_begins_and_ends_where_asked() -> None:
    right, left = brushes.oval((0, 0), (1, 1), end=0.5)[::64]
    assert right == pytest.approx((1, 0))
    assert left == pytest.approx((-1, 0), abs=1e-9)


@given(*[st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))] * 3)
def test_a_curve_touches_both_its_ends(
    start: brushes.Point, bend: brushes.Point, end: brushes.Point
) -> None:
    line = brushes.curve(start, bend, end)
    assert (line[0], line[-1]) == (start, end)


def test_a_ridge_has_a_height_a_column_and_stays_near_its_rise() -> None:
    heights = brushes.ridge(100, "a", rise_px=10, waves=2)
    assert len(heights) == 100
    assert 5 < max(map(abs, heights)) < 25


def test_a_developed_picture_keeps_its_size_and_is_darker_in_the_corners() -> None:
    paper = brushes.wash(SIZE, [(200, 200, 200), (200, 200, 200)])
    film = brushes.developed(paper, "a").convert("L")
    middle, corner = film.crop((25, 15, 35, 25)), film.crop((0, 0, 4, 4))
    assert film.size == SIZE
    assert sum(corner.tobytes()) / 16 < sum(middle.tobytes()) / 100 - 10
