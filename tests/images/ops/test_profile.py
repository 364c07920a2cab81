"""Colours are converted by the embedded profile; a broken one is left out, CMYK needs none."""

import runpy
import struct
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from proxy.images.ops.profile import MAX_KEPT_BYTES, kept_profile, profile
from proxy.model.picture import Format
from tests.fakes.jobs import job
from tests.fakes.pictures import alike

ROOT = Path(__file__).parents[3]
CORPUS = ROOT.parent / "shared" / "corpus"
LAB = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# An RGB profile whose red and green colorants are exchanged; it still calls itself sRGB.
SWAPPED = SRGB.replace(b"rXYZ", b"tmpZ").replace(b"gXYZ", b"rXYZ").replace(b"tmpZ", b"gXYZ")
PROOF = (ROOT / "proxy" / "images" / "data" / "cmyk.icc").read_bytes()


def gray(gamma: float) -> bytes:
    """Return a profile (ICC.1:2001-04) of greys on a power curve."""
    white = b"XYZ \0\0\0\0" + b"".join(
        struct.pack(">i", round(v * 65536)) for v in (0.9642, 1, 0.8249)
    )
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    index = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"kTRC", 176, 16)
    head = struct.pack(">II I4s4s4s", 192, 0, 0x02400000, b"mntr", b"GRAY", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + white[8:]
    return head + bytes(128 - len(head)) + index + white + curve


def tagged(mode: str, colour: object, icc: bytes | None) -> Image.Image:
    image = Image.new(mode, (2, 2), colour)  # type: ignore[arg-type]  # a table of many modes
    if icc is not None:
        image.info["icc_profile"] = icc
    image.info["exif"] = b"stays"
    return image


def shown(mode: str, colour: object, icc: bytes | None) -> tuple[int, ...]:
    found = profile(tagged(mode, colour, icc), job()).getpixel((0, 0))
    assert isinstance(found, tuple)
    return found


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA"])
@pytest.mark.parametrize(
    "icc",
    [
        pytest.param(None, id="no profile"),
        pytest.param(b"", id="an empty one"),
        pytest.param(b"nonsense", id="nonsense"),
        pytest.param(SRGB[:200], id="a cut one"),
        pytest.param(SWAPPED[:-40], id="one without its end"),
        pytest.param(SRGB.replace(b"rTRC", b"none"), id="one without a curve"),
        pytest.param(LAB, id="one of another space"),
        pytest.param(PROOF, id="one for other pictures"),
        pytest.param(SRGB, id="sRGB itself"),
    ],
)
def test_a_profile_that_says_nothing_changes_nothing(mode: str, icc: bytes | None) -> None:
    image = tagged(mode, tuple([120] * len(mode)) if len(mode) > 1 else 120, icc)
    assert profile(image, job()) is image


def test_a_profile_is_applied_whatever_it_is_called() -> None:
    red, green, _ = shown("RGB", (250, 20, 20), SWAPPED)
    assert green > red
    red, green, _, alpha = shown("RGBA", (250, 20, 20, 77), SWAPPED)
    assert green > red
    assert alpha == 77


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_is_converted_and_stays_grey(mode: str) -> None:
    made = profile(tagged(mode, (128, 77) if mode == "LA" else 128, gray(1.0)), job())
    wanted = (188, 77) if mode == "LA" else (188,)  # half the light
    found = made.getpixel((0, 0))
    assert made.mode == mode
    assert alike(found if isinstance(found, tuple) else (int(found or 0),), wanted, tolerance=1)


def test_what_was_converted_no_longer_names_its_profile() -> None:
    image = tagged("RGB", (250, 20, 20), SWAPPED)
    assert profile(image, job()).info == {"exif": b"stays"}
    assert image.info["icc_profile"] == SWAPPED  # what was given is not changed
    assert profile(image, job()).mode == "RGB"


@pytest.mark.parametrize(
    ("inks", "colour"),
    [
        pytest.param((0, 0, 0, 0), (255, 255, 255), id="paper is white"),
        pytest.param((255, 0, 0, 0), (0, 158, 224), id="cyan"),
        pytest.param((0, 255, 0, 0), (230, 0, 126), id="magenta"),
        pytest.param((0, 0, 255, 0), (255, 237, 0), id="yellow"),
        pytest.param((0, 255, 255, 0), (232, 16, 40), id="red"),
        pytest.param((255, 0, 255, 0), (0, 150, 64), id="green"),
        pytest.param((255, 255, 0, 0), (49, 39, 131), id="blue"),
        pytest.param((0, 0, 0, 255), (38, 30, 38), id="black ink is not quite black"),
        pytest.param((0, 0, 0, 128), (138, 138, 140), id="dots print larger than they are"),
    ],
)
@pytest.mark.parametrize(
    "icc", [None, b"nonsense", SRGB, LAB], ids=["none", "nonsense", "RGB's", "Lab's"]
)
def test_cmyk_without_a_profile_looks_printed(
    inks: tuple[int, ...], colour: tuple[int, ...], icc: bytes | None
) -> None:
    assert alike(shown("CMYK", inks, icc), colour, tolerance=26)


def test_cmyk_goes_by_its_own_profile() -> None:
    # Exchanges the names of what the table's first and last curve are for.
    head = PROOF.index(b"mft2") + 52
    curves = [PROOF[head + 512 * ink : head + 512 * (ink + 1)] for ink in range(4)]
    light = PROOF[:head] + bytes(512) + b"".join(curves[1:]) + PROOF[head + 2048 :]
    assert alike(shown("CMYK", (255, 0, 0, 0), light), (255, 255, 255), tolerance=2)


def test_more_ink_is_never_lighter() -> None:
    inks = [(0, 0, 0, dot) for dot in range(256)] + [(dot, dot, dot, 0) for dot in range(256)]
    image = Image.frombytes("CMYK", (512, 1), bytes(value for ink in inks for value in ink))
    light = profile(image, job()).convert("L").tobytes()
    for ramp in (light[:256], light[256:]):
        assert all(after <= before for before, after in pairwise(ramp))


def test_the_shipped_profile_is_what_its_script_makes() -> None:
    made = runpy.run_path(str(ROOT / "bench" / "cmyk_profile.py"))["build"]()
    assert made == PROOF


@pytest.mark.parametrize(
    ("made", "mode", "icc", "kept"),
    [
        (Format.JPEG, "RGB", SWAPPED, True),
        (Format.WEBP, "RGBA", SWAPPED, True),
        (Format.AVIF, "RGB", SWAPPED, True),
        (Format.PNG, "RGB", SRGB, True),
        pytest.param(Format.GIF, "RGB", SWAPPED, False, id="GIF holds none"),
        pytest.param(Format.JPEG, "L", gray(1.0), False, id="grey becomes sRGB's grey"),
        pytest.param(Format.JPEG, "CMYK", PROOF, False, id="CMYK becomes RGB"),
        pytest.param(Format.JPEG, "RGB", b"nonsense", False, id="a broken one"),
        pytest.param(Format.JPEG, "RGB", None, False, id="none"),
        pytest.param(
            Format.JPEG, "RGB", SWAPPED + bytes(MAX_KEPT_BYTES), False, id="one too large"
        ),
    ],
)
def test_which_profile_is_kept(made: Format, mode: str, icc: bytes | None, kept: bool) -> None:  # noqa: FBT001  # a table
    image = tagged(mode, 9 if mode == "L" else (9,) * len(mode), icc)
    asked = job(made, profile=True)
    assert (kept_profile(image, asked) is not None) is kept
    assert kept_profile(image, job(made)) is None
    if kept:
        assert profile(image, asked) is image


def test_a_profile_too_large_to_keep_is_applied() -> None:
    size = struct.pack(">I", len(SWAPPED) + MAX_KEPT_BYTES)
    large = size + SWAPPED[4:] + bytes(MAX_KEPT_BYTES)
    made = profile(tagged("RGB", (250, 20, 20), large), job(Format.JPEG, profile=True))
    assert "icc_profile" not in made.info
    found = made.getpixel((0, 0))
    assert isinstance(found, tuple)
    assert found[1] > found[0]


def test_the_result_can_be_saved() -> None:
    profile(tagged("RGB", (1, 2, 3), SRGB), job()).save(BytesIO(), "PNG", exif=b"")


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
@pytest.mark.parametrize(
    ("name", "mean"),
    [  # the mean of red, green and blue as libvips 8.18.7 converts them to sRGB
        pytest.param("jpeg/cmyk-noprofile-high-trestle-trail.jpg", (35, 64, 84), id="bare CMYK"),
        pytest.param("jpeg/cmyk-icc-high-trestle-trail.jpg", (3, 52, 76), id="CMYK"),
        pytest.param("jpeg/pil_sample_cmyk.jpg", (55, 35, 44), id="Adobe's inverted YCCK"),
        pytest.param("jpeg-icc/adobe-rgb-casa-mila.jpg", (116, 70, 60), id="Adobe RGB"),
        pytest.param("jpeg-icc/display-p3-blue-periwinkle.jpg", (31, 66, 68), id="Display P3"),
        pytest.param("jpeg-icc/rec2020-the-spices-of-life.png", (112, 71, 49), id="Rec. 2020"),
        pytest.param("png-icc/rgb-to-gbr-test.png", (141, 133, 140), id="swapped channels"),
    ],
)
def test_colours_are_those_of_libvips(name: str, mean: tuple[int, ...]) -> None:
    with Image.open(CORPUS / name) as image:
        whole = profile(image, job()).convert("RGB")
    made = whole.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(made, tuple)
    assert alike(made, mean, tolerance=5)
