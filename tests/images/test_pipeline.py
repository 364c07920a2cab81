"""Whole makings: every class in, every format out, hostile bytes refused with an error of ours."""

import csv
import struct
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from proxy.errors import NotDecodable, PictureError, TooManyFrames, TooManyPixels
from proxy.images.limits import Limits
from proxy.images.pipeline import make
from proxy.images.plan import plan
from proxy.images.sniff import sniff
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import Fit, Transform
from proxy.settings import Images
from tests.fakes.pictures import (
    BLUE,
    GREEN,
    RED,
    STILLS,
    WHITE,
    alike,
    animated,
    corners,
    exif,
    gif_of_dots,
    holed,
    is_upright,
    oriented,
    png_header,
    quadrants,
    saved,
)

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
IMAGES = Images()
LIMITS = Limits(max_pixels=IMAGES.max_pixels, max_frames=IMAGES.max_frames, deadline_s=10.0)
HALF = Transform(width=32, height=24)
ACCEPTS = (None, "image/webp", "image/avif")
THUMBNAIL = Transform(width=400, height=300)


def variant(made: Format = Format.PNG, width: int = 32, height: int = 24) -> Variant:
    return Variant(
        transform=Transform(width=width, height=height, fit=Fit.COVER),
        format=made,
        width=width,
        height=height,
        quality=90,
    )


def facts(data: bytes) -> Facts:
    found = sniff(data)
    assert found is not None
    return found


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("name", STILLS)
def test_every_class_is_made(name: str, accept: str | None) -> None:
    chosen = plan(HALF, facts(STILLS[name]), accept, IMAGES)
    assert chosen is not None
    found = facts(make(STILLS[name], chosen, LIMITS))
    assert (found.format, found.width, found.height) == (chosen.format, 32, 24)
    assert found.whole


@pytest.mark.parametrize(
    "name",
    [name for name in STILLS if not {*name.split()} & {"alpha", "grey", "transparent", "bilevel"}],
)
def test_colours_come_out_as_they_went_in(name: str) -> None:
    assert is_upright(make(STILLS[name], variant(), LIMITS))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("made", [Format.PNG, Format.AVIF])
def test_every_orientation_ends_upright(kind: str, orientation: int, made: Format) -> None:
    data = make(oriented(kind, orientation), variant(made), LIMITS)
    assert is_upright(data)
    assert (facts(data).orientation, facts(data).metadata) == (1, False)


def test_what_is_clear_stays_clear_or_turns_white() -> None:
    data = saved(holed(), "PNG")
    with Image.open(BytesIO(make(data, variant(Format.WEBP), LIMITS))) as image:
        assert image.convert("RGBA").getpixel((8, 6))[3] == 0  # type: ignore[index]  # four bands
    clear, *others = corners(make(data, variant(Format.JPEG), LIMITS))
    assert alike(clear, WHITE)
    assert all(map(alike, others, (GREEN, BLUE, WHITE)))


def test_no_place_leaves_the_house() -> None:
    data = saved(quadrants(), "JPEG", exif=exif(1, place=True), comment=b"secret", quality=95)
    assert facts(data).metadata
    for made in (Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF):
        written = make(data, variant(made), LIMITS)
        assert not facts(written).metadata
        assert b"secret" not in written


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("made", [Format.WEBP, Format.GIF])
def test_animations_stay_animations(kind: str, made: Format) -> None:
    written = make(animated(kind), variant(made), LIMITS)
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
    first = corners(make(animated("GIF"), variant(), LIMITS))
    assert all(alike(found, RED) for found in first)


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
        make(data, variant(), LIMITS)


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
        written = make(bytes(data[: len(data) - cut]), variant(Format.WEBP), small)
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
        chosen = plan(THUMBNAIL, found, accept, IMAGES) if found else None
        if found and not chosen:
            return data
        return make(data, chosen, LIMITS) if chosen else None
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
        make((CORPUS / "jpeg-exif" / f"{shape}_{n}.jpg").read_bytes(), upright, LIMITS)
        for n in range(1, 9)
    ]
    first, *others = map(corners, pictures)
    assert len(others) == 7
    for other in others:
        # The number of its orientation is drawn in the middle of each; the corners are the same.
        assert all(alike(a, b, tolerance=40) for a, b in zip(first, other, strict=True))
