"""The plot of how hits grow: processor time and hits a second along objects, connections, bytes."""
# a folder of programs

from collections.abc import Sequence
from typing import Protocol

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from results import ROOT, median

PLOT = ROOT / "bench" / "growth.svg"
TITLES = {
    "objects": "objects, 4 KB each",
    "connections": "connections, 25 KB",
    "bytes": "bytes of a picture",
}
LOOKS = (("ours", "#c2410c", "o"), ("nginx static", "#1d4ed8", "s"))


class Measured(Protocol):
    """One peer at one size of one thing."""

    along: str
    at: int
    peer: str

    @property
    def cpu_us(self) -> list[float]:
        """Return the microseconds of processor time a hit."""

    @property
    def rates(self) -> list[float]:
        """Return the hits a second."""


def draw(points: Sequence[Measured]) -> None:
    """Write the plot."""
    figure = Figure(figsize=(12, 7), layout="constrained")
    places = figure.subplots(2, len(TITLES), squeeze=False, sharex="col", sharey="row")
    for column, along in enumerate(TITLES):
        found = [point for point in points if point.along == along]
        _line(places[0][column], {point: point.cpu_us for point in found})
        _line(places[1][column], {point: point.rates for point in found})
        places[1][column].set_xlabel(TITLES[along])
        places[1][column].xaxis.set_major_formatter(_short)
    places[0][0].set_ylabel("processor time a hit, µs")
    places[1][0].set_ylabel("hits a second, one core")
    if points:
        places[0][-1].legend()
    figure.suptitle("How hits grow: one worker on one core, every picture as likely as the other")
    figure.savefig(PLOT, metadata={"Date": None})


def _line(axes: Axes, found: dict[Measured, list[float]]) -> None:
    """Draw each peer's line: the median, and from the least round to the most."""
    for name, colour, mark in LOOKS:
        mine = [point for point in found if point.peer == name]
        if not mine:
            continue
        at = [point.at for point in mine]
        axes.fill_between(
            at,
            [min(found[x]) for x in mine],
            [max(found[x]) for x in mine],
            alpha=0.15,
            color=colour,
        )
        middles = [median(found[point]) for point in mine]
        axes.plot(at, middles, marker=mark, color=colour, label=name)
    axes.set_xscale("log")
    axes.set_yscale("log")  # one scale a row: what is flat looks flat
    axes.yaxis.set_major_formatter(_short)
    axes.grid(visible=True, which="both", alpha=0.25)


def _short(value: float, _place: int | None = None) -> str:
    """Return a number as an axis shows it: 25 k, 8 M."""
    for unit, letter in ((1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:g}{letter}"
    return f"{value:g}"
