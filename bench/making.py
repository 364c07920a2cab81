"""Pictures a processor's second: ours, sharp's and libvips', at equal quality and size.

    python bench/making.py [--rounds 9] [--cpu 1]

Wants the extra ``bench`` and npm; sharp is installed into ``bench/.work`` at the first run. Writes
``bench/RESULTS-making.md``; exits 1 below the figures of issue 4. Ask when nothing else runs.

Each engine's quality is searched first: the one whose thumbnail is as like the floating-point
reference as ours at its default quality (SSIM within 0.005), of these the nearest in bytes.
"""
# a folder of programs

import argparse
import os
import shutil
import statistics
import subprocess
import sys

from engine import Engine
from matching import matched
from reference import covers, pixels, ssim
from report import FORMS, Line, report, short
from sources import ROOT, sources

WORK = ROOT / "bench" / ".work"
RESULTS = ROOT / "bench" / "RESULTS-making.md"
SHARP = "0.35.5"
BOX = (400, 300)
OUR_QUALITY = 80  # the settings' default for both
ROUND_S = 0.4  # each engine works so long a round
# A name → the engine's process and what it is told. "fast" writes as the library does by default.
SETUPS = {
    "ours": ("ours", ""),
    "sharp": ("sharp", "fast"),
    "sharp, written as ours": ("sharp", ""),
    "libvips": ("vips", "fast"),
    "libvips, written as ours": ("vips", ""),
}


class Bench:
    """The running engines, and the originals as files."""

    def __init__(self, cpu: int) -> None:
        WORK.mkdir(exist_ok=True)
        self.engines = engines(cpu)
        self.originals = sources()
        self.wanted = {name: covers(pixels(data), *BOX) for name, data in self.originals.items()}
        self.paths = {name: WORK / f"{number}.in" for number, name in enumerate(self.originals)}
        for name, path in self.paths.items():
            path.write_bytes(self.originals[name])

    def close(self) -> None:
        """End the engines."""
        for engine in self.engines.values():
            engine.close()

    def lines(self, setups: list[str]) -> list[Line]:
        """Return a line for each setup, source and format, its quality found."""
        found = []
        for source in self.originals:
            for form in FORMS:
                ours = self._try("ours", source, form, OUR_QUALITY)
                found += [ours] if "ours" in setups else []
                others = [setup for setup in setups if setup != "ours"]
                found += [self._matched(setup, ours) for setup in others]
        return found

    def time(self, line: Line, n: int) -> float:
        """Have a line's picture made ``n`` times and return the seconds of one."""
        return self._ask(line.setup, line.source, line.form, line.quality, n)[0]

    def two(self, source: str, form: str, setup: str) -> float:
        """Return the seconds ours needs for two presets, ``setup`` says how."""
        path, out = self.paths[source], WORK / "out"
        made = self.engines["ours"].make(
            path, form=form, quality=OUR_QUALITY, setup=setup, n=3, out=out
        )
        return made.seconds

    def _matched(self, setup: str, ours: Line) -> Line:
        """Return the line of the quality that is as good as ours."""
        return matched(lambda quality: self._try(setup, ours.source, ours.form, quality), ours)

    def _try(self, setup: str, source: str, form: str, quality: int) -> Line:
        _, data = self._ask(setup, source, form, quality, 1)
        found = pixels(data)
        if found.shape[1::-1] != BOX:
            raise ValueError(f"{setup} made {found.shape}")
        likeness = max(ssim(found, wanted) for wanted in self.wanted[source])
        return Line(setup, source, form, quality, likeness, len(data))

    def _ask(self, setup: str, source: str, form: str, quality: int, n: int) -> tuple[float, bytes]:
        name, told = SETUPS[setup]
        made = self.engines[name].make(
            self.paths[source], form=form, quality=quality, setup=told, n=n, out=WORK / "out"
        )
        return made.seconds, made.data


def engines(cpu: int) -> dict[str, Engine]:
    """Return the running engines, each with one thread."""
    node = WORK / "node"
    if not (node / "node_modules" / "sharp").exists():
        node.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm") or sys.exit("npm is not here")
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(node)]
        subprocess.run([*command, f"sharp@{SHARP}"], check=True)  # noqa: S603  # the registry's own
    place = ROOT / "bench" / "engines"
    commands: dict[str, tuple[list[str], dict[str, str]]] = {
        "ours": ([sys.executable, str(place / "ours.py")], {}),
        "sharp": (["node", str(place / "sharp.cjs")], {"NODE_PATH": str(node / "node_modules")}),
        "vips": ([sys.executable, str(place / "vips.py")], {"VIPS_CONCURRENCY": "1"}),
    }
    return {name: Engine(command, cpu=cpu, env=env) for name, (command, env) in commands.items()}


def measure(bench: Bench, lines: list[Line], rounds: int) -> None:
    """Fill in each line's seconds and memory: a turn each, again and again."""
    turns = {}
    for line in lines:
        engine = bench.engines[SETUPS[line.setup][0]]
        engine.peak_bytes()
        turns[id(line)] = max(1, round(ROUND_S / bench.time(line, 2)))
        line.peak_bytes = engine.peak_bytes()
    for number in range(rounds):
        for line in lines[:: -1 if number % 2 else 1]:  # nobody always comes after the same one
            line.seconds.append(bench.time(line, turns[id(line)]))
        sys.stderr.write(f"round {number + 1} of {rounds}\n")


def two_of_one(bench: Bench, rounds: int) -> dict[tuple[str, str], float]:
    """Return how many times faster two presets of one decode are than of two, by source, form."""
    found = {}
    for source in bench.originals:
        for form in FORMS:
            ratios = [
                bench.two(source, form, "two of two decodes")
                / bench.two(source, form, "two of one decode")
                for _ in range(rounds)
            ]
            found[source, form] = statistics.median(ratios)
    return found


def main() -> int:
    """Measure, write the results and say what falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cpu", type=int, default=max(os.sched_getaffinity(0)))
    told = parser.parse_args()
    bench = Bench(told.cpu)
    try:
        lines = bench.lines(list(SETUPS))
        measure(bench, lines, told.rounds)
        two = two_of_one(bench, told.rounds)
    finally:
        bench.close()
    text = report(lines, two)
    missed = short(lines, two)
    text += "\n" + "\n".join(f"- short: {one}" for one in missed or ["of nothing"]) + "\n"
    RESULTS.write_text(text)
    sys.stdout.write(text)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
