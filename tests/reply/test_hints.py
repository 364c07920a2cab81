"""Accept-CH: only where a picture is chosen by hints, and only the hints that need asking for."""

from dataclasses import replace

import pytest

from proxy.reply.hints import lines
from tests.reply.answers import ANSWER


@pytest.mark.parametrize(
    ("varies", "expected"),
    [
        pytest.param((), (), id="an original depends on none"),
        pytest.param(("Accept",), (), id="Accept is no client hint"),
        pytest.param(
            ("Accept", "Sec-CH-DPR", "Save-Data"),
            (("Accept-CH", "Sec-CH-DPR"),),
            id="Save-Data is sent unasked",
        ),
        pytest.param(
            ("Sec-CH-DPR", "Sec-CH-Width"), (("Accept-CH", "Sec-CH-DPR, Sec-CH-Width"),), id="both"
        ),
    ],
)
def test_lines(varies: tuple[str, ...], expected: tuple[tuple[str, str], ...]) -> None:
    assert lines(replace(ANSWER, varies=varies)) == expected
