"""The scenes look like photographs: many colours, light where the light is, the same every time."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageStat

from proxy.demo import scenes
from proxy.demo.brushes import Size

SIZE = (180, 120)
SCENES = pytest.mark.parametrize(
    "scene", [scenes.hills_at_dawn, scenes.shoot, scenes.pond_by_night]
)
Scene = Callable[[Size], Image.Image]


@SCENES
def test_a_scene_has_the_size_asked_and_the_colours_of_a_photograph(scene: Scene) -> None:
    picture = scene(SIZE)
    colours = picture.getcolors(SIZE[0] * SIZE[1])
    assert (picture.size, picture.mode) == (SIZE, "RGB")
    assert colours is not None
    assert len(colours) > 1000


@SCENES
def test_a_scene_is_drawn_the_same_way_twice(scene: Scene) -> None:
    assert scene(SIZE).tobytes() == scene(SIZE).tobytes()


@pytest.mark.parametrize(
    ("scene", "bright", "dark"),
    [
        pytest.param(scenes.hills_at_dawn, (112, 46, 132, 56), (70, 105, 110, 119), id="the sun"),
        pytest.param(scenes.pond_by_night, (60, 24, 70, 34), (140, 90, 160, 110), id="the moon"),
        pytest.param(scenes.shoot, (40, 2, 140, 12), (100, 100, 140, 118), id="the sky"),
    ],
)
def test_light_falls_from_above(
    scene: Scene, bright: tuple[int, int, int, int], dark: tuple[int, int, int, int]
) -> None:
    grey = scene(SIZE).convert("L")
    lit, unlit = (ImageStat.Stat(grey.crop(box)).mean[0] for box in (bright, dark))
    assert lit > unlit + 60
