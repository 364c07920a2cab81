"""What the pixels decide: edges to trim, and the part worth keeping."""

from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from proxy.images.limits import Limits
from proxy.images.ops.job import Job
from proxy.images.settle import settle
from proxy.images.view import Pixels, View
from proxy.model.colour import Colour
from proxy.model.geometry import Anchor, Crop, Share, Smart
from proxy.model.transform import Trim
from tests.fakes.jobs import job
from tests.fakes.pictures import noise, quadrants

LIMITS = Limits(max_pixels=1_000_000, max_frames=8, deadline_s=1.0)


def busy(at: tuple[int, int], size: tuple[int, int] = (240, 160)) -> Image.Image:
    """Return a plain grey picture with 40 × 40 pixels of noise at a place."""
    image = Image.new("RGB", size, (120, 120, 120))
    image.paste(noise(40, 40), at)
    return image


def settled(image: Image.Image, reduced: int = 1, **asked: Any) -> tuple[Job, View]:  # noqa: ANN401  # fields
    size = image.width * reduced, image.height * reduced
    found = settle(image, job(**asked), Pixels(size=size, reduced=reduced), LIMITS)
    assert found.view is not None
    return found, found.view


def test_where_nothing_is_left_to_the_pixels_the_transform_stays() -> None:
    asked = job(width=32, crop=Crop(width=40), gravity=Anchor(0.0, 0.0))
    found = settle(quadrants(), asked, Pixels(size=(64, 48)), LIMITS)
    assert replace(found, view=None) == asked
    assert found.view is not None
    assert found.view.layout.size == (32, 38)


def test_trim_becomes_a_crop() -> None:
    image = Image.new("RGB", (100, 80), (9, 9, 9))
    image.paste(quadrants(), (10, 20))
    found, view = settled(image, trim=Trim())
    assert found.variant.transform.trim is None
    assert view.crop == (10, 20, 74, 68)


def test_a_crop_is_of_what_trim_left() -> None:
    image = Image.new("RGB", (100, 80), (9, 9, 9))
    image.paste(quadrants(), (10, 20))
    _, view = settled(image, trim=Trim(), crop=Crop(width=Share(50), height=10, x=-32, y=5))
    assert view.crop == (42, 25, 74, 35)


def test_trim_by_a_colour_that_is_not_there_keeps_all() -> None:
    _, view = settled(quadrants(), trim=Trim(colour=Colour(1, 2, 3)))
    assert view.crop == (0, 0, 64, 48)


@pytest.mark.parametrize("gravity", Smart)
@pytest.mark.parametrize("reduced", [1, 4])
def test_a_smart_crop_holds_what_is_busy(gravity: Smart, reduced: int) -> None:
    wanted = Crop(width=80 * reduced, height=80 * reduced, gravity=gravity)
    _, view = settled(busy((190, 110)), reduced, crop=wanted)
    assert view.crop is not None
    left, top, right, bottom = view.crop
    assert (right - left, bottom - top) == (80, 80)
    assert left >= 120
    assert top >= 60


@pytest.mark.parametrize("gravity", Smart)
@pytest.mark.parametrize(("at", "first"), [((0, 60), True), ((200, 60), False)])
def test_cover_keeps_what_is_busy(gravity: Smart, at: tuple[int, int], first: bool) -> None:  # noqa: FBT001  # a table
    found, view = settled(busy(at), width=80, height=80, gravity=gravity)
    left, _, right, _ = view.source
    assert right - left == 160
    assert (left < 40) is first
    assert isinstance(found.variant.transform.gravity, Anchor)


@pytest.mark.parametrize("gravity", Smart)
def test_cover_looks_at_the_picture_as_it_is_turned(gravity: Smart) -> None:
    _, view = settled(busy((200, 60)), width=80, height=80, rotate=90.0, gravity=gravity)
    assert view.source[0] == 0
    assert view.source[1] > 40  # what was right is now below


@pytest.mark.parametrize("gravity", Smart)
def test_a_smart_cut_holds_what_is_busy(gravity: Smart) -> None:
    cut = Crop(width=40, height=40, gravity=gravity)
    _, view = settled(busy((200, 120)), width=120, cut=cut)
    assert view.layout.size == (120, 80)
    assert view.layout.cut is not None
    left, top, right, bottom = view.layout.cut
    assert (right - left, bottom - top) == (40, 40)
    assert left >= 60
    assert top >= 30


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "CMYK"])
def test_any_mode_can_be_looked_at(mode: str) -> None:
    image = busy((200, 60)).convert(mode)
    _, view = settled(image, width=20, height=10, gravity=Smart.ATTENTION, trim=Trim())
    assert view.crop == (200, 60, 240, 100)
    assert view.layout.size == (20, 10)
