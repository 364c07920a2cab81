"""The publisher's pictures are what their paths say, as Pillow reads them."""

import re
from io import BytesIO

import pytest
from PIL import Image

from proxy.demo import pictures
from proxy.demo.pictures import PICTURES


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "form", "size", "mode", "frames"),
    [
        pytest.param(pictures.HILLS, "JPEG", (1500, 700), "RGB", 1, id="a photograph for headimg"),
        pytest.param(pictures.SHOOT, "JPEG", (1200, 800), "RGB", 1, id="a photograph 3:2"),
        pytest.param(pictures.CHART, "PNG", (960, 540), "RGB", 1, id="a chart"),
        pytest.param(pictures.CUP, "PNG", (640, 480), "RGBA", 1, id="a PNG with alpha"),
        pytest.param(pictures.SPROUT, "GIF", (360, 270), "P", 16, id="an animation"),
        pytest.param(pictures.POND, "WEBP", (1080, 720), "RGB", 1, id="a WebP"),
        pytest.param(pictures.PORTRAIT, "PNG", (144, 144), "RGB", 1, id="an author's portrait"),
    ],
)
def test_a_picture_is_what_its_path_says(
    path: str, form: str, size: tuple[int, int], mode: str, frames: int
) -> None:
    with Image.open(BytesIO(PICTURES[path])) as picture:
        assert (picture.format, picture.size, picture.mode) == (form, size, mode)
        assert getattr(picture, "n_frames", 1) == frames


def test_every_path_is_shaped_like_the_publishers() -> None:
    shape = re.compile(r"/wp-files/20\d\d/\d\d/[A-Za-z0-9]{20}\.(jpg|png|gif|webp)")
    assert all(shape.fullmatch(path) for path in PICTURES)
    assert len(set(PICTURES)) == len(PICTURES) == 7


def test_a_picture_is_drawn_once_and_kept() -> None:
    assert PICTURES[pictures.PORTRAIT] is PICTURES[pictures.PORTRAIT]


def test_an_unknown_path_has_no_picture() -> None:
    assert PICTURES.get("/wp-files/2021/11/nothing.jpg") is None
    with pytest.raises(KeyError):
        PICTURES["/"]
