"""How long a reader waits for the first byte of a miss, beside who asks the origin itself.

An origin of its own on loopback, one server process with an empty store, a client with a new
connection an ask. Each round asks for an address nobody asked for before, straight and through us,
in turn; the figures are milliseconds until the first byte of the body, and until the last.

    python bench/first_byte.py [ROUNDS]
"""

import asyncio
import json
import multiprocessing
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from multiprocessing.synchronize import Event
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[1]
HOST = "image.woshipm.com"
MIB = 1 << 20
PART, GAP_S = 128 << 10, 0.02  # how the slow origin sends
HEAD = b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: %d\r\n\r\n"
WITHIN_MS = 20.0  # issue 6: of the origin's own first byte, at 2 MB


@dataclass(frozen=True, slots=True)
class Case:
    """A body, and how it is sent."""

    name: str
    n_bytes: int
    gap_s: float = 0.0


CASES = (
    Case("2 MB at once", 2 * MIB),
    Case(f"2 MB, {PART >> 10} KB every {GAP_S * 1000:g} ms", 2 * MIB, GAP_S),
    Case("25 KB at once", 25_000),
)


@dataclass(slots=True)
class Waits:
    """Milliseconds until the first and the last byte."""

    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)


def origin(listening: socket.socket, ready: Event) -> None:
    """Answer ``/<case>/<n>`` until killed."""
    answers = [HEAD % case.n_bytes + picture(case.n_bytes) for case in CASES]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                number = int(head.split(b"/", 2)[1])
                said, gap_s = memoryview(answers[number]), CASES[number].gap_s
                part = PART if gap_s else len(said)
                for at in range(0, len(said), part):
                    if at:
                        await asyncio.sleep(gap_s)
                    writer.write(said[at : at + part])
                    await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        # asyncio does so only where the socket says it is TCP's: create_server's does not.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted ones inherit it
        server = await asyncio.start_server(serve, sock=listening)
        ready.set()
        await server.serve_forever()

    asyncio.run(run())


def picture(n_bytes: int) -> bytes:
    """Return a PNG and, behind its end, as many bytes as are missing."""
    side = int((n_bytes / 3.2) ** 0.5)
    out = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, "PNG")
    return out.getvalue() + bytes(max(0, n_bytes - out.tell()))


@contextmanager
def service(cache: str, origin_port: int) -> Iterator[int]:
    """Run one server process until the block ends; gives its port."""
    settings = {
        "SERVER__PORT": "0",
        "SERVER__WORKERS": "1",
        "CACHE__DIR": cache,
        "CACHE__DISK": "4 GiB",
        "IMAGES__WORKERS": "1",
        "LOG__FORMAT": "json",
        "ORIGINS": json.dumps({HOST: {"connect_to": f"127.0.0.1:{origin_port}"}}),
    }
    env = {**os.environ, **{f"IMAGE_PROXY_{key}": value for key, value in settings.items()}}
    command = (sys.executable, "-m", "proxy", "serve")
    with (Path(cache) / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=log)  # noqa: S603  # ourselves
        try:
            yield _port(Path(cache) / "log")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _port(log: Path) -> int:
    while True:
        for line in log.read_text().splitlines():
            if '"listening"' in line:
                return int(json.loads(line)["address"].rstrip("/").rpartition(":")[2])
        time.sleep(0.05)


def ask(port: int, target: str, waits: Waits) -> None:
    """Ask once on a new connection and note how long it took."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        began = time.perf_counter()
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        heard = b""
        while b"\r\n\r\n" not in heard or heard.endswith(b"\r\n\r\n"):
            heard += _some(connection)
        waits.first.append((time.perf_counter() - began) * 1000)
        head, _, start = heard.partition(b"\r\n\r\n")
        lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        left = int(lines[b"Content-Length"]) - len(start)
        while left:
            left -= len(_some(connection))
        waits.last.append((time.perf_counter() - began) * 1000)


def _some(connection: socket.socket) -> bytes:
    heard = connection.recv(1 << 18)
    if not heard:
        raise ConnectionError("the answer was cut")
    return heard


def said(values: list[float]) -> str:
    """Return a median with its quartiles."""
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:6.1f} ({low:5.1f} to {high:5.1f})"


def main(rounds: int) -> int:
    """Measure, print, and return 0 where the first byte is here in time."""
    listening = socket.create_server(("127.0.0.1", 0))
    ready = multiprocessing.Event()
    serving = multiprocessing.Process(target=origin, args=(listening, ready), daemon=True)
    serving.start()
    ready.wait()
    origin_port, late = listening.getsockname()[1], False
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {rounds} rounds")
    print(f"{'milliseconds until the':30} {'first byte':>24} {'last byte':>24}")
    with tempfile.TemporaryDirectory() as cache, service(cache, origin_port) as port:
        for number, case in enumerate(CASES):
            direct, ours = Waits(), Waits()
            for n in range(rounds + 2):
                if n == 2:  # noqa: PLR2004  # what was warmed up does not count
                    direct, ours = Waits(), Waits()
                ask(origin_port, f"/{number}/{n}", direct)
                ask(port, f"/?http://{HOST}/{number}/{n}", ours)
            print(case.name)
            for name, waits in (("  the origin", direct), ("  through us", ours)):
                print(f"{name:30} {said(waits.first):>24} {said(waits.last):>24}")
            more = statistics.median(ours.first) - statistics.median(direct.first)
            print(f"{'  more':30} {more:6.1f}")
            late = late or (case.n_bytes >= 2 * MIB and more > WITHIN_MS)
    serving.terminate()
    return int(late)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
