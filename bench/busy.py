"""How late a hit is while both cores make pictures: the p99 readers feel, beside the idle one.

    python bench/busy.py [--rounds 5] [--seconds 5]

Ours alone, with default settings: a server process and a picture worker a core, nothing pinned. The
hits are asked by 64 readers, each about every 50 ms, so that what is timed is an answer and not
wrk's own queue; and then by 64 that ask as soon as they can. Meanwhile a stream of thumbnails
nobody has asked for before keeps the picture workers busy. Exits 1 above the figure of issue 6.
"""
# a folder of programs

import argparse
import itertools
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import load
from ask import ask
from heads import BROWSER, request
from load import Load
from peers import ours
from results import machine, median, spread, table, verdict, verdicts, write_part
from stand import OK, Asked, Running, Stand, put_script

HITS = Asked(original="25k.jpg")
LARGE = ("jpeg-12-mp.jpg", "png-2000x1500.png")
PACE_MS = 50
WAITING = 6  # thumbnails asked for at one time: more than there are workers
TIMES, OR_MS = 5, 20


class Stream:
    """Thumbnails of large originals, each asked for once."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._next = itertools.count(1)
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self.made = 0

    @contextmanager
    def flowing(self) -> Iterator[None]:
        """Ask as long as the block lasts; RuntimeError where an answer is none."""
        self._ended.clear()
        with ThreadPoolExecutor(WAITING) as pool:
            asking = [pool.submit(self._ask) for _ in range(WAITING)]
            try:
                yield
            finally:
                self._ended.set()
        for one in asking:
            one.result()

    def _ask(self) -> None:
        while not self._ended.is_set():
            number = next(self._next)
            path = f"/{LARGE[number % len(LARGE)]}/{number}.x"
            wanted = request(ours.thumbnail(path), BROWSER, host="127.0.0.1")
            answer = ask(self._running.place.port, wanted)
            if answer.status != OK:
                raise RuntimeError(f"{path}: {answer.status} {answer.body[:200]!r}")
            with self._lock:
                self.made += 1


@dataclass(slots=True)
class Line:
    """The runs of one way of asking, idle or busy."""

    how: str
    busy: bool
    loads: list[Load] = field(default_factory=list)
    made: list[float] = field(default_factory=list)  # pictures a second

    def p99_ms(self) -> float:
        """Return the median of the rounds' p99."""
        return median(one.p99_ms for one in self.loads)


def measure(stand: Stand, *, rounds: int, seconds: int) -> list[Line]:
    """Return the lines: paced and not, idle and busy in turn."""
    peer = replace(ours.PEER, command=lambda place: ours.command(place, workers=0))
    running = stand.start(peer, cpus=None)
    if running is None:
        raise RuntimeError("ours does not start")
    asks = stand.warm(running, HITS)
    stream = Stream(running)
    lines = []
    for at, (how, pace_ms) in enumerate((("every 50 ms", PACE_MS), ("at once", None))):
        script = load.script(put_script(running, at), asks, pace_ms=pace_ms)
        idle, busy = Line(how, busy=False), Line(how, busy=True)
        lines += [idle, busy]
        _run(running, script, seconds)  # both processes hold what is asked
        for number in range(rounds):
            idle.loads.append(_run(running, script, seconds))
            with stream.flowing():
                before = stream.made
                busy.loads.append(_run(running, script, seconds))
                busy.made.append((stream.made - before) / busy.loads[-1].seconds)
            running.empty_logs()
            sys.stderr.write(f"busy, {how}: round {number + 1} of {rounds}\n")
    return lines


def _run(running: Running, script: object, seconds: int) -> Load:
    return load.run(running.process, running.place.port, script, seconds=seconds, cpu=None)


def report(lines: list[Line], version: str) -> tuple[str, bool]:
    """Return the part, in Markdown, and whether a figure falls short."""
    figures = []
    for idle, busy in zip(lines[::2], lines[1::2], strict=True):
        bound = max(TIMES * idle.p99_ms(), OR_MS)
        what = f"p99 of hits asked {idle.how} while both cores make pictures"
        figures.append(verdict(what=what, found=busy.p99_ms(), bound=round(bound, 1), unit="ms"))
    rows = []
    for line in lines:
        p99 = [one.p99_ms for one in line.loads]
        row = [line.how, "making pictures" if line.busy else "idle"]
        row += [f"{median(one.p50_ms for one in line.loads):.2f}"]
        row += [f"{median(p99):.2f}", f"{spread(p99):.0%}"]
        row += [f"{median(one.worst_ms for one in line.loads):.1f}"]
        row += [f"{median(one.rate for one in line.loads):,.0f}"]
        row += [f"{median(line.made):.1f}" if line.busy else ""]
        cores = median(one.cpu_s / one.seconds for one in line.loads)
        rows.append([*row, f"{cores:.2f}"])
    heads = ["hits asked", "meanwhile", "p50 ms", "p99 ms", "±", "worst ms", "hits/s"]
    heads += ["pictures/s", "cores used"]
    text = ["## Hits while pictures are made", "", verdicts(figures)]
    text += [table(heads, rows, text=2), _HOW, machine({"ours": version})]
    return "\n".join(text), any("**short**" in line for line in figures)


_HOW = """\
25 KB, 64 pictures, 64 connections, Chrome's head; ours with default settings, nothing pinned, so
that wrk, the origin and whoever asks for the thumbnails share both cores with it. Latency is what
wrk saw: its own wait for a core is in it, and on a machine that does other things idle is not idle.
*At once* is a closed loop: it takes all there is, and measures its own queue.
"""


def main() -> int:
    """Measure, write the part and say what falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    told = parser.parse_args()
    with Stand("busy") as stand:
        lines = measure(stand, rounds=told.rounds, seconds=told.seconds)
    text, short = report(lines, ours.PEER.version())
    write_part("busy", text)
    sys.stdout.write(text)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
