"""How soon ``image-proxy`` is there: its help beside a bare cyclopts', and a server over its store.

    python bench/start.py [--objects 100000] [--rounds 9]

All are measured in turn, round by round; medians, with the quartiles. Exits 1 where the service
is not ready in 1 s, the hit it is asked for at once included, or help takes more than 1.5 times a
bare one of cyclopts (issue 6). The store is written once, into ``bench/.work``.

What is installed is what is measured. ``pip install -e`` leaves our modules without bytecode; where
PYTHONDONTWRITEBYTECODE is set, too, each start compiles them anew: some 0.2 s.
"""
# a folder of programs

import argparse
import asyncio
import importlib.util
import io
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from PIL import Image
from service import PROGRAM, ROOT, SUPERVISOR, WORK, running
from stock import address, fill

from proxy import cli

READY_S, HELP_RATIO = 1.0, 1.5
OURS, BARE, CROWDED = "our help", "bare cyclopts", "with our commands"
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")

Figures = dict[str, list[float]]


def measure(objects: Sequence[int], rounds: int) -> Figures:
    """Return seconds by what took them."""
    figures: Figures = defaultdict(list)
    bare = [sys.executable, str(ROOT / "bench" / "bare.py")]
    helps = {
        OURS: [str(PROGRAM), "--help"],
        BARE: [*bare, "0"],
        CROWDED: [*bare, str(len(cli.COMMANDS))],
    }
    for command in helps.values():
        _run(command)  # once uncounted: its files are in memory then
    for _ in range(rounds):
        for name, command in helps.items():
            wall_s, cpu_s = _run(command)
            figures[name].append(wall_s)
            figures[f"{name}, processor"].append(cpu_s)
        for n_objects in objects:
            _start(n_objects, figures)
    return figures


def _run(command: Sequence[str]) -> tuple[float, float]:
    """Return the seconds a command takes, by the clock and of a processor."""
    used, began = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  # our own
    wall_s, now = time.perf_counter() - began, os.times()
    return wall_s, now[2] + now[3] - used[2] - used[3]


def _start(n_objects: int, figures: Figures) -> None:
    """Start a service over so many objects, ask it at once, and end it."""
    named = f"{n_objects:,} objects"
    with running(_store(n_objects), {}) as service:
        figures[f"ready, {named}"].append(service.first_answer("/-/ready"))
        if n_objects:
            status, answer = service.ask(f"/?{address(n_objects // 2)}")
            if status != 200 or b"hit" not in answer:  # noqa: PLR2004  # OK
                raise SystemExit(f"no hit but {answer[:500]!r}")
            figures[f"first hit, {named}"].append(time.perf_counter() - service.began)
        used = sum(_cpu_s(size.pid) for size in service.sizes() if size.role == SUPERVISOR)
        figures[f"supervisor, {named}, processor"].append(used)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK_S


def _store(n_objects: int) -> Path:
    """Return a store's directory; it is filled where it does not hold so many."""
    directory = WORK / f"start-{n_objects}"
    if _held(directory / "index.sqlite3") != n_objects:
        shutil.rmtree(directory, ignore_errors=True)
        print(f"filling a store of {n_objects:,}", file=sys.stderr)
        asyncio.run(fill(directory, _picture(), n_objects))
    return directory


def _held(index: Path) -> int | None:
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{index.as_uri()}?mode=ro", uri=True)) as c,
    ):
        held: int = c.execute("SELECT originals FROM totals").fetchone()[0]
        return held
    return None


def _picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 48), "steelblue").save(written, "JPEG")
    return written.getvalue()


def _missed(figures: Figures) -> list[str]:
    """Print what was measured; return what is above its bound."""
    medians = {name: statistics.median(taken) for name, taken in figures.items()}
    missed = []
    for name, taken in figures.items():
        low, middle, high = statistics.quantiles(taken, n=4) if len(taken) > 1 else taken * 3
        print(f"{name:40}{middle:7.3f} s   {low:.3f} to {high:.3f}")
        if name.startswith(("ready", "first hit")) and middle >= READY_S:
            missed.append(f"{name}: {middle:.3f} s, not below {READY_S:g} s")
    for by in ("", ", processor"):
        ratio = medians[OURS + by] / medians[BARE + by]
        fair = medians[OURS + by] / medians[CROWDED + by]
        print(f"help{by}: {ratio:.2f} × bare, {fair:.2f} × bare with as many commands")
        if ratio > HELP_RATIO:
            missed.append(f"help{by}: {ratio:.2f} × bare, above {HELP_RATIO:g} ×")
    return missed


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--objects", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    WORK.mkdir(exist_ok=True)
    objects = (0, given.objects)
    for n_objects in objects:
        _store(n_objects)
    compiled = Path(importlib.util.cache_from_source(str(Path(cli.__file__)))).exists()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores,", end=" ")
    print(f"bytecode of ours: {'there' if compiled else 'none'}")
    missed = _missed(measure(objects, given.rounds))
    for line in missed:
        print("missed:", line)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
