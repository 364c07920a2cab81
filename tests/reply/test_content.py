"""What the body is said to be."""

from dataclasses import replace

import pytest

from proxy.reply.content import lines
from tests.reply.answers import ANSWER


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        pytest.param("image/png", (("Content-Type", "image/png"),), id="the type that was judged"),
        pytest.param("", (), id="no body, no type"),
        pytest.param("text/x\r\nSet-Cookie: a", (), id="never a line break"),
    ],
)
def test_lines(media_type: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert lines(replace(ANSWER, served=replace(ANSWER.served, media_type=media_type))) == expected
