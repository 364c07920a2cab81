"""Bars and padding: where the picture stands, and what colour is around it."""

from typing import Any

import pytest
from PIL import Image

from proxy.images.ops.bars import bars, framed
from proxy.model.colour import Colour
from proxy.model.geometry import Anchor, Edges
from proxy.model.picture import Format
from proxy.model.transform import Fit
from tests.fakes.jobs import placed
from tests.fakes.pictures import RED

GOLD = Colour(200, 160, 40)
CLEAR, OPAQUE_GOLD = (0, 0, 0, 0), (200, 160, 40, 255)
PAD: dict[str, Any] = {"width": 40, "height": 20, "fit": Fit.PAD}


def red(mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (20, 20), RED).convert(mode)


def seen(image: Image.Image, place: tuple[int, int]) -> object:
    return image.convert("RGBA").getpixel(place)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize(
    ("made", "asked", "around"),
    [
        pytest.param(Format.PNG, {}, CLEAR, id="clear where nothing is said"),
        pytest.param(Format.JPEG, {}, (255, 255, 255, 255), id="white for JPEG"),
        pytest.param(Format.PNG, {"bars": GOLD}, OPAQUE_GOLD, id="their colour"),
        pytest.param(Format.JPEG, {"bars": GOLD}, OPAQUE_GOLD, id="their colour in JPEG"),
        pytest.param(Format.PNG, {"background": GOLD}, OPAQUE_GOLD, id="the background's"),
        pytest.param(
            Format.PNG, {"bars": Colour(9, 8, 7, 99)}, (9, 8, 7, 99), id="not quite covering"
        ),
    ],
)
def test_colours(mode: str, made: Format, asked: dict[str, Any], around: object) -> None:
    image = red(mode)
    made_image = bars(image, placed((20, 20), made, **PAD, **asked))
    assert made_image.size == (40, 20)
    assert seen(made_image, (0, 0)) == seen(made_image, (39, 19)) == around
    assert seen(made_image, (9, 9)) == around
    assert seen(made_image, (10, 0)) == seen(made_image, (29, 19)) == seen(image, (0, 0))


def test_gravity_and_padding_place_the_picture() -> None:
    edges = Edges(top=1, right=2, bottom=3, left=4)
    job = placed((20, 20), gravity=Anchor(1.0, 0.5), padding=edges, bars=GOLD, **PAD)
    image = bars(red(), job)
    assert image.size == (46, 24)
    assert image.crop((24, 1, 44, 21)).getcolors() == [(400, RED)]
    assert {c: n for n, c in image.getcolors() or ()}[(200, 160, 40)] == 46 * 24 - 400


def test_what_is_clear_in_the_picture_stays_clear() -> None:
    image = Image.new("RGBA", (20, 20))
    assert seen(bars(image, placed((20, 20), bars=GOLD, **PAD)), (20, 10)) == CLEAR


def test_no_bars_is_the_picture_itself() -> None:
    image = red()
    assert bars(image, placed((20, 20), bars=GOLD)) is image


def test_framed_keeps_what_is_known() -> None:
    image = red()
    image.info["icc_profile"] = b"profile"
    made = framed(image, (22, 22), (1, 1), GOLD)
    assert (made.mode, made.info) == ("RGB", image.info)
    assert framed(image, (22, 22), (1, 1), None).mode == "RGBA"
