"""What looks alike has near fingerprints, in every size and format; what does not, has not."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from proxy.errors import NotDecodable, TooManyPixels
from proxy.images.fingerprint import fingerprint
from proxy.images.limits import Limits
from tests.fakes.pictures import holed, quadrants, saved

CORPUS = Path(__file__).parents[3] / "shared/corpus"
LIMITS = Limits(max_pixels=50_000_000, max_frames=256, deadline_s=10.0)
# Of corpus/wechat/hotlink-placeholder.jpg, made in imitation of WeChat's.
KNOWN = 0x63989C98D9CD2667


def notice() -> Image.Image:
    """Return words on a plain ground, as such a notice is."""
    image = Image.new("RGB", (480, 300), (236, 236, 236))
    pen = ImageDraw.Draw(image)
    for at, line in enumerate(("This picture comes from elsewhere", "and may not be shown here")):
        pen.text((60, 110 + 40 * at), line, fill=(120, 120, 120), font_size=24)
    return image


def look(image: Image.Image, form: str = "PNG", **options: int) -> int:
    held = BytesIO()
    image.save(held, form, **options)
    return fingerprint(held.getvalue(), LIMITS)


def apart(one: int, other: int) -> int:
    return (one ^ other).bit_count()


@pytest.mark.parametrize(
    ("scale", "form", "options"),
    [
        pytest.param(1, "PNG", {}, id="as it is"),
        pytest.param(0.4, "PNG", {}, id="smaller"),
        pytest.param(2, "PNG", {}, id="larger"),
        pytest.param(1, "JPEG", {"quality": 30}, id="a bad JPEG"),
        pytest.param(1, "WEBP", {"quality": 50}, id="a WebP"),
        pytest.param(0.7, "JPEG", {"quality": 80}, id="a smaller JPEG"),
    ],
)
def test_the_same_notice_looks_alike(scale: float, form: str, options: dict[str, int]) -> None:
    image = notice()
    scaled = image.resize((round(image.width * scale), round(image.height * scale)))
    assert apart(look(image), look(scaled, form, **options)) <= 4


def test_palette_and_transparency_change_nothing() -> None:
    image = notice()
    clear = image.convert("RGBA")
    clear.putalpha(image.convert("L").point(lambda shade: 0 if shade > 230 else 255))
    assert apart(look(image), look(image.convert("P"), "GIF")) <= 4
    assert apart(look(image), look(clear)) <= 8  # on white then, not on grey


def test_other_pictures_look_otherwise() -> None:
    others = (
        look(quadrants()),
        look(holed()),
        look(notice().rotate(180)),
    )
    assert all(apart(look(notice()), other) > 12 for other in others)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_single_colour_looks_like_nothing(shade: int) -> None:
    assert look(Image.new("L", (90, 60), shade)) == 0


def test_what_cannot_be_decoded_has_none() -> None:
    with pytest.raises(NotDecodable):
        fingerprint(b"no picture", LIMITS)
    small = Limits(max_pixels=10, max_frames=1, deadline_s=1.0)
    with pytest.raises(TooManyPixels):
        fingerprint(saved(quadrants(), "PNG"), small)


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.exists(), reason="the shared corpus is not here")
def test_no_other_picture_of_the_corpus_is_taken_for_a_notice() -> None:
    sought = CORPUS / "wechat/hotlink-placeholder.jpg"
    assert apart(fingerprint(sought.read_bytes(), LIMITS), KNOWN) <= 2
    nearest = 64
    for folder in ("jpeg", "png", "gif", "webp", "photo", "wechat"):
        for path in sorted((CORPUS / folder).iterdir()):
            if path != sought and path.stat().st_size < 256 << 10:
                try:
                    nearest = min(nearest, apart(fingerprint(path.read_bytes(), LIMITS), KNOWN))
                except (NotDecodable, TooManyPixels):
                    continue
    assert nearest > 16
