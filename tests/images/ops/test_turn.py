"""Quarters and mirrors are exact; other angles are not this step's."""

from typing import Any

import pytest

from proxy.images.ops.turn import turn
from tests.fakes.jobs import job
from tests.fakes.pictures import BLUE, GREEN, RED, WHITE, alike, corners, quadrants, saved


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param({"rotate": 90.0}, (BLUE, RED, WHITE, GREEN), id="clockwise"),
        pytest.param({"rotate": 180.0}, (WHITE, BLUE, GREEN, RED), id="half way round"),
        pytest.param({"rotate": 270.0}, (GREEN, WHITE, RED, BLUE), id="back"),
        pytest.param({"mirror": True}, (GREEN, RED, WHITE, BLUE), id="mirrored"),
        pytest.param(
            {"mirror": True, "rotate": 90.0}, (WHITE, GREEN, BLUE, RED), id="mirrored, then turned"
        ),
        pytest.param(
            {"mirror": True, "rotate": 180.0}, (BLUE, WHITE, RED, GREEN), id="upside down"
        ),
    ],
)
def test_turn(asked: dict[str, Any], found: tuple[tuple[int, ...], ...]) -> None:
    turned = turn(quadrants(), job(**asked))
    assert turned.size == ((48, 64) if asked.get("rotate") in (90.0, 270.0) else (64, 48))
    assert all(map(alike, corners(saved(turned, "PNG")), found))


def test_other_angles_wait_until_the_picture_is_sized() -> None:
    image = quadrants()
    assert turn(image, job(rotate=45.0)) is image
