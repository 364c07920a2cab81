"""Encoding: the format, the quality, and nothing beside the pixels."""

from io import BytesIO

import pytest
from PIL import Image

from proxy.images.decode import Frame
from proxy.images.encode import encode_animation, encode_still
from proxy.images.sniff import sniff
from proxy.model.picture import Format, Variant
from proxy.model.transform import ORIGINAL
from tests.fakes.pictures import GREEN, exif, holed, quadrants

MADE = [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.GIF]


def variant(made: Format, quality: int = 80) -> Variant:
    return Variant(transform=ORIGINAL, format=made, width=64, height=48, quality=quality)


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_every_format_we_make(made: Format, mode: str) -> None:
    found = sniff(encode_still(quadrants(mode=mode), variant(made)))
    assert found is not None
    assert (found.format, found.width, found.height, found.whole) == (made, 64, 48, True)


@pytest.mark.parametrize("made", [Format.PNG, Format.WEBP, Format.AVIF, Format.GIF])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparency_is_kept(made: Format, mode: str) -> None:
    data = encode_still(holed().convert(mode), variant(made))
    with Image.open(BytesIO(data)) as image:
        assert image.convert("RGBA").getpixel((5, 5))[3] == 0  # type: ignore[index]  # four bands


@pytest.mark.parametrize("made", [Format.JPEG, Format.WEBP, Format.AVIF])
def test_quality_tells(made: Format) -> None:
    noise = Image.effect_noise((64, 48), 60).convert("RGB")
    low, high = (len(encode_still(noise, variant(made, quality))) for quality in (20, 90))
    assert low * 1.5 < high


@pytest.mark.parametrize("made", MADE)
def test_nothing_of_info_is_written(made: Format) -> None:
    image = quadrants()
    image.info = {
        "exif": exif(6, place=True).tobytes(),
        "xmp": b"<secret/>",
        "comment": b"secret",
        "icc_profile": b"secret" * 30,
        "dpi": (300, 300),
    }
    data = encode_still(image, variant(made))
    assert b"secret" not in data
    found = sniff(data)
    assert found is not None
    assert not found.metadata
    assert image.info["comment"] == b"secret"  # what was given is not changed


@pytest.mark.parametrize("made", [Format.WEBP, Format.GIF])
@pytest.mark.parametrize("plays", [0, 1, 2])
def test_animations(made: Format, plays: int) -> None:
    images = quadrants(), Image.new("RGB", (64, 48), GREEN)
    shown = [
        Frame(image=image, duration_ms=time) for image, time in zip(images, (50, 200), strict=True)
    ]
    with Image.open(BytesIO(encode_animation(shown, plays, variant(made)))) as image:
        assert image.n_frames == 2  # type: ignore[attr-defined]  # of animated formats
        again = None if made is Format.GIF and plays == 1 else plays - (made is Format.GIF)
        assert image.info.get("loop") == (again if again != -1 else 0)
        times = []
        for number in (0, 1):
            image.seek(number)
            image.load()
            times.append(image.info["duration"])
    assert times == [50, 200]
