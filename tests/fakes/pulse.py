"""How fast a service answers the lightest ask, felt from a process of its own.

So what is felt is the service's event loop and not the test's. Also a program:
``python -m tests.fakes.pulse PORT`` asks until its input ends, then prints the seconds each took.
"""

import asyncio
import json
import select
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection

from tests.fakes.program import ROOT

_EVERY_S = 0.01


@dataclass(slots=True)
class Pulse:
    """Seconds each ask took; filled once the block has ended."""

    seconds: list[float] = field(default_factory=list)

    def share(self, quantile: float) -> float:
        """Return the milliseconds within which this share of the asks was answered."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(quantile * len(ordered)))]


@asynccontextmanager
async def pulse(port: int) -> AsyncIterator[Pulse]:
    """Ask ``/-/health`` a hundred times a second until the block ends."""
    feeler = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.pulse", str(port)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    felt = Pulse()
    try:
        yield felt
    finally:
        told, _ = await feeler.communicate(b"")  # and so ends its input
        felt.seconds = json.loads(told)


def feel(port: int) -> list[float]:
    """Return the seconds of each ask, on one connection, until standard input ends."""
    seconds = []
    connection = HTTPConnection("127.0.0.1", port)
    while not select.select([sys.stdin], [], [], _EVERY_S)[0]:
        began = time.perf_counter()
        connection.request("GET", "/-/health")
        answer = connection.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - began)
        assert answer.status == 200
    connection.close()
    return seconds


if __name__ == "__main__":
    json.dump(feel(int(sys.argv[1])), sys.stdout)
