"""A colour has one print."""

import pytest

from proxy.model.colour import Colour


@pytest.mark.parametrize(
    ("colour", "printed"),
    [
        pytest.param(Colour(255, 0, 170), "ff00aa", id="a colour that covers"),
        pytest.param(Colour(0, 0, 0, 0), "00000000", id="clear"),
        pytest.param(Colour(1, 2, 3, 254), "010203fe", id="not quite covering"),
    ],
)
def test_canonical(colour: Colour, printed: str) -> None:
    assert colour.canonical() == printed
