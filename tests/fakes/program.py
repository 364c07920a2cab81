"""``image-proxy serve`` as a program of its own: processes, signals, exit codes."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from tests.fakes.house import HOST

ROOT = Path(__file__).parents[2]


class Program:
    """A running service. ``port`` is where it listens; ``lines`` are its log lines so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[dict[str, Any]] = []
        self.port = 0
        self._reader = asyncio.ensure_future(self._read())

    @property
    def base(self) -> str:
        """Return the address, no trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Return the pid of the parent of all processes."""
        return self._process.pid

    @property
    def children(self) -> list[int]:
        """Return the pids of the server processes."""
        pid = self._process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]

    def connections(self) -> list[int]:
        """Return how many clients' connections each server process has open now."""
        ours = f":{self.port:04X}"
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        established = {line[9] for line in lines if line[1].endswith(ours) and line[3] == "01"}
        return [len(established & _sockets(child)) for child in self.children]

    async def listening(self) -> None:
        """Wait until requests are answered."""
        async with asyncio.timeout(30):
            while not self.port:
                if self._reader.done():
                    raise AssertionError(f"it ended: {self.lines}")
                for line in self.lines:
                    if line.get("event") == "listening":
                        self.port = int(line["address"].rstrip("/").rpartition(":")[2])
                await asyncio.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the parent."""
        self._process.send_signal(number)

    async def ended(self, timeout_s: float = 20) -> int:
        """Wait for the end and return the exit code."""
        async with asyncio.timeout(timeout_s):
            code = await self._process.wait()
            await self._reader
        return code

    async def _read(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        async for raw in stream:
            text = raw.decode(errors="replace").strip()
            try:
                self.lines.append(json.loads(text))
            except ValueError:
                self.lines.append({"event": "text", "text": text})


def _sockets(pid: int) -> set[str]:
    """Return the inodes of a process's sockets."""
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found.add(str(link.readlink()).removeprefix("socket:[").removesuffix("]"))
    return found


@asynccontextmanager
async def program(
    cache: Path, origin_port: int, *, workers: int = 2, env: Mapping[str, str] | None = None
) -> AsyncIterator[Program]:
    """Run ``python -m proxy serve`` until the block ends."""
    origins = {HOST: {"connect_to": f"127.0.0.1:{origin_port}"}}
    settings = {
        "IMAGE_PROXY_SERVER__PORT": "0",
        "IMAGE_PROXY_SERVER__WORKERS": str(workers),
        "IMAGE_PROXY_SERVER__SHUTDOWN": "10s",
        "IMAGE_PROXY_CACHE__DIR": str(cache),
        "IMAGE_PROXY_CACHE__DISK": "64 MiB",
        "IMAGE_PROXY_IMAGES__WORKERS": "2",
        "IMAGE_PROXY_LOG__FORMAT": "json",
        "IMAGE_PROXY_ORIGINS": json.dumps(origins),
        **(env or {}),
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("IMAGE_PROXY_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "proxy", "serve"),
        cwd=ROOT,
        env={**kept, **settings},
        stderr=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    running = Program(process)
    try:
        await running.listening()
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await running.ended()
