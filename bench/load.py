"""Load by wrk, on one core: the same requests in the same order, counted and timed by it.

A run asks in a closed loop: each connection asks as soon as it has its answer. With ``pace_ms`` it
waits in between, as long on average, so that what is timed is an answer and not a queue.

What the server used is read once the connections are open and warm: opening one costs as much as
many hits (of nginx too), and how many hits follow is a matter of the run's length.
"""
# a folder of programs

import json
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from processes import LOAD_CPU, Process

CONNECTIONS = 64
FIRST = 10  # requests of each connection that open it, and are not billed
_LOOK_S = 0.002
_BETWEEN = "\x01"  # of two requests in the file the script reads: Lua bounds constants at 65,536
_SCRIPT = """
local asks = {{}}
for ask in io.open("{file}"):read("*a"):gmatch("([^\\1]+)\\1") do asks[#asks + 1] = ask end
local count, at, sent = #asks, 0, 0
local first, mark = tonumber(os.getenv("BENCH_FIRST")), os.getenv("BENCH_MARK")
local pick = {request}
request = function()
    sent = sent + 1
    if sent == first then io.open(mark, "w"):close() end
    return pick()
end
{delay}
done = function(summary, latency)
    local failed = summary.errors
    io.write(string.format(
        '\\n{{"requests": %d, "us": %d, "bytes": %d, ' ..
        '"p50": %d, "p99": %d, "worst": %d, "bad": %d}}\\n',
        summary.requests, summary.duration, summary.bytes, latency:percentile(50),
        latency:percentile(99), latency.max,
        failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
"""
_IN_TURN = "function() at = at % count + 1; return asks[at] end"
_AT_RANDOM = "function() return asks[math.random(count)] end"
_PACE = "delay = function() return math.random({least}, {most}) end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What wrk saw in one run, and what the server's processes used meanwhile."""

    requests: int
    seconds: float
    n_bytes: int  # heads and bodies
    p50_ms: float
    p99_ms: float
    worst_ms: float
    cpu_s: float  # of the whole run
    cpu_us: float  # a request, once the connections are open and warm

    @property
    def rate(self) -> float:
        """Return the requests a second."""
        return self.requests / self.seconds

    @property
    def size(self) -> float:
        """Return the bytes an answer."""
        return self.n_bytes / self.requests


def script(
    path: Path, asks: Sequence[str], *, at_random: bool = False, pace_ms: float | None = None
) -> Path:
    """Write wrk's script: these requests, in turn or evenly at random."""
    delay = "" if pace_ms is None else _PACE.format(least=int(pace_ms / 2), most=int(pace_ms * 1.5))
    asked = path.with_suffix(".asks")
    asked.write_text("".join(ask + _BETWEEN for ask in asks), newline="")
    request = _AT_RANDOM if at_random else _IN_TURN
    path.write_text(_SCRIPT.format(file=asked, request=request, delay=delay))
    return path


def run(  # noqa: PLR0913  # what a run is
    server: Process,
    port: int,
    asks: Path,
    *,
    seconds: int,
    connections: int = CONNECTIONS,
    cpu: int | None = LOAD_CPU,
) -> Load:
    """Ask for so many seconds and return what it came to; ValueError where an answer failed."""
    pinned = [] if cpu is None else ["taskset", "-c", str(cpu)]
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds}s",
        "--timeout",
        "30s",
        "-s",
        str(asks),
    ]
    first, mark = FIRST * connections, asks.with_suffix(".mark")
    mark.unlink(missing_ok=True)
    before = after_first = server.cpu_s()
    with subprocess.Popen(  # noqa: S603  # wrk, on loopback
        [*pinned, *command, f"http://127.0.0.1:{port}/"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "BENCH_FIRST": str(first), "BENCH_MARK": str(mark)},
    ) as wrk:
        while wrk.poll() is None and not mark.exists():
            time.sleep(_LOOK_S)
        after_first = server.cpu_s() if mark.exists() else before
        said = wrk.communicate()[0]
    cpu_s = server.cpu_s()
    told = json.loads(said.strip().splitlines()[-1])
    if not told["requests"]:
        raise ValueError(f"{server.command[0]}: no answer in {seconds} s")
    if told["bad"]:
        raise ValueError(f"{server.command[0]}: {told['bad']} failed of {told['requests']}")
    counted = told["requests"] - first
    lasting = counted > first  # else opening is all there was
    return Load(
        requests=told["requests"],
        seconds=told["us"] / 1e6,
        n_bytes=told["bytes"],
        p50_ms=told["p50"] / 1e3,
        p99_ms=told["p99"] / 1e3,
        worst_ms=told["worst"] / 1e3,
        cpu_s=cpu_s - before,
        cpu_us=(cpu_s - after_first) * 1e6 / counted
        if lasting
        else (cpu_s - before) * 1e6 / told["requests"],
    )
