"""How hits grow: with the number of objects, of connections, of bytes; ours beside nginx static.

    python bench/growth.py [--quick] [--objects 100000] [--rounds 3] [--seconds 2]

Writes ``bench/growth.svg`` (unless ``--quick``, which goes to 1,000 objects and writes to stdout).
Pinned as in hits.py.
"""
# a folder of programs

import argparse
import itertools
import queue
import socket
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPResponse

import load
from growth_plot import draw
from load import Load
from originals import SIZES
from peers import nginx, ours
from results import machine, median, ratio, spread, table, write_part
from stand import OK, TIMES_ASKED, Asked, Running, Stand, put_script

OBJECTS = (1, 10, 100, 1_000, 10_000, 100_000)
CONNECTIONS = (1, 4, 16, 64, 256, 1_000)
SECOND_MORE = 250  # connections: opening them takes some of the time
FEW_CONNECTIONS = 16  # along bytes: 64 of 8 MB are half a GB on their way
QUICK_OBJECTS = 1_000
AT_ONCE = 8  # connections that fill a cache
CHECKED = 16  # pictures of those that are checked by their bytes


@dataclass(slots=True, eq=False)
class Point:
    """One peer at one size of one thing."""

    along: str  # objects, connections or bytes
    at: int
    peer: str
    loads: list[Load] = field(default_factory=list)

    @property
    def cpu_us(self) -> list[float]:
        """Return the microseconds of processor time a hit, by round."""
        return [one.cpu_us for one in self.loads]

    @property
    def rates(self) -> list[float]:
        """Return the hits a second, by round."""
        return [one.rate for one in self.loads]


class Bench:
    """Ours and nginx, running, and the points they came to."""

    def __init__(
        self, stand: Stand, *, objects: tuple[int, ...], rounds: int, seconds: int
    ) -> None:
        self._stand, self._objects = stand, objects
        self._rounds, self._seconds = rounds, seconds
        self._cases = itertools.count()
        started = (stand.start(peer) for peer in (ours.PEER, nginx.STATIC))
        self._running = [running for running in started if running]

    def points(self) -> Iterator[Point]:
        """Measure along one thing after the other."""
        for name, n_bytes in SIZES.items():
            asked = Asked(original=f"{name}.jpg", pictures=4)
            yield from self._at("bytes", n_bytes, asked, FEW_CONNECTIONS)
        for connections in CONNECTIONS:
            yield from self._at("connections", connections, Asked(original="25k.jpg"), connections)
        for objects in self._objects:
            asked = Asked(original="4k.jpg", pictures=objects)
            yield from self._at("objects", objects, asked)

    def _at(
        self, along: str, at: int, asked: Asked, connections: int = load.CONNECTIONS
    ) -> list[Point]:
        number = next(self._cases)
        points = []
        self._stand.lay_out([asked])
        for running in self._running:
            fill(running, asked)
            self._stand.warm(running, replace(asked, pictures=min(CHECKED, asked.pictures)))
            load.script(put_script(running, number), running.requests(asked), at_random=True)
            points.append(Point(along, at, running.peer.name))
        for number_of_round in range(-1, self._rounds):  # the first warms what is held
            for running, point in zip(self._running, points, strict=True):
                script = put_script(running, number)
                done = load.run(
                    running.process,
                    running.place.port,
                    script,
                    seconds=self._seconds + connections // SECOND_MORE,
                    connections=connections,
                )
                if number_of_round >= 0:
                    point.loads.append(done)
                running.empty_logs()
        sys.stderr.write(f"growth: {at:,} {along}\n")
        return points


def fill(running: Running, asked: Asked) -> None:
    """Ask for each picture as often as it takes to be held, over a few kept connections."""
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for one in running.requests(asked) * TIMES_ASKED:
        waiting.put(one)
    failed = threading.Event()

    def work() -> None:
        with socket.create_connection(("127.0.0.1", running.place.port)) as link:
            while not failed.is_set():
                try:
                    link.sendall(waiting.get_nowait().encode())
                except queue.Empty:
                    return
                response = HTTPResponse(link, method="GET")
                response.begin()
                response.read()
                if response.status != OK:
                    failed.set()
                    raise RuntimeError(f"{running.peer.name}: {response.status}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(work) for _ in range(AT_ONCE)]:
            done.result()


def report(points: list[Point], versions: dict[str, str]) -> str:
    """Return the part, in Markdown."""
    rows = []
    pairs: dict[tuple[str, int], list[Point]] = {}
    for point in points:
        pairs.setdefault((point.along, point.at), []).append(point)
    for (along, at), found in pairs.items():
        mine, *others = found
        row = [along, f"{at:,}", f"{median(mine.cpu_us):.1f}", f"{spread(mine.cpu_us):.0%}"]
        row += [f"{median(mine.rates):,.0f}"]
        for other in others:
            row += [f"{median(other.cpu_us):.1f}", f"{median(other.rates):,.0f}"]
            row += [f"{ratio(mine.cpu_us, other.cpu_us)[0]:.2f}"]
        rows.append(row)
    heads = ["along", "at", "ours µs CPU", "±", "ours hits/s", "nginx µs CPU", "nginx hits/s"]
    text = ["## How hits grow", "", "![how hits grow](growth.svg)", ""]
    text += [table([*heads, "µs ratio"], rows), _HOW, machine(versions)]
    return "\n".join(text)


_HOW = """\
One worker each on core 0, wrk on core 1, Chrome's head, every picture as likely as the other. Along
bytes: 4 pictures, 16 connections. Along connections: 64 pictures of 25 KB. Along objects: 4 KB
each, 64 connections; 100,000 of them are more than ours holds in memory by default (128 MiB): a
part of the hits comes from its index and disk. nginx is nginx static; it holds open half as many
files as the system lets it.
"""


def main() -> int:
    """Measure, draw, and write the part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--objects", type=int, default=max(OBJECTS), help="at most so many")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    told = parser.parse_args()
    most = QUICK_OBJECTS if told.quick else told.objects
    objects = tuple(n for n in OBJECTS if n <= most)
    rounds, seconds = (1, 1) if told.quick else (told.rounds, told.seconds)
    with Stand("growth") as stand:
        bench = Bench(stand, objects=objects, rounds=rounds, seconds=seconds)
        points = []
        try:
            for point in bench.points():
                points.append(point)  # noqa: PERF402  # what there is counts, whatever comes next
        except (OSError, RuntimeError, ValueError) as error:
            sys.stderr.write(f"growth: stopped: {error}\n")
        versions = {name: one.peer.version() for name, one in stand.running.items()}
    text = report(points, versions)
    if not told.quick:
        draw(points)
        write_part("growth", text)
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
