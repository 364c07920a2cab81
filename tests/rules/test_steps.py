"""Strangers get the next larger step, and the same step again for what is one already."""

import pytest
from hypothesis import given

from proxy.model.geometry import MAX_SIDE, Length, Share
from proxy.model.transform import ORIGINAL, Output, Transform
from proxy.rules.steps import stepped
from tests.fakes.transforms import transforms


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        pytest.param(None, None, id="an open side stays open"),
        pytest.param(1, 10, id="up, never to nothing"),
        pytest.param(480, 480, id="a step as it is"),
        pytest.param(481, 490, id="tens"),
        pytest.param(1000, 1000, id="the last of the tens"),
        pytest.param(1001, 1040, id="forties above"),
        pytest.param(1040, 1040, id="a step there"),
        pytest.param(MAX_SIDE, MAX_SIDE, id="never beyond the bound"),
        pytest.param(Share(33.333), Share(34.0), id="whole percents"),
        pytest.param(Share(50.0), Share(50.0), id="a whole percent"),
    ],
)
def test_sides(asked: Length | None, made: Length | None) -> None:
    assert stepped(Transform(width=asked)).width == made
    assert stepped(Transform(height=asked)).height == made


@pytest.mark.parametrize(
    ("asked", "made"),
    [
        pytest.param(1, 5, id="up"),
        pytest.param(75, 75, id="a step as it is"),
        pytest.param(96, 100, id="the best there is"),
        pytest.param(None, None, id="the settings' own"),
    ],
)
def test_qualities(asked: int | None, made: int | None) -> None:
    assert stepped(Transform(quality=asked)).quality == made


def test_a_formats_own_quality() -> None:
    asked = Transform(format=Output.AUTO, qualities=((Output.AVIF, 51), (Output.WEBP, 70)))
    assert stepped(asked).qualities == ((Output.AVIF, 55), (Output.WEBP, 70))


def test_the_original_has_no_steps() -> None:
    assert stepped(ORIGINAL) == ORIGINAL


@given(transforms())
def test_a_step_is_its_own_and_normal(transform: Transform) -> None:
    made = stepped(transform)
    assert stepped(made) == made
    assert made.normal() == made


def test_what_has_no_side_and_no_quality_is_not_copied() -> None:
    asked = Transform(greyscale=True)
    assert stepped(asked) is asked
