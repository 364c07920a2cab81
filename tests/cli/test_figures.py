"""Figures as people read them."""

import pytest

from proxy.cli.figures import counted, share, size, span, visible


@pytest.mark.parametrize(
    ("n_bytes", "said"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (3 << 19, "1.5 MiB"),
        (10 << 30, "10.0 GiB"),
        (5000 << 40, "5000.0 TiB"),
    ],
)
def test_size(n_bytes: int, said: str) -> None:
    assert size(n_bytes) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0s"), (-5, "0s"), (59.9, "59s"), (60, "1m"), (7199, "1h"), (86400 * 30, "30d")],
)
def test_span(seconds: float, said: str) -> None:
    assert span(seconds) == said


def test_counts_and_shares() -> None:
    assert [counted(n, "picture") for n in (0, 1, 1234)] == [
        "0 pictures",
        "1 picture",
        "1,234 pictures",
    ]
    assert share(1, 3) == "33.3 %"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://h/中文", "http://h/中文"),
        ("\x1b[2J\n", "\\x1b[2J\\n"),
        ("\udce9", "\\udce9"),
        ("\u202e", "\\u202e"),
    ],
)
def test_visible(text: str, said: str) -> None:
    assert visible(text) == said
