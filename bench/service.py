"""``image-proxy serve`` as a program of its own on loopback, and what its processes take.

Linux only: sizes are /proc's. Pss is what a process takes alone, and its share of what it has in
common with others: these add up to what the service takes.
"""
# a folder of programs

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORK = ROOT / "bench" / ".work"
PROGRAM = Path(sys.executable).with_name("image-proxy")
SUPERVISOR, SERVER, WORKER, HELPER = "supervisor", "server", "picture worker", "resource tracker"
_UP_S = 30.0
_POLL_S = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What one process takes, in bytes."""

    pid: int
    role: str
    pss: int
    private: int  # of it, what it shares with nobody


class Service:
    """A started service. ``began`` is when, by ``time.perf_counter``."""

    def __init__(self, cache: Path, settings: Mapping[str, str]) -> None:
        self.port = _free_port()
        kept = {key: value for key, value in os.environ.items() if key[:12] != "IMAGE_PROXY_"}
        ours = {
            "IMAGE_PROXY_SERVER__PORT": str(self.port),
            "IMAGE_PROXY_SERVER__SHUTDOWN": "2s",
            "IMAGE_PROXY_CACHE__DIR": str(cache),
            "IMAGE_PROXY_LOG__ACCESS": "false",
        }
        self.began = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            [PROGRAM, "serve"],
            env={**kept, **ours, **settings},
            cwd=WORK,
            stderr=(WORK / "service.log").open("wb"),
        )

    def first_answer(self, target: str) -> float:
        """Return the seconds from the start until ``target`` was first answered 200."""
        while True:
            status, _ = self.ask(target)
            if status == 200:  # noqa: PLR2004  # OK
                return time.perf_counter() - self.began
            if self._process.poll() is not None or time.perf_counter() - self.began > _UP_S:
                raise SystemExit((WORK / "service.log").read_text() or "no answer")
            time.sleep(_POLL_S)

    def ask(self, target: str) -> tuple[int, bytes]:
        """Return status and the whole answer on a new connection; 0 where there is none."""
        head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        answer = b""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=_UP_S) as connection:
                connection.sendall(head.encode())
                while part := connection.recv(1 << 16):
                    answer += part
        except OSError:
            return 0, b""
        return (int(answer[9:12]), answer) if answer else (0, b"")

    def sizes(self) -> list[Size]:
        """Return every process of the service, parents before their children."""
        return [_size(pid, role) for pid, role in _family(self._process.pid)]

    def end(self) -> None:
        """End it and wait for it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait()


@contextmanager
def running(cache: Path, settings: Mapping[str, str]) -> Iterator[Service]:
    """Start the service over a cache directory; it has ended when the block has."""
    WORK.mkdir(exist_ok=True)
    service = Service(cache, settings)
    try:
        yield service
    finally:
        service.end()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _family(parent: int) -> Iterator[tuple[int, str]]:
    yield parent, SUPERVISOR
    for server in _children(parent):
        yield server, SERVER
        for child in _children(server):
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            yield child, HELPER if b"resource_tracker" in command else WORKER


def _children(pid: int) -> list[int]:
    """Return whom any of its threads has started."""
    found = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [int(child) for child in listed.read_text().split()]
    return sorted(found)


def _size(pid: int, role: str) -> Size:
    fields = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        fields[name] = int(rest.split()[0]) * 1024
    private = fields["Private_Clean"] + fields["Private_Dirty"]
    return Size(pid=pid, role=role, pss=fields["Pss"], private=private)
