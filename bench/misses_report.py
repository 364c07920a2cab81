"""What the measuring of misses came to, as a part of the results."""
# a folder of programs

import statistics
from collections.abc import Mapping, Sequence

from report import FORMS, SAME_BYTES, SAME_SSIM, Line
from results import machine, median, ratio, spread, table, verdict, verdicts

Costs = Mapping[int, list[tuple[float, float]]]  # by id(line): seconds of one picture, by round
EACH, IPX, THUMBOR = 0.8, 0.95, 1.1  # issue 6, figure 3
_OURS = "ours"


def report(
    lines: list[Line], costs: Costs, versions: Mapping[str, str], skipped: Mapping[str, str]
) -> tuple[str, bool]:
    """Return the part in Markdown, and whether a figure falls short."""
    ratios = {
        (line.source, line.form, line.setup): _ratio(lines, costs, line)
        for line in lines
        if line.setup != _OURS
    }
    said = list(_verdicts(ratios))
    text = "## Misses\n\nFetch, thumbnail (400 × 300 cover) and answer, each picture for the first "
    text += "time, on one core at equal quality.\nRatios are pictures a second of a core: ours to "
    text += "the peer's; over 1 ours is faster.\n\n"
    text += verdicts(said) + "\n" + _means(ratios) + "\n" + _table(lines, costs, ratios)
    text += "\n✗: not within 5 % of our bytes at an SSIM within 0.005. *making*: the share of our "
    text += "picture workers. *ours by libvips*: the service itself, pyvips in the worker's making "
    text += "(`servers/ours_vips.py`).\nimgproxy is not here: the Go module proxy of this machine "
    text += "refuses its module; imagor is libvips behind Go, too.\n"
    text += "".join(f"Without {name}: {why}.\n" for name, why in skipped.items())
    return text + "\n" + machine(versions), any("short" in line for line in said)


def _ratio(lines: Sequence[Line], costs: Costs, line: Line) -> tuple[float, float]:
    ours = next(
        one for one in lines if (one.setup, one.source, one.form) == (_OURS, line.source, line.form)
    )
    return ratio(_seconds(costs, line), _seconds(costs, ours))


def _seconds(costs: Costs, line: Line) -> list[float]:
    return [whole for whole, _ in costs[id(line)]]


def _verdicts(ratios: Mapping[tuple[str, str, str], tuple[float, float]]) -> Sequence[str]:
    found = []
    for peer, mean in (("ipx", IPX), ("thumbor", THUMBOR)):
        mine = {key: value[0] for key, value in ratios.items() if key[2] == peer}
        least = min(mine, key=lambda key: mine[key], default=None)
        where = "" if least is None else f" (least: {least[0]} to {least[1]})"
        worst = float("nan") if least is None else mine[least]
        found.append(verdict(what=f"each of {peer}{where}", found=worst, bound=EACH, at_most=False))
        average = statistics.geometric_mean(mine.values()) if mine else float("nan")
        found.append(
            verdict(what=f"geometric mean of {peer}", found=average, bound=mean, at_most=False)
        )
    return found


def _means(ratios: Mapping[tuple[str, str, str], tuple[float, float]]) -> str:
    rows = []
    for peer in dict.fromkeys(key[2] for key in ratios):
        by_form = [
            [value[0] for key, value in ratios.items() if (key[2], key[1]) == (peer, form)]
            for form in FORMS
        ]
        rows.append(
            [peer, *(f"{statistics.geometric_mean(one):.2f}" if one else "–" for one in by_form)]
        )
    return table(["ours to, on the geometric mean", *FORMS], rows)


def _table(
    lines: Sequence[Line],
    costs: Costs,
    ratios: Mapping[tuple[str, str, str], tuple[float, float]],
) -> str:
    rows = []
    for line in lines:
        ours = next(
            one
            for one in lines
            if (one.setup, one.source, one.form) == (_OURS, line.source, line.form)
        )
        share = line.n_bytes / ours.n_bytes - 1
        alike = abs(share) <= SAME_BYTES and abs(line.ssim - ours.ssim) <= SAME_SSIM
        seconds = _seconds(costs, line)
        making = median(worker / whole for whole, worker in costs[id(line)])
        times = ratios.get((line.source, line.form, line.setup))
        rows.append(
            [
                line.source,
                line.form,
                line.setup,
                "" if times is None else f"{times[0]:.2f} ({times[1]:.0%})",
                f"{1 / median(seconds):.1f}",
                f"{median(seconds) * 1e3:.1f}",
                f"{spread(seconds):.0%}",
                f"{making:.0%}" if making else "",
                line.quality,
                f"{line.ssim:.4f}",
                f"{line.n_bytes} ({share:+.1%}){'' if alike else ' ✗'}",
            ]
        )
    heads = ["source", "to", "by", "ours to it", "a second", "ms", "spread", "making"]
    return table([*heads, "quality", "SSIM", "bytes"], rows, text=3)
