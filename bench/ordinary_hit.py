"""What a hit costs in the ordinary handler, from memory and from disk: processor time a request.

    python bench/ordinary_hit.py [--rounds 5] [--seconds 2] [--only TEXT]

Wants wrk. Starts an origin, two services of one worker each (the usual memory; none, so that every
hit reads and verifies its file) and a plain aiohttp handler with the same bytes in a dict, on one
core; wrk runs on the other. Every setup is asked in turn, round after round; each figure is the
median of the rounds, user and system time of the one process that answers, its access log going to
a file. A field that changes nothing (TE) keeps every ask out of the fast lane.
"""
# a program

import argparse
import contextlib
import io
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
CONNECTIONS = 16
SERVER_CPU, LOAD_CPU = 0, 1
HOST = "img.example"
SIZES = {"25 KB": 25_000, "200 KB": 200_000, "2 MB": 2_000_000}
# What Firefox sends for a picture on a page: some 600 bytes.
BROWSER = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Accept": "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
    "Accept-Language": "zh-CN,zh;q=0.8,zh-TW;q=0.7,zh-HK;q=0.5,en-US;q=0.3,en;q=0.2",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Referer": "https://blog.example/posts/2021/11/how-a-picture-comes-to-its-reader/",
    "Sec-Fetch-Dest": "image",
    "Sec-Fetch-Mode": "no-cors",
    "Sec-Fetch-Site": "cross-site",
    "Priority": "u=5, i",
    "DNT": "1",
    "Sec-GPC": "1",
}
NOT_PLAIN = {"TE": "trailers"}  # server/plain.py
PLAIN = """
import asyncio, socket, sys
from pathlib import Path
import uvloop
from aiohttp import web

async def main(port, paths):
    bodies = {f"/{n}": Path(p).read_bytes() for n, p in enumerate(paths)}
    headers = {"Content-Type": "image/jpeg", "Cache-Control": "public, max-age=604800"}

    async def answer(request):
        return web.Response(body=bodies[request.path], headers=headers)

    runner = web.ServerRunner(web.Server(answer, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()

uvloop.run(main(int(sys.argv[1]), sys.argv[2:]))
"""


@dataclass(slots=True)
class Setup:
    """One thing that is asked, and what it cost each round in µs."""

    name: str
    pid: int
    url: str
    browser: bool = True
    costs: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


def main() -> None:
    """Ask, and print a line for each setup."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--seconds", type=int, default=2)
    asked.add_argument("--only", default="", help="the setups whose names hold this text")
    said = asked.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is wanted: apt-get install wrk")
    with setups(said.only) as found:
        for _ in range(said.rounds):
            for setup in found:
                measure(setup, said.seconds)
        print(
            f"{'µs of processor a request':42} {'median':>7} {'least':>7} {'most':>7} {'req/s':>7}"
        )
        for setup in found:
            costs = sorted(setup.costs)
            print(
                f"{setup.name:42} {statistics.median(costs):7.1f} {costs[0]:7.1f}"
                f" {costs[-1]:7.1f} {statistics.median(setup.rates):7.0f}"
            )


def measure(setup: Setup, seconds: int) -> None:
    """Ask a setup for so long and note what it cost."""
    lines = [part for name, value in fields(setup).items() for part in ("-H", f"{name}: {value}")]
    before, started = cpu_s(setup.pid), time.perf_counter()
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *lines, setup.url]
    told = subprocess.run(pinned(LOAD_CPU, command), capture_output=True, text=True, check=True)  # noqa: S603  # our own words
    said = told.stdout
    spent, lasted = cpu_s(setup.pid) - before, time.perf_counter() - started
    asked = re.search(r"(\d+) requests in", said)
    if asked is None or "Non-2xx" in said:
        sys.exit(f"{setup.name}: {said}")
    setup.costs.append(spent / int(asked[1]) * 1e6)
    setup.rates.append(int(asked[1]) / lasted)


def cpu_s(pid: int) -> float:
    """Return the seconds of user and system time a process has used, to the nanosecond."""
    return (
        sum(
            int((thread / "schedstat").read_text().split()[0])
            for thread in Path(f"/proc/{pid}/task").iterdir()
        )
        / 1e9
    )


@contextlib.contextmanager
def setups(only: str) -> Iterator[list[Setup]]:
    """Start everything, fill the caches, and give what is asked."""
    with (
        tempfile.TemporaryDirectory(prefix="ordinary-hit-") as folder,
        contextlib.ExitStack() as stack,
    ):
        work = Path(folder)
        paths = [picture(work / f"{n}.jpg", size) for n, size in enumerate(SIZES.values())]
        origin, plain = free_port(), free_port()
        stack.enter_context(running(plain_command(origin, paths)))
        pid = stack.enter_context(running(plain_command(plain, paths)))
        found = [
            Setup(f"plain aiohttp, {name}", pid, f"http://127.0.0.1:{plain}/{n}")
            for n, name in enumerate(SIZES)
        ]
        for tier, memory in (("memory", "128 MiB"), ("disk", "0 MiB")):
            port = free_port()
            pid = stack.enter_context(service(work / tier, port, origin, memory))
            base = f"http://127.0.0.1:{port}"
            found += [
                Setup(f"{tier}, {name}", pid, f"{base}/?http://{HOST}/{n}")
                for n, name in enumerate(SIZES)
            ]
            thumbnail = f"{base}/thumbnail/?http://{HOST}/1"
            found += [
                Setup(f"{tier}, thumbnail of 200 KB", pid, thumbnail),
                Setup(
                    f"{tier}, 25 KB, wrk's own head", pid, f"{base}/?http://{HOST}/0", browser=False
                ),
            ]
        found = [setup for setup in found if only in setup.name]
        for setup in found:
            check(setup)
        yield found


def fields(setup: Setup) -> dict[str, str]:
    """Return what is sent beside what the client itself sends."""
    return NOT_PLAIN | BROWSER if setup.browser else NOT_PLAIN


def check(setup: Setup) -> None:
    """Ask as the load will, twice, and see that the second answer is a hit."""
    for _ in range(2):
        asked = urllib.request.Request(setup.url, headers=fields(setup))  # noqa: S310
        with urllib.request.urlopen(asked, timeout=20) as answer:  # noqa: S310
            body, said = answer.read(), answer.headers
    if len(body) != int(said["Content-Length"]):
        sys.exit(f"{setup.name}: the body is cut")
    if not setup.name.startswith("plain") and "; hit" not in (said["Cache-Status"] or ""):
        sys.exit(f"{setup.name}: {said['Cache-Status']}")


def picture(path: Path, size: int) -> Path:
    """Write a JPEG of just so many bytes: its picture, and after its end something else."""
    side = int((size / 1.2) ** 0.5) & ~7
    noise = random.Random(size).randbytes(3 * 32 * 32)  # noqa: S311  # no secret
    image = Image.frombytes("RGB", (32, 32), noise).resize((side, side), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    if out.tell() > size:
        sys.exit(f"a picture of {out.tell()} bytes is no picture of {size}")
    path.write_bytes(out.getvalue().ljust(size, b"\n"))
    return path


def plain_command(port: int, paths: list[Path]) -> list[str]:
    """Return how the plain handler is started."""
    return [sys.executable, "-c", PLAIN, str(port), *map(str, paths)]


@contextlib.contextmanager
def running(command: list[str], log: Path | None = None) -> Iterator[int]:
    """Run a server on its core while the context lasts; give its process."""
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(log.open("wb")) if log else None
        process = subprocess.Popen(pinned(SERVER_CPU, command), stderr=out, cwd=ROOT)  # noqa: S603  # our own words
        try:
            port = int(next(word for word in command if word.isdecimal()))
            until = time.monotonic() + 20
            while time.monotonic() < until:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield process.pid
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@contextlib.contextmanager
def service(work: Path, port: int, origin: int, memory: str) -> Iterator[int]:
    """Run the service; give the process that answers."""
    work.mkdir()
    (work / "config.toml").write_text(
        f'[server]\nworkers = 1\n[log]\nformat = "json"\n'
        f'[access]\nhosts = ["{HOST}"]\n'
        f'[cache]\ndir = "{work / "cache"}"\nmemory = "{memory}"\n'
        f'[origins."{HOST}"]\nconnect_to = "127.0.0.1:{origin}"\n'
    )
    command = [sys.executable, "-m", "proxy", "serve", "--port", str(port)]
    command += ["--config", str(work / "config.toml")]
    with running(command, work / "log") as parent:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=5).close()
                break
            time.sleep(0.1)
        yield answering(parent, port)


def answering(parent: int, port: int) -> int:
    """Return the child that answers: the one that a burst of asks keeps busy."""
    children = [
        int(path.name)
        for path in Path("/proc").iterdir()
        if path.name.isdecimal() and parent_of(path) == parent
    ]
    before = {pid: cpu_s(pid) for pid in children}
    for _ in range(100):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/robots.txt", timeout=5).close()
    return max(children, key=lambda pid: cpu_s(pid) - before[pid])


def pinned(cpu: int, command: list[str]) -> list[str]:
    """Return a command that runs on that processor alone."""
    return ["taskset", "-c", str(cpu), *command]


def parent_of(process: Path) -> int:
    """Return the process that started another; 0 where it has ended."""
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    main()
