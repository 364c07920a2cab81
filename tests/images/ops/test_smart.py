"""The window goes where something is, always the same one, always inside."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from proxy.images.ops.smart import place
from proxy.model.geometry import Smart
from tests.fakes.pictures import noise

SKIN = (224, 172, 140)


def busy(at: tuple[int, int], size: tuple[int, int] = (600, 400)) -> Image.Image:
    """Return a grey plain with a noisy square of 100 pixels, its left top corner there."""
    image = Image.new("RGB", size, (120, 120, 120))
    image.paste(noise(100, 100), at)
    return image


@pytest.mark.parametrize("gravity", Smart)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
@pytest.mark.parametrize(
    ("at", "window"),
    [
        pytest.param((20, 150), (200, 400), id="at the left"),
        pytest.param((470, 150), (200, 400), id="at the right"),
        pytest.param((250, 10), (600, 150), id="above"),
        pytest.param((250, 280), (600, 150), id="below"),
        pytest.param((450, 30), (200, 200), id="in a corner"),
    ],
)
def test_what_is_busy_is_kept(
    gravity: Smart, mode: str, at: tuple[int, int], window: tuple[int, int]
) -> None:
    left, top = place(busy(at).convert(mode), window, gravity)
    assert left - 12 <= at[0] <= left + window[0] - 100 + 12
    assert top - 12 <= at[1] <= top + window[1] - 100 + 12


def test_attention_goes_to_skin_rather_than_to_sky() -> None:
    image = Image.new("RGB", (600, 200), (150, 160, 170))
    image.paste(SKIN, (480, 60, 560, 140))
    assert place(image, (200, 200), Smart.ATTENTION)[0] >= 360


def test_attention_goes_to_colour_rather_than_to_grey() -> None:
    image = Image.new("RGB", (600, 200), (150, 150, 150))
    image.paste((90, 90, 90), (40, 60, 120, 140))
    image.paste((20, 60, 230), (480, 60, 560, 140))
    assert place(image, (200, 200), Smart.ATTENTION)[0] >= 360


def test_what_is_clear_draws_no_eye() -> None:
    hidden = noise(300, 200).convert("RGBA")
    hidden.putalpha(0)
    image = Image.new("RGBA", (600, 200), (120, 120, 120, 255))
    image.paste(hidden, (0, 0))
    image.paste((20, 60, 230), (480, 60, 560, 140))
    for gravity in Smart:
        assert place(image, (200, 200), gravity)[0] >= 200


@pytest.mark.parametrize("gravity", Smart)
def test_a_plain_picture_is_cut_about_its_middle(gravity: Smart) -> None:
    left, top = place(Image.new("RGB", (600, 400), (9, 90, 9)), (200, 400), gravity)
    assert 150 <= left <= 250
    assert top == 0


@given(
    st.integers(1, 700), st.integers(1, 700), st.randoms(use_true_random=False),
    st.sampled_from(list(Smart)), st.sampled_from(["L", "RGBA"]),
)  # fmt: skip
def test_the_window_is_inside_and_always_the_same(
    width: int, height: int, chance: random.Random, gravity: Smart, mode: str
) -> None:
    window = chance.randint(1, width), chance.randint(1, height)
    image = Image.frombytes("L", (7, 5), chance.randbytes(35)).resize((width, height)).convert(mode)
    left, top = place(image, window, gravity)
    assert 0 <= left <= width - window[0]
    assert 0 <= top <= height - window[1]
    assert place(image, window, gravity) == (left, top)
