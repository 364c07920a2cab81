"""Rows of text as columns: each as wide as its widest cell, the last as long as it likes."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

_WIDEST = 60  # cells; a longer one pushes its own row only
_GAP = "  "


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a line a row, without blanks at its end. Chinese is two cells wide."""
    every = [tuple(row) for row in rows]
    n_columns = max(map(len, every), default=0)
    widths = [
        max((cell_len(row[n]) for row in every if n < len(row) - 1), default=0)
        for n in range(n_columns)
    ]
    return [
        _GAP.join(
            cell + " " * (min(width, _WIDEST) - cell_len(cell))
            for cell, width in zip(row, widths, strict=False)
        ).rstrip()
        for row in every
    ]
