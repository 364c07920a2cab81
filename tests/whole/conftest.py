"""A publisher and a service, whole, for the tests of this folder."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from proxy.demo.publisher import COUNTS, Counts, publisher, serve
from tests.fakes.certificate import OPENSSL, self_signed
from tests.fakes.house import HOST, House, serving, settings_for
from tests.fakes.pictures import holed, noise, quadrants, saved
from tests.whole.hostile import Stage, stage

SHARED = Path(__file__).parents[3] / "shared"


@dataclass(slots=True)
class Scene:
    """A service in front of a publisher, and what the publisher was asked."""

    house: House
    pictures: dict[str, bytes]
    counts: Counts
    source: str = field(default=f"http://{HOST}")


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Open a small publisher with hotlink protection, and the service with default rules."""
    pictures = {
        "/a.jpg": saved(quadrants(1200, 900), "JPEG"),
        "/small.png": saved(quadrants(200, 200), "PNG"),
        "/holed.png": saved(holed(800, 600), "PNG"),
        "/cut.jpg": saved(quadrants(600, 600), "JPEG")[:-400],
        "/page.jpg": b"<!doctype html><title>no</title>",
        "/empty.jpg": b"",
        "/large.png": saved(noise(1400, 1000), "PNG"),
    }
    app = publisher(pictures)
    async with (
        serve(app) as port,
        serving(settings_for(tmp_path / "cache", port)) as house,
    ):
        yield Scene(house=house, pictures=pictures, counts=app[COUNTS])


ALIVE = itertools.count()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def arena(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One service for all the hostile cases of a file; with -s it says at the end what they did."""
    place = tmp_path_factory.mktemp("hostile")
    certificate = self_signed(place, "img.example") if OPENSSL else None
    async with stage(place / "cache", certificate) as set_up:
        yield set_up
        print("\n" + set_up.summary())  # noqa: T201  # the figures of issue 2, number 4


@pytest_asyncio.fixture(loop_scope="module")
async def attacked(arena: Stage) -> AsyncIterator[Stage]:
    """Give a case the service; it must answer a good ask afterwards, as if nothing had been."""
    yield arena
    arena.set_up()
    assert (await arena.ask(f"http://img.example/alive-{next(ALIVE)}.png")).status == 200
