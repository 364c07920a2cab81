"""What a miss costs: fetch, thumbnail and answer, ours beside ipx, thumbor, imagor and imageproxy.

    python bench/misses.py [--rounds 9] [--seconds 1] [--only chart]

Every maker runs on core 0, the origin and the load on core 1; each picture asked for was never
asked before. Each maker's quality is searched first, so that all are equally good (matching.py).
A round asks each maker each source in turn; the next goes the other way round. Exits 1 below the
figures of issue 6.
"""
# a folder of programs

import argparse
import http.client
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice

from makers import MAKERS, Maker
from matching import matched
from misses_report import Costs, report
from originals import named
from processes import LOAD_CPU
from reference import covers, pixels, ssim
from report import Line
from results import write_part
from sources import sources
from stand import BOX, OK, Running, Stand

OUR_QUALITY = 80  # the settings' default for both
AT_ONCE = 4  # asks: the maker's core never waits for the next
_ACCEPT = {"jpeg": "image/jpeg,*/*;q=0.8", "webp": "image/webp,*/*;q=0.8"}
_WORKER = b"proxy.images.worker"  # in the command line of a picture worker of ours
_LEAST, _MOST = 8, 200  # pictures a turn


class Bench:
    """The running makers, and originals that were never asked for."""

    def __init__(self, stand: Stand, only: str | None) -> None:
        self._originals = {name: data for name, data in sources().items() if only in {None, name}}
        self._wanted = {name: covers(pixels(data), *BOX) for name, data in self._originals.items()}
        self._numbers = count(1)
        self.makers: dict[str, tuple[Maker, Running]] = {}
        for maker in MAKERS:
            running = stand.start(maker.peer)
            if running is None:
                sys.stderr.write(f"misses: without {maker.peer.name}: {maker.peer.missing()}\n")
            else:
                self.makers[maker.peer.name] = maker, running

    def lines(self) -> list[Line]:
        """Return a line for each source, form and maker, its quality found."""
        found = []
        for source in self._originals:
            for form in _ACCEPT:
                ours = self._try("ours", source, form, OUR_QUALITY)
                found.append(ours)
                for name, (maker, _) in self.makers.items():
                    if name == "ours" or form not in maker.forms:
                        continue
                    if maker.graded:
                        found.append(matched(self._attempt(name, source, form), ours))
                    else:
                        found.append(self._try(name, source, form, OUR_QUALITY))
            sys.stderr.write(f"misses: qualities found for {source}\n")
        return found

    def cost(self, line: Line, n: int) -> tuple[float, float]:
        """Have so many pictures made; return the seconds of one, and those in a worker of ours."""
        _, running = self.makers[line.setup]
        port = running.place.port
        targets = [self._target(line.setup, line.source, line.form, line.quality) for _ in range(n)]
        before = _used_s(running)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda part: _ask_all(port, part, line.form), _dealt(targets)))
        whole, worker = (then - now for then, now in zip(_used_s(running), before, strict=True))
        return whole / n, worker / n

    def _attempt(self, name: str, source: str, form: str) -> Callable[[int], Line]:
        return lambda quality: self._try(name, source, form, quality)

    def _try(self, name: str, source: str, form: str, quality: int) -> Line:
        port = self.makers[name][1].place.port
        (data,) = _ask_all(port, [self._target(name, source, form, quality)], form)
        found = pixels(data)
        if found.shape[1::-1] != BOX:
            raise ValueError(f"{name} made {found.shape} of {source}")
        likeness = max(ssim(found, wanted) for wanted in self._wanted[source])
        return Line(name, source, form, quality, likeness, len(data))

    def _target(self, name: str, source: str, form: str, quality: int) -> str:
        """Return a target that was never asked."""
        maker, running = self.makers[name]
        kind = "png" if self._originals[source].startswith(b"\x89PNG") else "jpg"
        path = f"/{named(source)}.{kind}/{next(self._numbers)}.{kind}"
        return maker.asks(path, form, quality, running.place)


def _dealt(targets: list[str]) -> Iterable[list[str]]:
    return (list(islice(targets, at, None, AT_ONCE)) for at in range(AT_ONCE))


def _ask_all(port: int, targets: list[str], form: str) -> list[bytes]:
    """Ask one after the other over one connection; ValueError where an answer is none."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    bodies = []
    try:
        for target in targets:
            link.request("GET", target, headers={"Accept": _ACCEPT[form]})
            answer = link.getresponse()
            body, kind = answer.read(), answer.headers["Content-Type"]
            if answer.status != OK or kind != f"image/{form}":
                raise ValueError(f"{target}: {answer.status} {kind} {body[:200]!r}")
            bodies.append(body)
    finally:
        link.close()
    return bodies


def _used_s(running: Running) -> tuple[float, float]:
    """Return the processor time of all of a maker's processes, and of our workers among them."""
    whole = worker = 0.0
    for pid, stat in running.process.tree().items():
        whole += stat.cpu_s
        try:
            command = open(f"/proc/{pid}/cmdline", "rb").read()  # noqa: PTH123, SIM115  # of no file
        except OSError:  # it has ended
            continue
        worker += stat.cpu_s if _WORKER in command else 0.0
    return whole, worker


def measure(bench: Bench, lines: list[Line], *, rounds: int, seconds: float) -> Costs:
    """Return what each line's picture cost in each round, as (all, in the worker) seconds."""
    costs: Costs = {id(line): [] for line in lines}
    turns = {}
    for line in lines:
        seconds_of_one, _ = bench.cost(line, _LEAST)
        turns[id(line)] = min(_MOST, max(_LEAST, round(seconds / max(seconds_of_one, 1e-3))))
    for number in range(rounds):
        for line in lines[:: -1 if number % 2 else 1]:  # nobody always comes after the same one
            costs[id(line)].append(bench.cost(line, turns[id(line)]))
        sys.stderr.write(f"misses: round {number + 1} of {rounds}\n")
    return costs


def main() -> int:
    """Measure, write the part and say what falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.0, help="of a maker's turn")
    parser.add_argument("--only", help="a source of this name")
    told = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CPU})
    with Stand("misses") as stand:
        bench = Bench(stand, told.only)
        lines = bench.lines()
        costs = measure(bench, lines, rounds=told.rounds, seconds=told.seconds)
        versions = {name: one.peer.version() for name, (_, one) in bench.makers.items()}
        text, short = report(lines, costs, versions, stand.skipped)
    if told.only is None:
        write_part("misses", text)
    sys.stdout.write(text)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
