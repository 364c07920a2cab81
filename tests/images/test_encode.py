"""Encoding: the format, the quality, and nothing beside the pixels but what was asked for."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageCms

from proxy.images.decode import Frame
from proxy.images.encode import encode_animation, encode_still
from proxy.images.sniff import sniff
from proxy.model.picture import Format
from tests.fakes.jobs import job
from tests.fakes.pictures import GREEN, RED, alike, exif, holed, noise, quadrants, saved

MADE = [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.GIF]
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def photo(width: int = 96, height: int = 72) -> Image.Image:
    """Return noise, soft enough for quality to tell."""
    return noise(width // 3, height // 3).resize((width, height), Image.Resampling.BICUBIC)


def told() -> Image.Image:
    """Return a picture that says all a picture can."""
    image = photo()
    said = exif(6, place=True)
    said[0x013B], said[0x010F] = "Ann", "secret"
    image.info = {
        "exif": said.tobytes(),
        "xmp": b"<secret/>",
        "comment": b"secret",
        "icc_profile": SRGB,
        "dpi": (300, 300),
    }
    return image


@pytest.mark.parametrize("made", MADE)
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_every_format_we_make(made: Format, mode: str) -> None:
    found = sniff(encode_still(quadrants(mode=mode), job(made)))
    assert found is not None
    assert (found.format, found.width, found.height, found.whole) == (made, 64, 48, True)


@pytest.mark.parametrize("made", [Format.PNG, Format.WEBP, Format.AVIF, Format.GIF])
@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparency_is_kept(made: Format, mode: str) -> None:
    data = encode_still(holed().convert(mode), job(made))
    alpha = opened(data).convert("RGBA").getchannel("A")
    assert (alpha.getpixel((5, 5)), alpha.getpixel((50, 40))) == (0, 255)


@pytest.mark.parametrize("made", [Format.JPEG, Format.WEBP, Format.AVIF])
def test_quality_tells(made: Format) -> None:
    low, high = (len(encode_still(photo(), job(made, quality))) for quality in (20, 89))
    assert low * 1.5 < high


@pytest.mark.parametrize(("quality", "halved"), [(80, (2, 2)), (89, (2, 2)), (90, (1, 1))])
def test_fine_jpegs_keep_all_their_colour(quality: int, halved: tuple[int, int]) -> None:
    luma = opened(encode_still(photo(), job(Format.JPEG, quality))).layer[0]  # type: ignore[attr-defined]  # of JPEG
    assert luma[1:3] == halved


@pytest.mark.parametrize("progressive", [True, False])
def test_progressive_is_as_asked(progressive: bool) -> None:  # noqa: FBT001  # a table
    data = encode_still(photo(), job(Format.JPEG, progressive=progressive))
    assert bool(opened(data).info.get("progressive")) is progressive


@pytest.mark.parametrize("made", MADE)
def test_nothing_of_info_is_written(made: Format) -> None:
    image = told()
    data = encode_still(image, job(made))
    assert b"secret" not in data
    assert b"Ann" not in data
    assert "icc_profile" not in opened(data).info
    found = sniff(data)
    assert found is not None
    assert not found.metadata
    assert image.info["comment"] == b"secret"  # what was given is not changed


@pytest.mark.parametrize("made", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF])
def test_only_artist_and_copyright_are_kept(made: Format) -> None:
    data = encode_still(told(), job(made, copyright=True))
    read = opened(data).getexif()
    assert dict(read) == {0x013B: "Ann"}
    assert not read.get_ifd(0x8825)
    assert b"secret" not in data


@pytest.mark.parametrize("made", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF])
def test_the_profile_is_kept(made: Format) -> None:
    data = encode_still(told(), job(made, profile=True))
    assert opened(data).info["icc_profile"] == SRGB
    assert b"secret" not in data


def test_a_profile_for_colours_never_goes_with_grey() -> None:
    image = quadrants(mode="L").convert("RGB")
    image.info["icc_profile"] = SRGB
    again = opened(encode_still(image, job(Format.PNG, profile=True)))
    assert again.mode in ("P", "RGB")
    assert again.info["icc_profile"] == SRGB


@pytest.mark.parametrize(("made", "off"), [(Format.PNG, 0), (Format.WEBP, 0), (Format.AVIF, 3)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_lossless(made: Format, off: int, mode: str) -> None:
    image = photo().convert(mode)
    again = opened(encode_still(image, job(made, 100, lossless=True))).convert(mode)
    differs = ImageChops.difference(again, image).point(
        [255 * (v > off) for v in range(256)] * len(mode)
    )
    assert differs.getbbox(alpha_only=False) is None


@pytest.mark.parametrize("made", [Format.JPEG, Format.WEBP, Format.AVIF])
@pytest.mark.parametrize("part", [0.9, 0.6, 0.4])
def test_the_largest_quality_that_fits(made: Format, part: float) -> None:
    sizes = {quality: len(encode_still(photo(), job(made, quality))) for quality in range(1, 61, 1)}
    bound = round(sizes[1] + (sizes[60] - sizes[1]) * part)
    found = len(encode_still(photo(), job(made, 60, max_bytes=bound)))
    fitting = [quality for quality, size in sizes.items() if size <= bound]
    assert found <= bound
    assert found >= sizes[max(fitting) - 2]  # sizes do not grow with every step


@pytest.mark.parametrize("quality", [1, 2, 50, 80, 100])
@pytest.mark.parametrize("made", [Format.JPEG, Format.WEBP, Format.AVIF])
def test_what_can_never_fit_is_as_small_as_can_be(made: Format, quality: int) -> None:
    least = len(encode_still(photo(), job(made, 1)))
    assert len(encode_still(photo(), job(made, quality, max_bytes=1))) <= least


def test_a_bound_that_holds_changes_nothing() -> None:
    free = encode_still(photo(), job(Format.JPEG))
    assert encode_still(photo(), job(Format.JPEG, max_bytes=len(free))) == free


@pytest.mark.parametrize(
    ("made", "asked"),
    [(Format.PNG, {}), (Format.GIF, {}), (Format.WEBP, {"lossless": True})],
)
def test_without_a_quality_a_bound_changes_nothing(made: Format, asked: dict[str, Any]) -> None:
    free = encode_still(photo(), job(made, 100, **asked))
    assert encode_still(photo(), job(made, 100, max_bytes=1, **asked)) == free


def test_a_chart_costs_a_png_no_more_than_its_palette() -> None:
    chart = quadrants(400, 300)
    for number in range(40):
        chart.paste(
            (number * 6, 255 - number * 3, 40), (number * 10, 0, number * 10 + 5, 7 * number)
        )
    own = len(saved(chart.quantize(64), "PNG"))
    assert len(encode_still(chart, job(Format.PNG))) <= own * 1.1


def animation(*images: Image.Image) -> list[Frame]:
    return [Frame(image=image, duration_ms=50 + 150 * n) for n, image in enumerate(images)]


@pytest.mark.parametrize("made", [Format.WEBP, Format.GIF])
@pytest.mark.parametrize("plays", [0, 1, 2])
def test_animations(made: Format, plays: int) -> None:
    shown = animation(quadrants(), Image.new("RGB", (64, 48), GREEN))
    with Image.open(BytesIO(encode_animation(shown, plays, job(made)))) as image:
        assert image.n_frames == 2  # type: ignore[attr-defined]  # of animated formats
        again = None if made is Format.GIF and plays == 1 else plays - (made is Format.GIF)
        assert image.info.get("loop") == (again if again != -1 else 0)
        times = []
        for number in (0, 1):
            image.seek(number)
            image.load()
            times.append(image.info["duration"])
    assert times == [50, 200]


@pytest.mark.parametrize("made", [Format.WEBP, Format.GIF])
@pytest.mark.parametrize("holes", [False, True], ids=["opaque", "with holes"])
def test_each_frame_is_seen_as_it_was(made: Format, holes: bool) -> None:  # noqa: FBT001  # a table
    colours = [RED, GREEN, (30, 30, 200), (200, 200, 30)]
    images = []
    for number, colour in enumerate(colours):
        image = Image.new("RGBA", (64, 48), (90, 90, 90, 0 if holes else 255))
        image.paste((*colour, 255), (number * 12, 10, number * 12 + 16, 40))
        images.append(image)
    with Image.open(BytesIO(encode_animation(animation(*images), 0, job(made, 95)))) as again:
        for number, image in enumerate(images):
            again.seek(number)
            seen = again.convert("RGBA")
            for at in ((2, 2), (number * 12 + 8, 25), (60, 45)):
                found, wanted = seen.getpixel(at), image.getpixel(at)
                assert isinstance(found, tuple)
                assert isinstance(wanted, tuple)
                assert found[3] == wanted[3]
                assert wanted[3] == 0 or alike(found, wanted, tolerance=16)


def test_a_gif_holds_only_what_changes() -> None:
    ground = photo(160, 120)
    images = []
    for number in range(8):
        image = ground.copy()
        image.paste(RED, (number * 10, 50, number * 10 + 8, 58))
        images.append(image)
    one = len(encode_still(ground, job(Format.GIF)))
    assert len(encode_animation(animation(*images), 0, job(Format.GIF))) < 2 * one


def test_an_animation_may_be_bounded_too() -> None:
    shown = animation(photo(), photo().rotate(90))
    free = encode_animation(shown, 0, job(Format.WEBP))
    small = encode_animation(shown, 0, job(Format.WEBP, max_bytes=len(free) * 2 // 3))
    assert len(small) <= len(free) * 2 // 3


def test_an_animation_keeps_what_a_still_keeps() -> None:
    shown = animation(told(), quadrants(96, 72))
    data = encode_animation(shown, 0, job(Format.WEBP, profile=True, copyright=True))
    again = opened(data)
    assert again.info["icc_profile"] == SRGB
    assert dict(again.getexif()) == {0x013B: "Ann"}
    assert b"secret" not in data
    assert b"Ann" not in encode_animation(shown, 0, job(Format.WEBP))
