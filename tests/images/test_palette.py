"""Few colours: exact where there are few, near where there are many, clear where it was clear."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from proxy.images.palette import CLEAR, indexed, smallest
from tests.fakes.pictures import RED, holed, noise, quadrants, saved


def again(made: Image.Image, *, clear: bool, mode: str = "RGBA") -> Image.Image:
    """Return what a reader sees of a picture that was written as PNG."""
    told = {"transparency": CLEAR} if clear else {}
    with Image.open(BytesIO(saved(made, "PNG", **told))) as image:
        return image.convert(mode)


def many(mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize((64, 64)).convert(mode)


def colourful() -> Image.Image:
    """Return 4096 colours: red to the right, green downwards."""
    across = Image.linear_gradient("L").rotate(90).resize((64, 64))
    return Image.merge("RGB", (across, across.rotate(90), Image.new("L", (64, 64), 90)))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_few_colours_are_exact(mode: str) -> None:
    (made,), clear = indexed([quadrants(mode=mode)])
    assert not clear
    assert again(made, clear=clear).tobytes() == quadrants(mode=mode).convert("RGBA").tobytes()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_what_was_clear_is_clear(mode: str) -> None:
    (made,), clear = indexed([holed().convert(mode)])
    assert clear
    assert made.getpixel((5, 5)) == CLEAR
    seen = again(made, clear=clear)
    assert seen.getchannel("A").tobytes() == holed().getchannel("A").tobytes()


def test_half_clear_is_opaque_and_less_is_clear() -> None:
    image = Image.new("RGBA", (2, 1), (*RED, 128))
    image.putpixel((0, 0), (*RED, 127))
    (made,), clear = indexed([image])
    seen = again(made, clear=clear)
    assert seen.getchannel("A").tobytes() == b"\0\xff"


def test_many_colours_come_near() -> None:
    (made,), clear = indexed([colourful()])
    off = ImageChops.difference(again(made, clear=clear, mode="RGB"), colourful())
    assert max(ImageStat.Stat(off).rms) < 8


def test_an_animation_has_one_palette() -> None:
    shades = [Image.new("RGB", (20, 10), (n * 12, 255 - n * 9, 80)) for n in range(20)]
    made, clear = indexed(shades)
    assert not clear
    assert len({bytes(image.getpalette() or []) for image in made}) == 1
    for before, after in zip(shades, made, strict=True):
        off = ImageChops.difference(before, again(after, clear=False, mode="RGB"))
        assert max(ImageStat.Stat(off).mean) < 16


def test_one_clear_frame_makes_room_in_all() -> None:
    made, clear = indexed([colourful(), holed(64, 64)])
    assert clear
    assert CLEAR not in made[0].tobytes()
    assert CLEAR in made[1].tobytes()


@pytest.mark.slow
def test_large_frames_are_sampled() -> None:
    images = [quadrants(3000, 1500), quadrants(3000, 1500).transpose(Image.Transpose.ROTATE_180)]
    made, _ = indexed(images)
    for before, after in zip(images, made, strict=True):
        assert max(ImageStat.Stat(ImageChops.difference(before, after.convert("RGB"))).rms) < 4


@pytest.mark.slow
def test_a_large_still_is_sampled_and_a_large_png_left_alone() -> None:
    image = quadrants(3000, 3000)
    (made,), _ = indexed([image])
    assert max(ImageStat.Stat(ImageChops.difference(image, made.convert("RGB"))).rms) < 4
    assert smallest(image) == (image, False)


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        pytest.param(quadrants(), "P", id="four colours"),
        pytest.param(quadrants(mode="RGBA"), "P", id="four colours, alpha says nothing"),
        pytest.param(holed(), "P", id="wholly clear or not at all"),
        pytest.param(many("RGB"), "L", id="greys"),
        pytest.param(many("LA"), "L", id="greys, alpha says nothing"),
        pytest.param(noise(64, 64), "RGB", id="noise"),
        pytest.param(noise(64, 64).convert("RGBA"), "RGB", id="noise, alpha says nothing"),
        pytest.param(Image.new("RGBA", (9, 9), (9, 99, 9, 100)), "RGBA", id="half clear"),
    ],
)
def test_a_png_takes_the_smallest_mode(image: Image.Image, mode: str) -> None:
    before = image.tobytes()
    made, clear = smallest(image)
    assert made.mode == mode
    seen, wanted = again(made, clear=clear), image.convert("RGBA")
    assert not ImageChops.difference(seen.convert("RGBa"), wanted.convert("RGBa")).getbbox(
        alpha_only=False
    )
    assert image.tobytes() == before


def test_greys_stay_colours_where_a_profile_comes_along() -> None:
    assert smallest(many("RGB"), greys=False)[0].mode == "P"


@given(st.binary(min_size=96, max_size=96), st.sampled_from([1, 16, 64, 128]))
def test_a_png_never_changes_a_pixel(pixels: bytes, step: int) -> None:
    image = Image.frombytes("RGBA", (6, 4), pixels).point(
        [v // step * step for v in range(256)] * 4
    )
    made, clear = smallest(image)
    seen = again(made, clear=clear)
    assert not ImageChops.difference(seen.convert("RGBa"), image.convert("RGBa")).getbbox(
        alpha_only=False
    )
