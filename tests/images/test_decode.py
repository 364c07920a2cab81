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
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import ORIGINAL
from tests.fakes.pictures import BLUE, GREEN, RED, STILLS, alike, animated, quadrants, saved

LIMITS = Limits(max_pixels=1_000_000, max_frames=256, deadline_s=1.0)
SMALL = Variant(transform=ORIGINAL, format=Format.JPEG, width=40, height=30, quality=80)


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
    ("orientation", "reduced"),
    [pytest.param(1, (100, 75), id="upright"), pytest.param(6, (100, 75), id="turned")],
)
def test_a_jpeg_is_reduced_to_twice_the_target_or_more(
    orientation: int, reduced: tuple[int, int]
) -> None:
    data = saved(quadrants(800, 600), "JPEG", exif=_orientation(orientation))
    opened = open_picture(data, facts(data), LIMITS)
    variant = Variant(
        transform=ORIGINAL,
        format=Format.JPEG,
        width=40 if orientation == 1 else 30,
        height=30 if orientation == 1 else 40,
        quality=80,
    )
    assert still(opened, facts(data), variant).size == reduced


def _orientation(value: int) -> Image.Exif:
    found = Image.Exif()
    found[274] = value
    return found


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
