"""What browsers must not do with our answers."""

from dataclasses import replace

import pytest

from proxy.model.headers import Headers
from proxy.reply.security import lines, lines_for
from tests.reply.answers import ANSWER

PLAIN = "default-src 'none'; sandbox"
STYLED = "default-src 'none'; sandbox; style-src 'unsafe-inline'"


@pytest.mark.parametrize(
    ("media_type", "policy"),
    [
        pytest.param("image/png", PLAIN, id="a picture"),
        pytest.param("image/svg+xml", STYLED, id="SVG may style itself"),
        pytest.param("Image/SVG+XML; charset=utf-8", STYLED, id="SVG, written otherwise"),
        pytest.param("application/problem+json", PLAIN, id="a failure"),
        pytest.param("", PLAIN, id="no body"),
    ],
)
def test_lines_for(media_type: str, policy: str) -> None:
    assert lines_for(media_type) == (
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", policy),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Timing-Allow-Origin", "*"),
    )


def test_the_served_type_counts() -> None:
    answer = replace(ANSWER, served=replace(ANSWER.served, media_type="image/svg+xml"))
    assert Headers(lines(answer)).get("Content-Security-Policy") == STYLED
