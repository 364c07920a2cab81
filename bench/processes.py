"""The servers that are measured: started on chosen cores, billed by the kernel, ended for certain.

What a server costs is user + system time of its whole tree by /proc/PID/stat, of children that
ended too. Linux only. The kernel counts in its scheduler's nanoseconds and shows ticks of 10 ms.
"""
# a folder of programs

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

SERVER_CPU, LOAD_CPU = 0, 1  # the default pinning: never on one core
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_END_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A process as /proc shows it. ``cpu_s`` holds its ended children's."""

    parent: int
    session: int
    cpu_s: float


class Process:
    """A running program and whatever it starts, in a session of its own.

    It dies with us (PR_SET_PDEATHSIG): a bench that is killed leaves no server running.
    """

    def __init__(  # what a process can be given
        self,
        command: Sequence[str],
        *,
        cpus: Iterable[int] | None = (SERVER_CPU,),
        log: Path,
        env: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.command = list(command)
        self.log = log
        pinned = [] if cpus is None else ["taskset", "-c", ",".join(map(str, cpus))]
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603  # our own list of programs
                ["setpriv", "--pdeathsig", "TERM", *pinned, *command],  # noqa: S607  # util-linux
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(env or {})},
                cwd=folder,
                start_new_session=True,
            )
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        """Return this process; it is closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        """End it."""
        self.close()

    def tree(self) -> dict[int, Stat]:
        """Return the living processes of this program by their id."""
        return _tree(self.pid, _stats())

    def cpu_s(self) -> float:
        """Return the seconds of processor time it has used so far, all of its processes."""
        return sum(stat.cpu_s for stat in self.tree().values())

    def pss_bytes(self) -> int:
        """Return the memory of all its processes; shared pages are counted once (Linux' PSS)."""
        return sum(_pss(pid) for pid in self.tree())

    def wait_for(self, port: int, *, within_s: float = 30.0) -> Self:
        """Return once it accepts connections; RuntimeError with its last words where it ends."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return self
        said = self.log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self.command[0]} does not answer at port {port}: {said}")

    def close(self) -> None:
        """End it: SIGTERM, and SIGKILL to what is left of its tree."""
        tree = self.tree()
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        left = _stats()
        for pid in tree:
            if pid in left and left[pid].session == tree[pid].session:
                os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    """Return a port of loopback nobody listens at just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _stats() -> dict[int, Stat]:
    found = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                text = (place / "stat").read_text()
            except OSError:
                continue  # it ended meanwhile
            # After the name, which may hold blanks and brackets: state, parent, group, session …
            words = text[text.rindex(")") + 2 :].split()
            ticks = sum(int(word) for word in words[11:15])  # utime stime cutime cstime
            parent, session = int(words[1]), int(words[3])
            found[int(place.name)] = Stat(parent=parent, session=session, cpu_s=ticks * _TICK_S)
    return found


def _tree(root: int, stats: Mapping[int, Stat]) -> dict[int, Stat]:
    """Return the root, its session and all that descend from either (varnishd leaves its group)."""
    found = {pid for pid, stat in stats.items() if root in {pid, stat.session}}
    grown = True
    while grown:
        more = {pid for pid, stat in stats.items() if stat.parent in found} - found
        grown = bool(more)
        found |= more
    return {pid: stats[pid] for pid in found}


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
