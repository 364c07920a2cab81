"""Whole makings: every class in, every format out, hostile bytes refused with an error of ours."""

import csv
import struct
from io import BytesIO
from math import log10
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from proxy.errors import (
    NotDecodable,
    PictureError,
    ProxyError,
    TooManyFrames,
    TooManyPixels,
)
from proxy.images.clean import clean
from proxy.images.limits import Limits
from proxy.images.pipeline import make
from proxy.images.plan import plan
from proxy.images.sniff import sniff
from proxy.model.colour import Colour
from proxy.model.geometry import Anchor, Crop, Edges, Focal, Share, Smart
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import Fit, Output, Transform, Trim
from proxy.settings import Images
from tests.fakes.pictures import (
    BLUE,
    GREEN,
    RED,
    STILLS,
    STORED,
    WHITE,
    alike,
    animated,
    corners,
    exif,
    gif_of_dots,
    holed,
    is_upright,
    noise,
    oriented,
    png_header,
    quadrants,
    saved,
)

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
IMAGES = Images()
LIMITS = Limits.of(IMAGES)
HALF = Transform(width=32, height=24, format=Output.AUTO)
ACCEPTS = (None, "image/webp", "image/avif")
THUMBNAIL = Transform(width=400, height=300, format=Output.AUTO)


def variant(made: Format = Format.PNG, **asked: Any) -> Variant:  # noqa: ANN401  # fields
    box = {"width": 32, "height": 24}
    return Variant(transform=Transform(**(asked or box)), format=made, quality=90)


def one(data: bytes, wanted: Variant, limits: Limits = LIMITS) -> bytes:
    """Return the one picture; raises why there is none."""
    (made,) = make(data, [wanted], limits)
    if isinstance(made, ProxyError):
        raise made
    return made


def opened(data: bytes) -> Image.Image:
    with Image.open(BytesIO(data)) as image:
        image.load()
    return image


def facts(data: bytes) -> Facts:
    found = sniff(data)
    assert found is not None
    return found


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("name", STILLS)
def test_every_class_is_made(name: str, accept: str | None) -> None:
    chosen = plan(HALF, facts(STILLS[name]), accept, IMAGES)
    assert chosen is not None
    found = facts(one(STILLS[name], chosen))
    assert (found.format, found.width, found.height) == (chosen.format, 32, 24)
    assert found.whole


# CMYK has the colours of ink, which ``ops/test_profile.py`` knows.
NOT_THE_QUARTERS = {"alpha", "grey", "transparent", "bilevel", "CMYK"}


@pytest.mark.parametrize(
    "name", [name for name in STILLS if not {*name.split()} & NOT_THE_QUARTERS]
)
def test_colours_come_out_as_they_went_in(name: str) -> None:
    assert is_upright(one(STILLS[name], variant()))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("made", [Format.PNG, Format.AVIF])
def test_every_orientation_ends_upright(kind: str, orientation: int, made: Format) -> None:
    data = one(oriented(kind, orientation), variant(made))
    assert is_upright(data)
    assert (facts(data).orientation, facts(data).metadata) == (1, False)


def test_what_is_clear_stays_clear_or_turns_white() -> None:
    data = saved(holed(), "PNG")
    with Image.open(BytesIO(one(data, variant(Format.WEBP)))) as image:
        assert image.convert("RGBA").getpixel((8, 6))[3] == 0  # type: ignore[index]  # four bands
    clear, *others = corners(one(data, variant(Format.JPEG)))
    assert alike(clear, WHITE)
    assert all(map(alike, others, (GREEN, BLUE, WHITE)))


def test_no_place_leaves_the_house() -> None:
    data = saved(quadrants(), "JPEG", exif=exif(1, place=True), comment=b"secret", quality=95)
    assert facts(data).metadata
    for made in (Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF):
        written = one(data, variant(made))
        assert not facts(written).metadata
        assert b"secret" not in written


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("made", [Format.WEBP, Format.GIF])
def test_animations_stay_animations(kind: str, made: Format) -> None:
    written = one(animated(kind), variant(made))
    assert (facts(written).frames, facts(written).width) == (3, 32)
    with Image.open(BytesIO(written)) as image:
        for number, colour in enumerate((RED, GREEN, BLUE)):
            image.seek(number)
            shown = image.convert("RGB").getpixel((9, 9))
            assert isinstance(shown, tuple)
            assert alike(shown, colour)
        assert image.info["duration"] == 120
        assert image.info["loop"] == 0


def test_a_still_of_an_animation_is_its_first_frame() -> None:
    first = corners(one(animated("GIF"), variant()))
    assert all(alike(found, RED) for found in first)


def test_a_still_of_an_animation_by_its_number() -> None:
    for number, colour in enumerate((RED, GREEN, BLUE)):
        shown = corners(one(animated("WEBP"), variant(frame=number)))
        assert all(alike(found, colour) for found in shown)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("gravity", "colour"),
    [
        pytest.param(Anchor(0.0, 0.0), RED, id="left top"),
        pytest.param(Anchor(1.0, 0.0), GREEN, id="right top"),
        pytest.param(Anchor(0.0, 1.0), BLUE, id="left bottom"),
        pytest.param(Focal(0.9, 0.9), WHITE, id="a point right below"),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_places_are_those_of_the_upright_picture(
    kind: str, orientation: int, gravity: Anchor | Focal, colour: tuple[int, ...]
) -> None:
    data = oriented(kind, orientation, 640, 480)
    quarter = Crop(width=Share(50), height=Share(50), gravity=gravity)
    for wanted in (variant(crop=quarter, width=20), variant(width=60, cut=quarter)):
        assert all(alike(found, colour) for found in corners(one(data, wanted)))
    for width, height in ((20, 100), (100, 20)):  # what cover keeps, one direction at a time
        shown = corners(one(data, variant(width=width, height=height, gravity=gravity)))
        side = 0 if gravity.x < 0.5 else 1
        row = 0 if gravity.y < 0.5 else 2
        quarters = (RED, GREEN, BLUE, WHITE)
        for number in range(4):
            kept = number - number % 2 + side if width < height else number % 2 + row
            assert alike(shown[number], quarters[kept])


def photo(width: int, height: int) -> Image.Image:
    """Return a picture with soft and hard edges and some grain; the same every time."""
    image = Image.radial_gradient("L").resize((width, height), Image.Resampling.BICUBIC)
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    grain = noise(width // 4, height // 4).resize((width, height), Image.Resampling.BICUBIC)
    shown = Image.merge("RGB", (image, across, ImageChops.invert(image)))
    shown.paste((230, 60, 40), (width // 3, height // 5, width // 2, height // 2))
    return Image.blend(shown, grain, 0.2)


def decibels(found: Image.Image, wanted: Image.Image) -> float:
    assert found.size == wanted.size
    squares = ImageStat.Stat(ImageChops.difference(found, wanted)).sum2
    mean = sum(squares) / (3 * found.width * found.height)
    return 10 * log10(255**2 / mean) if mean else 99.0


@pytest.mark.slow
@pytest.mark.parametrize("orientation", [1, 2, 6, 7])
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"width": 90}, id="sized"),
        pytest.param({"width": 90, "height": 90}, id="covered"),
        pytest.param({"crop": Crop(width=803, height=601, x=13, y=27), "width": 101}, id="a crop"),
        pytest.param(
            {"crop": Crop(width=Share(71)), "rotate": 90.0, "mirror": True, "height": 97},
            id="a crop, turned",
        ),
        pytest.param({"width": 90, "height": 90, "gravity": Focal(0.9, 0.9)}, id="a point"),
    ],
)
def test_a_reduced_jpeg_shows_what_the_whole_one_does(
    orientation: int, asked: dict[str, Any]
) -> None:
    turn = STORED[orientation]
    image = photo(1213, 917)
    stored = image if turn is None else image.transpose(turn)
    jpeg = saved(stored, "JPEG", quality=97, subsampling=0, exif=exif(orientation))
    upright = photo(1213, 917)
    whole = one(saved(upright, "PNG"), variant(**asked))
    reduced = one(jpeg, variant(**asked))
    assert decibels(opened(reduced), opened(whole)) > 38


@pytest.mark.slow
@pytest.mark.parametrize("width", [400, 900])
@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("JPEG", {"quality": 90})])
def test_pixels_are_those_of_a_fair_lanczos(kind: str, options: dict[str, Any], width: int) -> None:
    data = saved(photo(1301, 977), kind, **options)
    made = opened(one(data, variant(width=width)))
    whole = opened(data).convert("RGB").split()
    fair = (band.convert("F").resize(made.size, Image.Resampling.LANCZOS) for band in whole)
    bands = [band.point(lambda value: value * 1 + 0.5).convert("L") for band in fair]  # rounded
    assert decibels(made, Image.merge("RGB", bands)) >= 50


def test_every_step_has_its_turn() -> None:
    """Crop → mirror → turn → size → cut → rotate → bars → padding → background."""
    gold = Colour(200, 160, 40)
    data = saved(quadrants(640, 480), "PNG")
    made = one(
        data,
        variant(
            Format.JPEG,
            crop=Crop(width=320, height=480, x=0),  # red over blue
            rotate=90.0,  # blue beside red, 480 × 320
            width=120,  # 120 × 80
            cut=Crop(width=60, height=80, x=0, y=0),  # blue alone
            padding=Edges(top=10, left=10),
            bars=gold,
        ),
    )
    image = opened(made)
    assert image.size == (70, 90)
    for place, colour in (((4, 4), (200, 160, 40)), ((40, 50), BLUE), ((66, 86), BLUE)):
        found = image.getpixel(place)
        assert isinstance(found, tuple)
        assert alike(found, colour)


@pytest.mark.parametrize("made", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.GIF])
def test_clear_corners_where_the_format_has_alpha(made: Format) -> None:
    written = one(STILLS["JPEG"], variant(made, rotate=45.0))
    corner = opened(written).convert("RGBA").getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] == (255 if made is Format.JPEG else 0)
    assert made is not Format.JPEG or alike(corner[:3], WHITE)


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        pytest.param({"width": 40, "height": 40, "fit": Fit.CONTAIN}, (40, 40), id="bars"),
        pytest.param({"width": 40, "height": 40, "fit": Fit.FILL}, (40, 40), id="filled"),
        pytest.param({"width": 40, "height": 40, "fit": Fit.OUTSIDE}, (53, 40), id="outside"),
        pytest.param({"width": 640, "enlarge": True}, (640, 480), id="enlarged"),
        pytest.param({"width": 640}, (64, 48), id="not enlarged"),
        pytest.param({"rotate": 30.0}, (80, 74), id="rotated"),
        pytest.param({"trim": Trim(), "width": 40, "height": 40}, (40, 40), id="trimmed"),
    ],
)
@pytest.mark.parametrize("name", ["JPEG", "PNG with alpha", "CMYK JPEG", "grey PNG with alpha"])
def test_sizes(name: str, asked: dict[str, Any], size: tuple[int, int]) -> None:
    for made in (Format.PNG, Format.JPEG):
        found = facts(one(STILLS[name], variant(made, **asked)))
        if "trim" in asked and "alpha" in name:
            continue  # less than the box is left
        assert (found.width, found.height) == size


def test_a_pixel_enlarged_beyond_all_bounds_is_bounded() -> None:
    dot = saved(Image.new("L", (1, 1)), "PNG")
    small = Limits(max_pixels=10_000, max_frames=8, deadline_s=1.0, max_side=80)
    found = facts(one(dot, variant(width=10_000, height=5000, enlarge=True), small))
    assert (found.width, found.height) == (80, 40)


def test_an_enlarged_animation_shares_the_pixels_of_two_stills() -> None:
    small = Limits(max_pixels=6000, max_frames=8, deadline_s=1.0)
    written = one(animated("GIF"), variant(Format.WEBP, width=5000, enlarge=True), small)
    found = facts(written)
    assert found.frames == 3
    assert 3500 < found.width * found.height <= 4000


def moving(places: tuple[tuple[int, int], ...]) -> bytes:
    """Return an animation of a red square that moves over white."""
    frames = []
    for place in places:
        frame = Image.new("RGB", (90, 30), WHITE)
        frame.paste(RED, (*place, place[0] + 10, place[1] + 10))
        frames.append(frame)
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        pytest.param({"trim": Trim()}, (10, 10), id="trimmed"),
        pytest.param({"width": 30, "height": 30, "gravity": Smart.ATTENTION}, (30, 30), id="smart"),
    ],
)
def test_the_first_frame_decides_for_all(asked: dict[str, Any], size: tuple[int, int]) -> None:
    image = Image.open(BytesIO(one(moving(((75, 10), (5, 10))), variant(Format.GIF, **asked))))
    assert (image.size, image.n_frames) == (size, 2)  # type: ignore[attr-defined]  # of GIF
    pictures = []
    for number in (0, 1):
        image.seek(number)
        pictures.append(image.convert("RGB").getchannel("G").tobytes())  # of which red has little
    first, second = pictures
    assert sum(value < 100 for value in first) >= 90
    assert min(second) > 200  # what moves, moves out of what is shown


def test_several_pictures_of_one_original_are_those_made_alone() -> None:
    variants = [
        variant(Format.PNG, width=32),
        variant(Format.WEBP, width=16, height=16),
        variant(Format.JPEG, rotate=90.0),
        variant(Format.PNG, trim=Trim(), width=9),
    ]
    data = STILLS["PNG"]
    assert make(data, variants, LIMITS) == [one(data, each) for each in variants]


def test_stills_and_animations_together_come_as_they_were_asked() -> None:
    variants = [variant(Format.GIF), variant(Format.PNG), variant(frame=2), variant(Format.WEBP)]
    made = make(animated("GIF"), variants, LIMITS)
    assert [facts(data).frames for data in made if isinstance(data, bytes)] == [3, 1, 1, 3]
    blue = made[2]
    assert isinstance(blue, bytes)
    assert all(alike(found, BLUE) for found in corners(blue))


def test_a_jpeg_is_reduced_only_as_far_as_the_largest_allows() -> None:
    data = saved(photo(1600, 1200), "JPEG", quality=95)
    small, large = make(data, [variant(width=50), variant(width=800)], LIMITS)
    assert isinstance(small, bytes)
    assert large == one(data, variant(width=800))
    assert decibels(opened(small), opened(one(data, variant(width=50)))) > 40


def test_one_that_cannot_be_made_fails_alone() -> None:
    animation = bytearray(animated("GIF"))
    variants = [variant(frame=0), variant(frame=7), variant(Format.WEBP)]
    first, beyond, whole = make(bytes(animation), variants, LIMITS)
    assert isinstance(first, bytes)
    assert isinstance(beyond, NotDecodable)
    assert isinstance(whole, bytes)


def test_what_cannot_be_read_fails_for_all() -> None:
    found = make(STILLS["PNG"][:90], [variant(), variant(Format.WEBP)], LIMITS)
    assert [type(failure) for failure in found] == [NotDecodable, NotDecodable]


@pytest.mark.parametrize(
    ("data", "failure"),
    [
        pytest.param(b"<svg/>", NotDecodable, id="no picture"),
        pytest.param(png_header(50_000, 50_000), TooManyPixels, id="a bomb by its header"),
        pytest.param(gif_of_dots(1000), TooManyFrames, id="a thousand frames"),
        pytest.param(
            STILLS["GIF"][:6] + struct.pack("<HH", 60_000, 60_000) + STILLS["GIF"][10:],
            TooManyPixels,
            id="a canvas far larger than its frame",
        ),
        pytest.param(STILLS["JPEG"][:400], NotDecodable, id="a cut JPEG"),
        pytest.param(STILLS["PNG"][:90], NotDecodable, id="a cut PNG"),
        pytest.param(STILLS["AVIF"][:-40], NotDecodable, id="a cut AVIF"),
        pytest.param(
            STILLS["PNG"].replace(b"IDAT", b"IDAU"), NotDecodable, id="a PNG without pixels"
        ),
        pytest.param(STILLS["BMP"][:28] + b"\x07" + STILLS["BMP"][29:], NotDecodable, id="7 bits"),
    ],
)
def test_what_cannot_be_made_is_refused(data: bytes, failure: type[PictureError]) -> None:
    with pytest.raises(failure):
        one(data, variant())


@settings(deadline=None, max_examples=200)
@given(
    seed=st.sampled_from([*STILLS.values(), *map(animated, ("GIF", "PNG", "WEBP"))]),
    changes=st.lists(st.tuples(st.integers(0, 12_000), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, 30),
)
@pytest.mark.slow
def test_damage_is_made_or_refused_and_nothing_else(
    seed: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(seed)
    for place, value in changes:
        data[place % len(data)] = value
    small = Limits(max_pixels=100_000, max_frames=8, deadline_s=1.0)
    try:
        written = one(bytes(data[: len(data) - cut]), variant(Format.WEBP), small)
    except PictureError:
        return
    assert (facts(written).width, facts(written).height) == (32, 24)


def _rows() -> list[dict[str, str]]:
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "manifest.csv").open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["class"] != "bomb-cpu-jpeg"]


def _outcome(data: bytes, accept: str | None) -> bytes | None:
    """Return the picture made as the service would; None where it refuses with an error of ours."""
    found = sniff(data)
    try:
        if found and found.format is Format.SVG:
            return clean(data)
        chosen = plan(THUMBNAIL, found, accept, IMAGES) if found else None
        if found and not chosen:
            return data
        return one(data, chosen) if chosen else None
    except PictureError:
        return None


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
@pytest.mark.parametrize("accept", ACCEPTS)
def test_the_corpus_is_made_as_its_manifest_says(accept: str | None) -> None:
    rows = _rows()
    assert len(rows) == 352
    wrong = []
    for row in rows:
        data = (CORPUS / row["file"]).read_bytes()
        written = _outcome(data, accept)
        if row["firm"] == "yes" and (written is not None) != (row["expected"] == "ok"):
            wrong.append(row["file"])
        if written is None or row["expected"] != "ok":
            continue
        have, made = facts(data), facts(written)
        limit = min(1.0, have.upright[0] / 400, have.upright[1] / 300)
        wanted = max(1, round(400 * limit)), max(1, round(300 * limit))
        if (made.width, made.height) != wanted or made.metadata or made.orientation != 1:
            wrong.append(row["file"])
    assert not wrong


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
@pytest.mark.parametrize("shape", ["Landscape", "Portrait"])
def test_photographs_of_every_orientation_look_alike(shape: str) -> None:
    upright = variant(width=60, height=40) if shape == "Landscape" else variant(width=40, height=60)
    pictures = [
        one((CORPUS / "jpeg-exif" / f"{shape}_{n}.jpg").read_bytes(), upright) for n in range(1, 9)
    ]
    first, *others = map(corners, pictures)
    assert len(others) == 7
    for other in others:
        # The number of its orientation is drawn in the middle of each; the corners are the same.
        assert all(alike(a, b, tolerance=40) for a, b in zip(first, other, strict=True))
