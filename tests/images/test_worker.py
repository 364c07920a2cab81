"""Inside a worker process: what it gave up, what it has loaded, when it dies."""

import os
import pickle
import select
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from proxy.images.limits import Limits
from proxy.images.slot import Slot
from proxy.images.worker import Making
from proxy.model.picture import Facts, Format, Variant
from proxy.model.transform import Output, Transform
from proxy.tasks import Tasks
from tests.fakes.inside import evaluate

ROOT = Path(__file__).parents[2]
LIMITS = Limits(max_pixels=1_000_000, max_frames=8, deadline_s=5.0)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits and parents are Linux's"),
]


@pytest_asyncio.fixture(loop_scope="function")
async def slot() -> AsyncIterator[Slot]:
    opened = Slot(LIMITS, Tasks())
    await opened.ready()
    yield opened
    await opened.close()


async def inside(slot: Slot, expression: str) -> object:
    """Return what an expression is worth inside the slot's process."""
    return await slot.run(evaluate, expression.encode())


@pytest.mark.parametrize(
    ("expression", "worth"),
    [
        pytest.param("dict(__import__('os').environ)", {}, id="no environment"),
        pytest.param(
            "open('/proc/self/environ').read()", "", id="no environment that the kernel shows"
        ),
        pytest.param(
            "[n for n in map(int, __import__('os').listdir('/proc/self/fd')) if n > 2][1:-1]",
            [],
            id="no descriptor but its socket",
        ),
        pytest.param("__import__('os').nice(0) - 10 >= 0", True, id="nice"),
        pytest.param("__import__('resource').getrlimit(4)", (0, 0), id="no core dumps"),
        pytest.param(
            "__import__('resource').getrlimit(9)[0]", (512 << 20) + 20_000_000, id="memory"
        ),
        pytest.param(
            "[int(__import__('signal').getsignal(n)) for n in (2, 15)]",
            [signal.SIG_IGN] * 2,
            id="a shutdown's signals are ignored",
        ),
        pytest.param(
            "[__import__('os').readlink(f'/proc/self/fd/{n}') for n in (0, 1, 2)]",
            ["/dev/null"] * 3,
            id="no terminal",
        ),
        pytest.param("__import__('PIL.Image').Image.MAX_IMAGE_PIXELS", 1_000_000, id="pixels"),
    ],
)
async def test_a_worker_is_small_and_harmless(slot: Slot, expression: str, worth: object) -> None:
    assert await inside(slot, expression) == worth


async def test_memory_over_the_limit_is_refused_by_the_kernel(slot: Slot) -> None:
    with pytest.raises(MemoryError):
        await inside(slot, "len(bytearray(600 << 20))")


# What pip writes as bin/image-proxy, with the server's own doings instead of the command line.
SCRIPT = """
import sys
from proxy.__main__ import main
if __name__ == "__main__":
    import asyncio, os, signal
    import aiohttp
    from proxy.images.limits import Limits
    from proxy.images.slot import Slot
    from proxy.tasks import Tasks
    from tests.fakes.inside import evaluate
    async def run():
        slot = Slot(Limits(max_pixels=10**6, max_frames=8, deadline_s=5.0), Tasks())
        await slot.ready()
        print(*await slot.run(evaluate, b"sorted(__import__('sys').modules)"), flush=True)
        print(slot._process.pid, flush=True)
        if sys.argv[1:]:
            os.kill(os.getpid(), signal.SIGKILL)
        await slot.close()
    asyncio.run(run())
"""


def started(tmp_path: Path, *arguments: str) -> tuple[set[str], int]:
    """Return the modules and the process id of a worker started from a console script."""
    script = tmp_path / "image-proxy"
    script.write_text(SCRIPT)
    ran = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, str(script), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert ran.returncode == (-signal.SIGKILL if arguments else 0)
    modules, process = ran.stdout.splitlines()
    return set(modules.split()), int(process)


def test_a_worker_loads_only_pixels(tmp_path: Path) -> None:
    modules, _ = started(tmp_path)
    assert "proxy.images.pipeline" in modules
    foreign = {"aiohttp", "uvloop", "pydantic", "proxy.cli", "proxy.settings", "proxy.stores"}
    assert not modules & foreign


def test_a_worker_dies_with_its_parent(tmp_path: Path) -> None:
    _, process = started(tmp_path, "die")
    try:
        alive = os.pidfd_open(process)
    except ProcessLookupError:  # already
        return
    try:
        ended, _, _ = select.select([alive], [], [], 5)
        assert ended
    finally:
        os.close(alive)


@pytest.mark.parametrize(
    "facts", [None, Facts(format=Format.JPEG, width=64, height=48, alpha=True)]
)
def test_a_making_is_the_same_on_the_other_side(facts: Facts | None) -> None:
    variants = tuple(
        Variant(
            transform=Transform(width=width, format=Output.AUTO), format=Format.WEBP, quality=80
        )
        for width in (32, 16)
    )
    making = Making(variants, facts)
    crossed = pickle.loads(pickle.dumps(making))  # noqa: S301  # our own words
    assert crossed == making
    assert pickle.loads(pickle.dumps(making)).variants is crossed.variants  # noqa: S301  # loaded once
