"""Columns line up whatever the script, and the last is not padded."""

import pytest
from rich.cells import cell_len

from proxy.cli.columns import columns


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([("a", "b"), ("ccc", "d")], ["a    b", "ccc  d"], id="by the widest"),
        pytest.param([("中", "b"), ("ccc", "d")], ["中   b", "ccc  d"], id="Chinese is wide"),
        pytest.param([("a", "b" * 99), ("c", "d")], ["a  " + "b" * 99, "c  d"], id="a long last"),
        pytest.param([("a", "")], ["a"], id="an empty last"),
    ],
)
def test_columns(rows: list[tuple[str, ...]], lines: list[str]) -> None:
    assert columns(rows) == lines


def test_a_very_long_cell_pushes_its_own_row_only() -> None:
    first, second = columns([("a" * 99, "b"), ("c", "d")])
    assert first == "a" * 99 + "  b"
    assert cell_len(second) == 60 + 2 + 1
