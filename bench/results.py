"""Tables of what was measured: medians with their spread, ratios first, the machine named.

    python bench/results.py     puts the parts together as bench/RESULTS.md

Each program of the bench leaves its part under ``bench/.work/parts``; a part that was not measured
is not in the results.
"""
# a folder of programs

import math
import os
import platform
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK = ROOT / "bench" / ".work"
PARTS = WORK / "parts"
RESULTS = ROOT / "bench" / "RESULTS.md"
ORDER = ("hits", "busy", "misses", "growth")  # parts by name, as the results show them
_FEW = 2  # rounds: fewer have no spread


def median(values: Iterable[float]) -> float:
    """Return the median of the rounds."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> float:
    """Return how far the middle half of the rounds lies apart, as a share of the median."""
    if len(values) < _FEW:
        return 0.0
    first, middle, third = statistics.quantiles(values, n=4, method="inclusive")
    return (third - first) / middle if middle else 0.0


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """Return the median of the rounds' ratios and its spread: a round's two stood side by side."""
    found = [one / other for one, other in zip(ours, theirs, strict=True) if other]
    return (median(found), spread(found)) if found else (float("nan"), 0.0)


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, text: int = 1) -> str:
    """Return a Markdown table; columns after the first ``text`` stand to the right."""
    lines = [heads, ["---"] * text + ["--:"] * (len(heads) - text), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def verdict(*, what: str, found: float, bound: float, at_most: bool = True, unit: str = "×") -> str:
    """Return the line that says whether a figure of the issue is met; NaN was not measured."""
    sign = "≤" if at_most else "≥"
    start = f"| {what} | {sign} {bound:g} {unit} | "
    if math.isnan(found):
        return f"{start} | not measured |"
    met = found <= bound if at_most else found >= bound
    return f"{start}{found:.2f} {unit} | {'met' if met else '**short**'} |"


def verdicts(lines: Iterable[str]) -> str:
    """Return the table of ``verdict`` lines."""
    return "\n".join(["| figure | bound | found | |", "|---|--:|--:|---|", *lines]) + "\n"


def machine(versions: Mapping[str, str]) -> str:
    """Return a paragraph that names the machine and what was compared."""
    text = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", text)
    load = os.getloadavg()[0]
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    named = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {total:.0f} GiB, "
        f"Linux {platform.release()}, Python {platform.python_version()}; load average at the end "
        f"{load:.1f}. {named}.\n"
    )


def version_of(command: Sequence[str], pattern: str) -> str:
    """Return what a program says of its version: the pattern's first group."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own list
    found = re.search(pattern, done.stdout + done.stderr)
    return found[1] if found else "?"


def write_part(name: str, text: str) -> None:
    """Keep a program's part until the results are put together."""
    PARTS.mkdir(parents=True, exist_ok=True)
    (PARTS / f"{name}.md").write_text(text)


def main() -> int:
    """Put the parts together."""
    parts = [PARTS / f"{name}.md" for name in ORDER]
    found = [part.read_text().strip() for part in parts if part.exists()]
    RESULTS.write_text(
        "# How we compare\n\n`make bench` writes this.\n\n" + "\n\n".join(found) + "\n"
    )
    sys.stdout.write(f"{RESULTS}: {', '.join(part.stem for part in parts if part.exists())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
