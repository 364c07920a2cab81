"""Twin of proxy/dialects/toning.py: added, multiplied, contrasted, as two factors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.dialects.toning import Tone, offset

HALVES = st.floats(-0.45, 0.45)


@given(HALVES, st.floats(0.1, 1.0), st.floats(0.1, 1.0), st.floats(0.0, 1.0))
def test_the_factors_do_what_the_steps_do(
    added: float, brightness: float, contrast: float, value: float
) -> None:
    factors = Tone().added(added).multiplied(brightness).contrasted(contrast).factors()
    assert factors is not None
    steps = ((value + added) * brightness - 0.5) * contrast + 0.5
    assert (value * factors[0] - 0.5) * factors[1] + 0.5 == pytest.approx(
        steps, abs=0.006
    )  # thousandths of a factor of 10


def test_nothing_is_nothing() -> None:
    assert Tone().factors() == (1.0, 1.0)


@pytest.mark.parametrize("tone", [Tone().added(0.5), Tone().contrasted(0.0)])
def test_what_no_factors_can_do(tone: Tone) -> None:
    assert tone.factors() is None


@given(HALVES)
def test_what_was_added_is_found_again(added: float) -> None:
    factors = Tone().added(added).factors()
    assert factors is not None
    assert offset(*factors) == pytest.approx(added, abs=0.001)


def test_factors_that_do_more_add_nothing() -> None:
    assert offset(2.0, 1.0) is None
