"""Brightness, contrast and gamma: what becomes of black, grey and white, and of nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images.ops.tone import tone
from tests.fakes.jobs import job


def greys(mode: str = "L") -> Image.Image:
    return Image.frombytes("L", (256, 1), bytes(range(256))).convert(mode)


@pytest.mark.parametrize(
    ("asked", "becomes"),
    [
        pytest.param({"brightness": 2.0}, {0: 0, 60: 120, 200: 255}, id="twice as bright"),
        pytest.param({"brightness": 0.0}, {0: 0, 255: 0}, id="no light is black"),
        pytest.param({"contrast": 3.0}, {0: 0, 100: 45, 150: 195, 200: 255}, id="thrice as hard"),
        pytest.param({"contrast": 0.0}, {0: 128, 255: 128}, id="no contrast is middle grey"),
        pytest.param({"gamma": 2.0}, {0: 0, 64: 128, 255: 255}, id="gamma lightens"),
        pytest.param({"gamma": 0.5}, {0: 0, 128: 64, 255: 255}, id="gamma below one darkens"),
        pytest.param(
            {"brightness": 2.0, "contrast": 0.5}, {0: 64, 200: 255, 255: 255}, id="first bright"
        ),
        pytest.param({"gamma": 0.01, "contrast": 100.0}, {0: 0, 255: 255}, id="the farthest"),
    ],
)
def test_what_becomes_of_greys(asked: dict[str, Any], becomes: dict[int, int]) -> None:
    made = tone(greys(), job(**asked))
    assert {value: made.getpixel((value, 0)) for value in becomes} == becomes


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_without_a_wish_the_picture_is_the_same(mode: str) -> None:
    image = greys(mode)
    assert tone(image, job()) is image


@given(
    st.sampled_from(["L", "LA", "RGB", "RGBA"]),
    st.floats(0.0, 100.0),
    st.floats(0.0, 100.0),
    st.floats(0.01, 10.0),
)
def test_mode_and_alpha_stay(mode: str, brightness: float, contrast: float, gamma: float) -> None:
    image = greys(mode)
    if "A" in image.getbands():
        image.putalpha(greys())
    image.info["kept"] = True
    before = image.tobytes()
    made = tone(image, job(brightness=brightness, contrast=contrast, gamma=gamma))
    assert (made.mode, made.size, made.info) == (mode, image.size, image.info)
    assert image.tobytes() == before
    if "A" in image.getbands():
        assert made.getchannel("A").tobytes() == bytes(range(256))
