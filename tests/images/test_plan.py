"""Which picture is made: the contract's "Never enlarged" and "Negotiation" as tables."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import NotDecodable, TooManyFrames, TooManyPixels
from proxy.images.plan import plan
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import ORIGINAL, Fit, Transform
from proxy.settings import Images, Qualities

IMAGES = Images(quality=Qualities(jpeg=70, webp=71, avif=50))
BOTH = "image/avif,image/webp,*/*"
PHOTO = Facts(format=Format.JPEG, width=4000, height=3000)
ALPHA = Facts(format=Format.PNG, width=4000, height=3000, alpha=True)
MOVING = Facts(format=Format.GIF, width=400, height=300, frames=12, alpha=True)
THUMBNAIL = Transform(width=400, height=300)


def planned(transform: Transform, facts: Facts, accept: str | None = None) -> Variant:
    found = plan(transform, facts, accept, IMAGES)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("box", "fit", "upright", "size"),
    [
        pytest.param((400, 300), Fit.COVER, (4000, 3000), (400, 300), id="same ratio"),
        pytest.param((400, 300), Fit.COVER, (900, 420), (400, 300), id="wider is cut"),
        pytest.param((400, 300), Fit.COVER, (200, 200), (200, 150), id="the contract's example"),
        pytest.param((400, 300), Fit.COVER, (300, 2000), (300, 225), id="narrower than the box"),
        pytest.param((400, 300), Fit.COVER, (940, 2), (3, 2), id="a strip"),
        pytest.param((400, 300), Fit.COVER, (1, 1), (1, 1), id="one pixel"),
        pytest.param((900, 420), Fit.COVER, (900, 420), (900, 420), id="exactly the box"),
        pytest.param((400, 300), Fit.INSIDE, (4000, 2000), (400, 200), id="inside, wide"),
        pytest.param((400, 300), Fit.INSIDE, (1000, 3000), (100, 300), id="inside, tall"),
        pytest.param((400, 300), Fit.INSIDE, (200, 100), (200, 100), id="inside, small enough"),
        pytest.param((400, 300), Fit.INSIDE, (9000, 2), (400, 1), id="never below one"),
        pytest.param((400, None), Fit.COVER, (4000, 3000), (400, 300), id="height follows"),
        pytest.param((None, 300), Fit.INSIDE, (4000, 3000), (400, 300), id="width follows"),
        pytest.param((400, None), Fit.COVER, (200, 100), (200, 100), id="one side, not enlarged"),
        pytest.param((500, None), Fit.COVER, (600, 30_000), (328, 16383), id="max_side"),
    ],
)
def test_size(
    box: tuple[int | None, int | None], fit: Fit, upright: tuple[int, int], size: tuple[int, int]
) -> None:
    transform = Transform(width=box[0], height=box[1], fit=fit)
    facts = Facts(format=Format.PNG, width=upright[0], height=upright[1])
    found = planned(transform, facts)
    assert (found.width, found.height) == size


def test_size_is_of_the_upright_picture() -> None:
    turned = replace(PHOTO, width=300, height=1000, orientation=6)
    found = planned(Transform(width=500), turned)
    assert (found.width, found.height) == (500, 150)


SIDE = st.integers(1, 7000)


@given(
    box=st.tuples(SIDE | st.none(), SIDE | st.none()).filter(any),
    fit=st.sampled_from(Fit),
    width=SIDE,
    height=SIDE,
)
def test_never_enlarged_never_empty(
    box: tuple[int | None, int | None], fit: Fit, width: int, height: int
) -> None:
    transform = Transform(width=box[0], height=box[1], fit=fit)
    found = planned(transform, Facts(format=Format.BMP, width=width, height=height))
    assert 1 <= found.width <= min(width, IMAGES.max_side)
    assert 1 <= found.height <= min(height, IMAGES.max_side)
    assert found.width <= (box[0] or width)
    assert found.height <= (box[1] or height)


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
    found = planned(Transform(width=100, height=75), facts, accept)
    assert (found.format, found.quality) == made


def test_only_formats_of_the_settings_are_candidates() -> None:
    found = plan(THUMBNAIL, PHOTO, BOTH, Images(formats=("webp",)))
    assert found is not None
    assert found.format is Format.WEBP
    assert plan(THUMBNAIL, replace(MOVING, width=800), BOTH, Images(formats=())) == Variant(
        transform=THUMBNAIL, format=Format.GIF, width=400, height=300, quality=100
    )


FITTING = Facts(format=Format.JPEG, width=400, height=300)


@pytest.mark.parametrize(
    ("facts", "accept", "stands"),
    [
        pytest.param(FITTING, None, True, id="fits in all"),
        pytest.param(replace(FITTING, width=200), None, False, id="another ratio"),
        pytest.param(replace(FITTING, metadata=True), None, False, id="holds metadata"),
        pytest.param(replace(FITTING, orientation=3), None, False, id="upside down"),
        pytest.param(FITTING, "image/webp", False, id="another type is wanted"),
        pytest.param(replace(FITTING, format=Format.WEBP), "image/webp", True, id="WebP for WebP"),
        pytest.param(MOVING, None, True, id="a moving GIF"),
    ],
)
def test_the_original_stands_in(facts: Facts, accept: str | None, stands: bool) -> None:  # noqa: FBT001  # a table
    assert (plan(THUMBNAIL, facts, accept, IMAGES) is None) is stands


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
