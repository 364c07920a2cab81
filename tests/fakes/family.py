"""A program's processes as the kernel tells of them (Linux' /proc), and as its metrics do."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp

_WORKER = b"proxy.images.worker"  # in the command line of a picture worker, and of no other


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it; who ends meanwhile is left out."""
    return [pid, *_descendants(pid)]


def picture_workers(pid: int) -> list[int]:
    """Return the picture workers among a process's descendants."""
    return [one for one in _descendants(pid) if _WORKER in _command(one)]


def memory_bytes(pid: int) -> int:
    """Return what a process and its descendants hold; shared pages count once (PSS)."""
    return sum(_pss_bytes(one) for one in family(pid))


async def lost_workers(base: str, known: int = 0) -> int:
    """Return how many picture workers a service says it lost; it has 3 s to own up to ``known``."""
    lost = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(3), aiohttp.ClientSession() as client:
            while (lost := await _lost(client, base)) < known:  # noqa: ASYNC110  # it sets no event
                await asyncio.sleep(0.1)  # the count comes to the metrics once a second
    return lost


async def _lost(client: aiohttp.ClientSession, base: str) -> int:
    async with client.get(f"{base}/-/metrics") as answer:
        text = await answer.text()
    found = re.search(r"^image_proxy_workers_lost_total ([0-9.]+)$", text, re.MULTILINE)
    return int(float(found[1])) if found else 0


def _descendants(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():  # a child belongs to a thread
            with suppress(OSError):
                for child in (task / "children").read_text().split():
                    yield int(child)
                    yield from _descendants(int(child))


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _pss_bytes(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
