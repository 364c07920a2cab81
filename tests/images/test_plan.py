"""Which picture is made, and whether any: the contract's "Negotiation" as tables."""

from dataclasses import replace
from typing import Any

import pytest

from proxy.errors import NotDecodable, NotOffered, TooManyFrames, TooManyPixels
from proxy.images.plan import plan, stands_in
from proxy.model.colour import Colour
from proxy.model.geometry import Crop, Edges, Share
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import ORIGINAL, Fit, Hint, Output, Transform
from proxy.settings import Images, Qualities

IMAGES = Images(quality=Qualities(jpeg=70, webp=71, avif=50))
BOTH = "image/avif,image/webp,*/*"
ONLY_WEBP = "image/webp"
PHOTO = Facts(format=Format.JPEG, width=4000, height=3000)
ALPHA = Facts(format=Format.PNG, width=4000, height=3000, alpha=True)
MOVING = Facts(format=Format.GIF, width=400, height=300, frames=12, alpha=True)
THUMBNAIL = Transform(width=400, height=300, format=Output.AUTO)


def planned(transform: Transform, facts: Facts, accept: str | None = None) -> Variant:
    found = plan(transform, facts, accept, IMAGES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("facts", "accept", "made"),
    [
        pytest.param(PHOTO, BOTH, (Format.AVIF, 50), id="equal weights: our order"),
        pytest.param(PHOTO, "image/avif;q=.5", (Format.JPEG, 70), id="an unreadable weight"),
        pytest.param(
            PHOTO, "image/avif;q=0.5,image/webp", (Format.WEBP, 71), id="the better weight"
        ),
        pytest.param(PHOTO, "image/webp", (Format.WEBP, 71), id="only WebP"),
        pytest.param(PHOTO, "image/*,*/*", (Format.JPEG, 70), id="wildcards name nothing"),
        pytest.param(PHOTO, None, (Format.JPEG, 70), id="no Accept"),
        pytest.param(ALPHA, None, (Format.PNG, 100), id="transparent, no Accept"),
        pytest.param(ALPHA, BOTH, (Format.AVIF, 50), id="transparent, AVIF"),
        pytest.param(MOVING, BOTH, (Format.WEBP, 71), id="moving: WebP"),
        pytest.param(MOVING, "image/avif", (Format.GIF, 100), id="moving, no WebP: GIF"),
    ],
)
def test_format(facts: Facts, accept: str | None, made: tuple[Format, int]) -> None:
    found = planned(Transform(width=100, height=75, format=Output.AUTO), facts, accept)
    assert (found.format, found.quality) == made


def test_only_formats_of_the_settings_are_candidates() -> None:
    found = plan(THUMBNAIL, PHOTO, BOTH, Images(formats=("webp",)))
    assert found is not None
    assert found.format is Format.WEBP
    assert plan(THUMBNAIL, replace(MOVING, width=800), BOTH, Images(formats=())) == Variant(
        transform=THUMBNAIL, format=Format.GIF, quality=100
    )


WHITE = Colour(255, 255, 255)


@pytest.mark.parametrize(
    ("asked", "facts", "made"),
    [
        pytest.param({}, PHOTO, Format.JPEG, id="the original's own"),
        pytest.param({}, ALPHA, Format.PNG, id="its own, transparent"),
        pytest.param({}, replace(PHOTO, format=Format.AVIF), Format.AVIF, id="its own, AVIF"),
        pytest.param({}, replace(PHOTO, format=Format.TIFF), Format.JPEG, id="not written by us"),
        pytest.param(
            {}, replace(ALPHA, format=Format.HEIC), Format.PNG, id="not written, transparent"
        ),
        pytest.param({}, MOVING, Format.GIF, id="moving, its own"),
        pytest.param(
            {}, replace(MOVING, format=Format.PNG), Format.GIF, id="moving, not written so"
        ),
        pytest.param(
            {"frame": 0}, replace(MOVING, format=Format.PNG), Format.PNG, id="a still, its own"
        ),
        pytest.param({"format": Output.AVIF}, MOVING, Format.AVIF, id="asked for, still"),
        pytest.param({"format": Output.PNG}, PHOTO, Format.PNG, id="asked for"),
        pytest.param({"format": Output.AUTO, "frame": 0}, MOVING, Format.AVIF, id="a still by q"),
        pytest.param(
            {"format": Output.AUTO, "lossless": True}, PHOTO, Format.WEBP, id="lossless is no AVIF"
        ),
    ],
)
def test_a_format_that_was_asked_for(asked: dict[str, Any], facts: Facts, made: Format) -> None:
    assert planned(Transform(width=100, **asked), facts, BOTH).format is made


@pytest.mark.parametrize(
    ("asked", "facts", "made"),
    [
        pytest.param({"lossless": True}, PHOTO, Format.PNG, id="lossless"),
        pytest.param({"background": WHITE}, ALPHA, Format.JPEG, id="nothing stays clear"),
        pytest.param(
            {"background": replace(WHITE, alpha=9)}, ALPHA, Format.PNG, id="something stays clear"
        ),
        pytest.param({"frame": 1}, replace(MOVING, alpha=False), Format.JPEG, id="a still"),
    ],
)
def test_what_everybody_shows(asked: dict[str, Any], facts: Facts, made: Format) -> None:
    assert planned(Transform(width=100, format=Output.AUTO, **asked), facts).format is made


@pytest.mark.parametrize(
    ("asked", "made", "quality"),
    [
        pytest.param({}, Output.WEBP, 71, id="the settings'"),
        pytest.param({"quality": 33}, Output.WEBP, 33, id="asked for"),
        pytest.param(
            {"quality": 33, "qualities": ((Output.WEBP, 44),)}, Output.WEBP, 44, id="by format"
        ),
        pytest.param(
            {"quality": 33, "qualities": ((Output.AVIF, 44),)}, Output.WEBP, 33, id="another format"
        ),
        pytest.param({"quality": 33}, Output.PNG, 100, id="PNG has none"),
        pytest.param({"quality": 33}, Output.GIF, 100, id="nor has GIF"),
        pytest.param({"quality": 33, "lossless": True}, Output.AVIF, 100, id="lossless"),
        pytest.param({"lossless": True}, Output.JPEG, 70, id="JPEG is never lossless"),
        pytest.param(
            {"hints": frozenset({Hint.SAVE_DATA})}, Output.JPEG, 49, id="Save-Data lowers it"
        ),
        pytest.param(
            {"hints": frozenset({Hint.SAVE_DATA}), "quality": 1},
            Output.JPEG,
            1,
            id="not to nothing",
        ),
    ],
)
def test_quality(asked: dict[str, Any], made: Output, quality: int) -> None:
    assert planned(Transform(width=100, format=made, **asked), PHOTO).quality == quality


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            {"format": Output.WEBP}, {"format": Output.AUTO}, id="asked for, or named by Accept"
        ),
        pytest.param({"quality": 71}, {}, id="the settings' quality, said or not"),
        pytest.param({"qualities": ((Output.WEBP, 50),)}, {"quality": 50}, id="by format or not"),
        pytest.param({"progressive": False}, {}, id="only JPEG is progressive"),
        pytest.param({"frame": 0}, {}, id="the only frame"),
        pytest.param({"bars": WHITE, "background": WHITE}, {"background": WHITE}, id="normal form"),
    ],
)
def test_equal_pictures_have_one_key(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = (
        planned(Transform(**{"width": 100, "format": Output.WEBP, **asked}), PHOTO, ONLY_WEBP)
        for asked in (one, other)
    )
    assert first.canonical() == second.canonical()
    assert first == second


def test_lossless_is_kept_where_it_is_a_choice() -> None:
    for made, kept in ((Output.WEBP, True), (Output.AVIF, True), (Output.PNG, False)):
        found = planned(Transform(width=100, format=made, lossless=True), PHOTO)
        assert found.transform.lossless is kept


FITTING = Facts(format=Format.JPEG, width=400, height=300)
WEBP = replace(FITTING, format=Format.WEBP)


@pytest.mark.parametrize(
    ("facts", "accept", "stands"),
    [
        pytest.param(FITTING, None, True, id="fits in all"),
        pytest.param(replace(FITTING, width=200), None, False, id="another ratio"),
        pytest.param(replace(FITTING, metadata=True), None, False, id="holds metadata"),
        pytest.param(replace(FITTING, orientation=3), None, False, id="upside down"),
        pytest.param(FITTING, "image/webp", False, id="another type is wanted"),
        pytest.param(WEBP, "image/webp", True, id="WebP for WebP"),
        pytest.param(MOVING, None, True, id="a moving GIF"),
    ],
)
def test_the_original_stands_in(facts: Facts, accept: str | None, stands: bool) -> None:  # noqa: FBT001  # a table
    assert (plan(THUMBNAIL, facts, accept, IMAGES) is None) is stands


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        pytest.param({"width": 400}, True, id="one side"),
        pytest.param({"width": 900}, True, id="it is not enlarged"),
        pytest.param({"width": Share(100)}, True, id="all of it"),
        pytest.param({"format": Output.JPEG}, True, id="its own format"),
        pytest.param({"width": 400, "height": 300, "fit": Fit.PAD}, True, id="bars of nothing"),
        pytest.param({"width": 900, "enlarge": True}, False, id="enlarged"),
        pytest.param({"width": 400, "height": 400, "fit": Fit.PAD}, False, id="bars"),
        pytest.param({"padding": Edges(top=1)}, False, id="padding"),
        pytest.param({"format": Output.WEBP}, False, id="another format"),
        pytest.param({"quality": 80}, False, id="a quality"),
        pytest.param({"qualities": ((Output.JPEG, 80),)}, False, id="a quality of the format"),
        pytest.param({"max_bytes": 80}, False, id="a size in bytes"),
        pytest.param({"lossless": True}, False, id="lossless"),
        pytest.param({"crop": Crop()}, False, id="a crop, whatever of"),
        pytest.param({"rotate": 180.0}, False, id="turned"),
        pytest.param({"blur": 1.0}, False, id="a look"),
        pytest.param({"hints": frozenset({Hint.SAVE_DATA})}, False, id="Save-Data"),
    ],
)
def test_it_stands_in_only_where_nothing_else_is_asked(asked: dict[str, Any], stands: bool) -> None:  # noqa: FBT001  # a table
    transform = Transform(**{"format": Output.AUTO, **asked})
    assert (plan(transform, FITTING, None, IMAGES) is None) is stands


def test_a_moving_original_is_no_still() -> None:
    sequence = replace(MOVING, format=Format.AVIF)
    assert planned(Transform(format=Output.AVIF), sequence).format is Format.AVIF


@pytest.mark.parametrize(
    ("asked", "facts", "stands"),
    [
        pytest.param({}, FITTING, True, id="a JPEG"),
        pytest.param({"hints": frozenset({Hint.SAVE_DATA})}, FITTING, True, id="Save-Data"),
        pytest.param({}, MOVING, True, id="a moving GIF"),
        pytest.param({}, WEBP, False, id="not everybody shows it"),
        pytest.param({"format": Output.WEBP}, FITTING, False, id="a format was asked for"),
        pytest.param({"format": Output.SAME}, FITTING, False, id="its own was asked for"),
        pytest.param({"quality": 5}, FITTING, False, id="a quality was asked for"),
        pytest.param({"blur": 5.0}, FITTING, False, id="a look was asked for"),
        pytest.param({}, replace(FITTING, width=500), False, id="another size"),
        pytest.param({}, replace(FITTING, metadata=True), False, id="holds metadata"),
        pytest.param({}, replace(FITTING, orientation=2), False, id="mirrored"),
        pytest.param({}, replace(FITTING, whole=False), False, id="cut short"),
    ],
)
def test_a_larger_picture_gives_way(asked: dict[str, Any], facts: Facts, stands: bool) -> None:  # noqa: FBT001  # a table
    assert stands_in(replace(THUMBNAIL, **asked), facts, IMAGES) is stands


def test_an_svg_is_its_own_picture() -> None:
    drawing = Facts(format=Format.SVG, width=10**9, height=10**9, whole=False)
    assert plan(THUMBNAIL, drawing, BOTH, IMAGES) is None


def test_the_original_itself_is_never_judged() -> None:
    bomb = Facts(format=Format.PNG, width=50_000, height=50_000, whole=False)
    assert plan(ORIGINAL, bomb, BOTH, IMAGES) is None


def test_refusals() -> None:
    with pytest.raises(TooManyPixels):
        plan(THUMBNAIL, replace(PHOTO, width=50_000), None, IMAGES)
    with pytest.raises(TooManyFrames):
        plan(THUMBNAIL, replace(MOVING, frames=257), None, IMAGES)
    with pytest.raises(TooManyPixels):
        plan(THUMBNAIL, replace(MOVING, frames=256, width=2000, height=2000), None, IMAGES)
    with pytest.raises(NotDecodable):
        plan(THUMBNAIL, replace(PHOTO, whole=False), None, IMAGES)
    with pytest.raises(NotOffered):
        plan(Transform(frame=12), MOVING, None, IMAGES)
    with pytest.raises(NotOffered):
        plan(Transform(frame=1), PHOTO, None, IMAGES)
