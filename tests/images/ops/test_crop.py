"""The part that was asked for, of the upright picture and of the sized one."""

import pytest

from proxy.images.ops.crop import crop, cut
from proxy.model.geometry import Anchor, Crop
from tests.fakes.jobs import job, placed
from tests.fakes.pictures import BLUE, GREEN, RED, WHITE, quadrants


@pytest.mark.parametrize(
    ("gravity", "colour"),
    [
        (Anchor(0, 0), RED),
        (Anchor(1, 0), GREEN),
        (Anchor(0, 1), BLUE),
        (Anchor(1, 1), WHITE),
    ],
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_each_quarter(gravity: Anchor, colour: tuple[int, ...], mode: str) -> None:
    quarter = Crop(width=32, height=24, gravity=gravity)
    for step, job_of in (
        (crop, placed((64, 48), crop=quarter)),
        (cut, placed((64, 48), cut=quarter)),
    ):
        part = step(quadrants(mode=mode), job_of)
        assert part.size == (32, 24)
        assert part.convert("RGB").getcolors() == [(32 * 24, colour)]


def test_nothing_asked_is_the_picture_itself() -> None:
    image = quadrants()
    assert crop(image, placed((64, 48))) is image
    assert cut(image, placed((64, 48))) is image
    assert crop(image, job(crop=Crop(width=1))) is image  # nothing is in its place yet


def test_what_is_known_of_the_picture_stays() -> None:
    image = quadrants()
    image.info["icc_profile"] = b"profile"
    part = crop(image, placed((64, 48), crop=Crop(width=9)))
    assert part.info["icc_profile"] == b"profile"
    assert image.size == (64, 48)
