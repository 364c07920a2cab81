"""The background shows through what is clear; white where the format has no transparency."""

import pytest
from PIL import Image

from proxy.images.ops.flatten import flatten
from proxy.model.colour import Colour
from proxy.model.picture import Format
from tests.fakes.jobs import job

GOLD = Colour(200, 160, 40)
OTHERS = [Format.PNG, Format.WEBP, Format.AVIF, Format.GIF]


@pytest.mark.parametrize(("mode", "clear"), [("RGBA", (9, 9, 9, 0)), ("LA", (9, 0))])
def test_jpeg_is_laid_on_white(mode: str, clear: tuple[int, ...]) -> None:
    flat = flatten(Image.new(mode, (2, 2), clear), job(Format.JPEG))
    assert (flat.mode, flat.getpixel((0, 0))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize("made", OTHERS)
def test_other_formats_keep_what_is_clear(made: Format) -> None:
    image = Image.new("RGBA", (2, 2))
    assert flatten(image, job(made)) is image


@pytest.mark.parametrize("made", [Format.JPEG, *OTHERS])
@pytest.mark.parametrize(("mode", "clear"), [("RGBA", (9, 9, 9, 0)), ("LA", (9, 0))])
def test_a_background_is_laid_under_in_every_format(
    made: Format, mode: str, clear: tuple[int, ...]
) -> None:
    flat = flatten(Image.new(mode, (2, 2), clear), job(made, background=GOLD))
    assert (flat.mode, flat.getpixel((0, 0))) == ("RGB", (200, 160, 40))


def test_what_is_half_clear_is_mixed() -> None:
    flat = flatten(Image.new("RGBA", (2, 2), (0, 0, 0, 128)), job(background=GOLD))
    assert flat.getpixel((0, 0)) == (100, 80, 20)


def test_a_background_that_does_not_cover() -> None:
    half = Colour(200, 160, 40, 128)
    image = Image.new("RGBA", (2, 2))
    kept = flatten(image, job(background=half))
    assert (kept.mode, kept.getpixel((0, 0))) == ("RGBA", (200, 160, 40, 128))
    flat = flatten(image, job(Format.JPEG, background=half))
    assert (flat.mode, flat.getpixel((0, 0))) == ("RGB", (227, 207, 147))


def test_what_is_opaque_stays_as_it_is() -> None:
    image = Image.new("L", (2, 2))
    assert flatten(image, job(Format.JPEG, background=GOLD)) is image


def test_what_is_known_of_the_picture_stays() -> None:
    image = Image.new("RGBA", (2, 2))
    image.info["icc_profile"] = b"profile"
    for background in (GOLD, Colour(1, 2, 3, 4)):
        assert flatten(image, job(background=background)).info["icc_profile"] == b"profile"
