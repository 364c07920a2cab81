"""Opening: only what the sniffer saw, sizes checked, JPEG reduced early, frames clipped."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError

from proxy.errors import TooManyPixels
from proxy.images.decode import frames, open_picture, still
from proxy.images.limits import Limits
from proxy.images.sniff import sniff
from proxy.images.view import Pixels
from proxy.model.picture import Facts
from tests.fakes.pictures import (
    BLUE,
    GREEN,
    RED,
    STILLS,
    alike,
    animated,
    is_upright,
    quadrants,
    saved,
)

LIMITS = Limits(max_pixels=1_000_000, max_frames=256, deadline_s=1.0)


def facts(data: bytes) -> Facts:
    found = sniff(data)
    assert found is not None
    return found


def test_only_the_format_that_was_sniffed_is_opened() -> None:
    with pytest.raises(UnidentifiedImageError):
        open_picture(STILLS["GIF"], facts(STILLS["PNG"]), LIMITS)


def test_a_size_only_the_decoder_sees_is_refused() -> None:
    with pytest.raises(TooManyPixels):
        open_picture(
            STILLS["PNG"],
            facts(STILLS["PNG"]),
            Limits(max_pixels=100, max_frames=1, deadline_s=1.0),
        )


@pytest.mark.parametrize(
    ("size", "reduced", "done", "decoded"),
    [
        pytest.param((800, 600), 8, 8, (100, 75), id="an eighth"),
        pytest.param((803, 601), 4, 4, (201, 151), id="a quarter, rounded up"),
        pytest.param((800, 600), 1, 1, (800, 600), id="as it is"),
        pytest.param((15, 9), 8, 8, (2, 2), id="small"),
        pytest.param((3, 300), 8, 2, (2, 150), id="too narrow for an eighth"),
        pytest.param((1, 1), 8, 1, (1, 1), id="a pixel"),
    ],
)
def test_a_jpeg_is_reduced_while_it_is_decoded(
    size: tuple[int, int], reduced: int, done: int, decoded: tuple[int, int]
) -> None:
    data = saved(quadrants(*size), "JPEG")
    opened = open_picture(data, facts(data), LIMITS)
    image, pixels = still(opened, number=None, reduced=reduced)
    assert (image.size, pixels) == (decoded, Pixels(size=size, reduced=done))


@pytest.mark.parametrize("name", ["PNG", "WebP", "GIF", "AVIF", "TIFF", "BMP", "ICO"])
def test_other_formats_are_never_reduced(name: str) -> None:
    opened = open_picture(STILLS[name], facts(STILLS[name]), LIMITS)
    image, pixels = still(opened, number=None, reduced=8)
    assert (image.size, pixels) == ((64, 48), Pixels(size=(64, 48)))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(("number", "colour"), [(None, RED), (0, RED), (1, GREEN), (2, BLUE)])
def test_a_still_of_an_animation_by_number(
    kind: str, number: int | None, colour: tuple[int, ...]
) -> None:
    data = animated(kind)
    image, _ = still(open_picture(data, facts(data), LIMITS), number=number, reduced=1)
    found = image.convert("RGB").getpixel((9, 9))
    assert isinstance(found, tuple)
    assert alike(found, colour)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_frames_come_in_order_with_their_times(kind: str) -> None:
    data = animated(kind)
    opened = open_picture(data, facts(data), LIMITS)
    shown = list(frames(opened, facts(data)))
    for frame, colour in zip(shown, (RED, GREEN, BLUE), strict=True):
        assert frame.duration_ms == 120
        found = frame.image.convert("RGB").getpixel((9, 9))
        assert isinstance(found, tuple)
        assert alike(found, colour)


@pytest.mark.parametrize(
    ("kind", "loop", "plays"),
    [("GIF", None, 1), ("GIF", 0, 0), ("GIF", 2, 3), ("WEBP", 0, 0), ("WEBP", 3, 3), ("PNG", 2, 2)],
)
def test_how_often_it_plays(kind: str, loop: int | None, plays: int) -> None:
    options = {} if loop is None else {"loop": loop}
    others = [Image.new("RGB", (64, 48), GREEN)]
    data = saved(quadrants(), kind, save_all=True, append_images=others, **options)
    assert open_picture(data, facts(data), LIMITS).plays == plays


def test_the_default_picture_of_an_apng_is_no_frame() -> None:
    others = [Image.new("RGB", (64, 48), colour) for colour in (RED, GREEN)]
    data = saved(quadrants(), "PNG", save_all=True, append_images=others, default_image=True)
    shown = list(frames(open_picture(data, facts(data), LIMITS), facts(data)))
    assert len(shown) == 2
    first = shown[0].image.convert("RGB").getpixel((50, 40))
    assert isinstance(first, tuple)
    assert alike(first, RED)
    shown_still, _ = still(open_picture(data, facts(data), LIMITS), number=None, reduced=1)
    assert is_upright(saved(shown_still, "PNG"))


def test_a_frame_outside_the_canvas_is_clipped() -> None:
    data = bytearray(animated("GIF"))
    last = data.rindex(b"\x2c\0\0\0\0")
    data[last + 1 : last + 3] = (40).to_bytes(2, "little")
    shown = list(frames(open_picture(bytes(data), facts(bytes(data)), LIMITS), facts(bytes(data))))
    assert {frame.image.size for frame in shown} == {(64, 48)}


@pytest.mark.slow
def test_pillow_never_loads_its_other_decoders() -> None:
    code = (
        "import sys\n"
        "from proxy.images.decode import open_picture\n"
        "from proxy.images.limits import Limits\n"
        "from proxy.images.sniff import sniff\n"
        "limits = Limits(max_pixels=10**6, max_frames=9, deadline_s=1.0)\n"
        "from tests.fakes.pictures import STILLS\n"
        "for data in STILLS.values(): open_picture(data, sniff(data), limits).image.load()\n"
        "print('PIL.EpsImagePlugin' in sys.modules, 'PIL.FitsImagePlugin' in sys.modules)\n"
    )
    root = Path(__file__).parents[2]
    ran = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["False", "False"]
