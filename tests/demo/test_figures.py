"""The figures show what their formats are there for: text and axes, transparency, movement."""

import pytest

from proxy.demo import figures

SIZE = (240, 180)


def test_the_chart_has_taller_bars_for_heavier_months() -> None:
    chart = figures.harvest_chart((480, 270)).convert("L")
    left, right = 480 * 0.09, 480 * 0.965
    step = (right - left) / 9

    def painted(month: int) -> int:
        x = round(left + step * (month + 0.5)) - 8
        return sum(light < 190 for light in chart.crop((x, 60, x + 1, 230)).tobytes())

    march, may, august = painted(0), painted(2), painted(5)
    assert march < august < may


def test_the_chart_has_a_title_in_dark_ink() -> None:
    title = figures.harvest_chart((480, 270)).convert("L").crop((40, 10, 240, 32))
    assert min(title.tobytes()) < 80


@pytest.mark.parametrize(
    ("point", "lowest", "highest"),
    [
        pytest.param((2, 2), 0, 0, id="nothing in the corner"),
        pytest.param((120, 100), 255, 255, id="the glaze is opaque"),
        pytest.param((76, 153), 20, 127, id="the shadow lets the page through"),
    ],
)
def test_the_cup_stands_on_nothing(point: tuple[int, int], lowest: int, highest: int) -> None:
    alpha = figures.cup(SIZE).getchannel("A").tobytes()
    assert lowest <= alpha[point[1] * SIZE[0] + point[0]] <= highest


def test_the_sprout_grows_from_frame_to_frame() -> None:
    frames = figures.sprout((120, 90))

    def green(frame: int) -> int:
        pixels = frames[frame].convert("RGB").tobytes()
        return sum(g > r + 20 and g > b + 20 for r, g, b in zip(*[iter(pixels)] * 3, strict=True))

    assert green(0) < green(7) < green(15)
    assert len(frames) == 16


def test_the_portrait_fills_its_square() -> None:
    picture = figures.portrait((48, 48))
    assert (picture.size, picture.mode) == ((48, 48), "RGB")
