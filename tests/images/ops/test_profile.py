"""Colours are converted by the embedded profile, and a broken one is left out."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms

from proxy.images.ops.job import Job
from proxy.images.ops.profile import profile
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import ORIGINAL
from tests.fakes.pictures import alike

JOB = Job(
    facts=Facts(format=Format.PNG, width=1, height=1),
    variant=Variant(transform=ORIGINAL, format=Format.PNG, width=1, height=1, quality=100),
)
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _swapped() -> bytes:
    """Return an RGB profile of another name whose red and green colorants are exchanged."""
    swapped = SRGB.replace(b"rXYZ", b"tmpZ").replace(b"gXYZ", b"rXYZ").replace(b"tmpZ", b"gXYZ")
    return swapped.replace(b"\0s\0R\0G\0B", b"\0a\0b\0c\0d")


def shown(mode: str, colour: object, icc: bytes | None) -> Image.Image:
    image = Image.new(mode, (2, 2), colour)  # type: ignore[arg-type]  # a table of many modes
    if icc is not None:
        image.info["icc_profile"] = icc
    return profile(image, JOB)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA"])
@pytest.mark.parametrize(
    "icc",
    [
        pytest.param(None, id="no profile"),
        pytest.param(b"", id="an empty one"),
        pytest.param(b"nonsense", id="nonsense"),
        pytest.param(SRGB[:200], id="a cut one"),
        pytest.param(LAB, id="one of another space"),
        pytest.param(SRGB, id="sRGB itself"),
    ],
)
def test_a_profile_that_says_nothing_changes_nothing(mode: str, icc: bytes | None) -> None:
    colour = tuple([120] * len(mode)) if len(mode) > 1 else 120
    found = shown(mode, colour, icc)
    assert (found.mode, found.getpixel((0, 0))) == (mode, colour)


def test_a_profile_is_applied() -> None:
    found = shown("RGB", (250, 20, 20), _swapped()).getpixel((0, 0))
    assert isinstance(found, tuple)
    assert found[1] > found[0]
    clear = shown("RGBA", (250, 20, 20, 77), _swapped()).getpixel((0, 0))
    assert isinstance(clear, tuple)
    assert clear[3] == 77


def test_cmyk_always_becomes_rgb() -> None:
    image = shown("CMYK", (0, 255, 255, 0), None)
    assert image.mode == "RGB"
    red = image.getpixel((0, 0))
    assert isinstance(red, tuple)
    assert alike(red, (255, 0, 0), tolerance=60)
    assert shown("CMYK", (0, 255, 255, 0), SRGB).mode == "RGB"


def test_the_result_can_be_saved() -> None:
    shown("RGB", (1, 2, 3), SRGB).save(BytesIO(), "PNG")
