"""A transform has one way to be printed, and two that differ are never printed alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.transform import ORIGINAL, Fit, Transform


@pytest.mark.parametrize(
    ("transform", "is_original", "printed"),
    [
        pytest.param(ORIGINAL, True, "", id="nothing"),
        pytest.param(Transform(fit=Fit.INSIDE), True, "", id="a fit without a box is nothing"),
        pytest.param(Transform(width=400, height=300), False, "w=400,h=300,fit=cover", id="a box"),
        pytest.param(Transform(width=400, fit=Fit.INSIDE), False, "w=400,fit=inside", id="a width"),
        pytest.param(Transform(height=1), False, "h=1,fit=cover", id="a height"),
    ],
)
def test_canonical(transform: Transform, is_original: bool, printed: str) -> None:  # noqa: FBT001  # a column
    assert transform.is_original is is_original
    assert transform.canonical() == printed


SIDES = st.none() | st.integers(1, 16383)
TRANSFORMS = st.builds(Transform, width=SIDES, height=SIDES, fit=st.sampled_from(Fit))


@given(TRANSFORMS, TRANSFORMS)
def test_two_that_differ_are_never_printed_alike(one: Transform, other: Transform) -> None:
    same = one == other or (one.is_original and other.is_original)
    assert (one.canonical() == other.canonical()) is same
