"""A mirror run as a program of its own, to be killed: ``python -m tests.fakes.mirroring …``.

Mirrors the pictures /0.png to /(N-1).png of HOST, and says what came of it as JSON.
"""

import asyncio
import json
import sys
from pathlib import Path

from proxy.mirror.ledger import path_of, writing
from proxy.mirror.local import local
from proxy.mirror.warm import warm
from proxy.mirror.wishes import Wish
from proxy.settings import Mirror
from tests.fakes.house import HOST, settings_for

ROOT = Path(__file__).parents[2]


def wishes(n_sources: int, *presets: str) -> list[Wish]:
    """Return a wish for each picture."""
    return [
        Wish(source=f"http://{HOST}/{number}.png", host=HOST, presets=presets, references=())
        for number in range(n_sources)
    ]


async def start(
    cache: Path, port: int, n_sources: int, per_host: int
) -> asyncio.subprocess.Process:
    """Start a run over a cache, with a publisher at a port of this machine."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fakes.mirroring"),
        *map(str, (cache, port, n_sources, per_host)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )


async def _run(cache: Path, port: int, n_sources: int, per_host: int) -> dict[str, int]:
    settings = settings_for(cache, port)
    with writing(path_of(settings.cache)) as ledger:
        async with local(settings, picture_workers=0) as door:
            summary = await warm(
                wishes(n_sources),
                door=door,
                ledger=ledger,
                mirror=Mirror(per_host=per_host, delay="0s"),
                pin=True,
            )
    counts = {state.value: number for state, number in summary.counts.items()}
    return {**counts, "exit_code": summary.exit_code, "peak_mib": _peak_kib() >> 10}


def _peak_kib() -> int:
    """Return this process's own peak; getrusage's would count the one it was forked from."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise LookupError("Linux says VmHWM")


if __name__ == "__main__":
    place, *numbers = sys.argv[1:]
    print(json.dumps(asyncio.run(_run(Path(place), *map(int, numbers)))))  # noqa: T201
