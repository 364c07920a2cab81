"""What an answer depends on."""

from dataclasses import replace

import pytest

from proxy.reply.vary import lines, lines_for
from proxy.settings import Access
from tests.reply.answers import ALL, ANSWER, LISTED


@pytest.mark.parametrize(
    ("access", "negotiated", "expected"),
    [
        pytest.param(ALL, False, (), id="nothing: no line"),
        pytest.param(ALL, True, (("Vary", "Accept"),), id="a format chosen by Accept"),
        pytest.param(LISTED, False, (("Vary", "Origin"),), id="listed readers, whoever asks"),
        pytest.param(LISTED, True, (("Vary", "Accept, Origin"),), id="both, in one line"),
    ],
)
def test_lines(access: Access, negotiated: bool, expected: tuple[tuple[str, str], ...]) -> None:  # noqa: FBT001  # a table's column
    assert lines(replace(ANSWER, access=access, negotiated=negotiated)) == expected


def test_lines_for_a_preflight() -> None:
    assert lines_for(LISTED, "X", "Y") == (("Vary", "X, Y, Origin"),)
