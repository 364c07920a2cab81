"""A filesystem that is full: every answer whole, and caching resumes by itself."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.demo.publisher import COUNTS, publisher, serve
from tests.fakes.house import HOST, House, serving, settings_for
from tests.fakes.pictures import noise, saved

pytestmark = pytest.mark.slow

SIZE_MIB = 64
PICTURES = int(os.environ.get("PROVE_FULL", "120"))  # `make prove`: 500
PICTURE = saved(noise(512, 400), "PNG")  # some 600 KiB: 120 of them are more than fits


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """Mount a small filesystem of our own."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", str(place))
    try:
        subprocess.run(mount, check=True, capture_output=True)  # noqa: S603  # constants
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no filesystem can be mounted here (root is needed)")
    yield place
    subprocess.run(("umount", "-l", str(place)), check=True)  # noqa: S603, S607  # constants


async def asked(house: House, name: str) -> bytes:
    async with house.get(f"/?http://{HOST}{name}") as answer:
        body: bytes = await answer.read()
    assert answer.status == 200
    return body


async def stored(house: House, name: str) -> bool:
    """Tell whether a second ask is a hit of what stands on disk."""
    async with house.get(f"/?http://{HOST}{name}") as answer:
        await answer.read()
    return "stored" in answer.headers["Cache-Status"] or "hit" in answer.headers["Cache-Status"]


async def test_every_answer_is_whole_and_caching_resumes(small: Path) -> None:
    pictures = {f"/{n}.png": PICTURE + str(n).encode() for n in range(PICTURES)}
    app = publisher(pictures, cache_control="max-age=3600")
    ballast = small / "ballast"
    ballast.write_bytes(bytes(40 << 20))
    cache = {"cache": {"disk": "1 GiB", "memory": "0 B"}}
    async with serve(app) as port, serving(settings_for(small / "cache", port, cache)) as house:
        for name, body in pictures.items():
            assert await asked(house, name) == body
        first = app[COUNTS].total
        async with house.get("/-/ready") as ready:
            assert "degraded" in await ready.text()
        ballast.unlink()
        async with asyncio.timeout(30):
            while "degraded" in await (await house.get("/-/ready")).text():  # noqa: ASYNC110  # of another process's disk
                await asyncio.sleep(0.5)
        for name, body in pictures.items():
            assert await asked(house, name) == body
        kept = sum([await stored(house, name) for name in list(pictures)[:20]])
    print(f"\n{PICTURES} pictures, {first} fetches while it was full; {kept} of 20 kept after")  # noqa: T201  # make prove shows it
    assert first == PICTURES
    assert kept > 0
