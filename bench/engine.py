"""An engine is a process of its own: it makes thumbnails, 400 × 300 cover, and times itself.

On its input stands a question a line, as JSON: ``{"path", "form", "quality", "setup", "n",
"out"}``. It reads the path's bytes, makes the picture ``n`` times from memory to memory, writes the
last one to ``out`` and answers a line: ``{"seconds", "bytes"}``. Seconds are of processor time, all
threads together: on one processor the same as by the clock, but for what else the machine does.
"""
# a folder of programs

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


def run(make: Callable[[bytes, str, int, str], bytes]) -> None:
    """Be an engine that makes pictures by ``make(data, form, quality, setup)``."""
    for line in sys.stdin:
        asked = json.loads(line)
        data = Path(asked["path"]).read_bytes()
        made = b""
        began = time.process_time()
        for _ in range(asked["n"]):
            made = make(data, asked["form"], asked["quality"], asked["setup"])
        seconds = time.process_time() - began
        Path(asked["out"]).write_bytes(made)
        sys.stdout.write(json.dumps({"seconds": seconds, "bytes": len(made)}) + "\n")
        sys.stdout.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What an engine was asked, and said. ``seconds`` are of one picture."""

    seconds: float
    data: bytes


class Engine:
    """A running engine, on one processor."""

    def __init__(self, command: Sequence[str], *, cpu: int, env: Mapping[str, str]) -> None:
        self._name = " ".join(command)
        self._process = subprocess.Popen(  # noqa: S603  # our own programs
            ["taskset", "-c", str(cpu), *command],  # noqa: S607  # util-linux, wherever it is
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **env},
        )

    def make(  # noqa: PLR0913  # the question, word by word
        self, source: Path, *, form: str, quality: int, setup: str = "", n: int = 1, out: Path
    ) -> Making:
        """Have a picture made ``n`` times."""
        asked = {"path": str(source), "form": form, "quality": quality, "setup": setup}
        told = self._ask({**asked, "n": n, "out": str(out)})
        return Making(seconds=told["seconds"] / n, data=out.read_bytes())

    def peak_bytes(self) -> int:
        """Return the most this engine held since the last call (Linux' VmHWM)."""
        place = Path(f"/proc/{self._process.pid}")
        lines = (place / "status").read_text().splitlines()
        (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        (place / "clear_refs").write_text("5")
        return int(peak) * 1024

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def _ask(self, question: Mapping[str, object]) -> dict[str, float]:
        assert self._process.stdin is not None  # noqa: S101  # both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._name} ended")
        told: dict[str, float] = json.loads(line)
        return told
