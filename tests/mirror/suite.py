# ruff: noqa: D102  # a test's name is its sentence
"""What every door must do, before a real publisher. A door's test module names it: class TestX."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol

import pytest_asyncio

from proxy.demo.publisher import COUNTS, Counts, publisher, serve
from proxy.mirror.asking import Door
from proxy.settings import Settings
from tests.fakes.house import HOST, settings_for
from tests.fakes.pictures import noise, quadrants, saved
from tests.fakes.raw_origin import raw_origin
from tests.flow.rig import says

TOKEN = "s3cret"  # noqa: S105  # the test's own
MORE = {"admin": {"token": TOKEN}}
SOURCE = f"http://{HOST}/a.jpg"
PICTURES = {
    "/a.jpg": saved(quadrants(1200, 900), "JPEG"),
    "/large.png": saved(noise(640, 640), "PNG"),  # over what is answered in one piece
    "/page.jpg": b"<!doctype html><title>no</title>",
    "/cut.png": saved(quadrants(900, 700), "PNG")[:300],
}


class Opens(Protocol):
    """How a door is opened."""

    def __call__(self, settings: Settings, /) -> AbstractAsyncContextManager[Door]:
        """Open it."""


@dataclass(frozen=True, slots=True)
class Street:
    """A door, and what was asked of the publisher behind it."""

    door: Door
    counts: Counts


class DoorSuite:
    """The suite; ``opens`` opens the door to a service of some settings."""

    opens: ClassVar[Opens]

    @pytest_asyncio.fixture
    async def street(self, tmp_path: Path) -> AsyncIterator[Street]:
        app = publisher(PICTURES)
        async with serve(app) as port, self._open(tmp_path, port) as door:
            yield Street(door, app[COUNTS])

    @asynccontextmanager
    async def _open(self, tmp_path: Path, port: int) -> AsyncIterator[Door]:
        async with type(self).opens(settings_for(tmp_path, port, MORE)) as door:
            yield door

    async def test_an_original_is_answered_and_kept(self, street: Street) -> None:
        answer = await street.door.ask(f"/?{SOURCE}")
        assert (answer.good, answer.kept, answer.status) == (True, True, 200)
        assert answer.media_type == "image/jpeg"
        assert answer.length == len(PICTURES["/a.jpg"])
        again = await street.door.ask(f"/?{SOURCE}")
        assert again.cache.startswith("image-proxy; hit")
        assert again.kept
        assert street.counts.of("/a.jpg") == 1

    async def test_a_large_body_is_read_to_its_end(self, street: Street) -> None:
        for _ in range(2):
            answer = await street.door.ask(f"/?http://{HOST}/large.png")
            assert (answer.good, answer.length) == (True, len(PICTURES["/large.png"]))

    async def test_a_preset_is_made_in_the_format_that_is_accepted(self, street: Street) -> None:
        for form, media_type in (("avif", "avif"), ("webp", "webp"), ("jpeg", "jpeg")):
            answer = await street.door.ask(f"/thumbnail/?{SOURCE}", f"image/{form}")
            assert (answer.good, answer.media_type) == (True, f"image/{media_type}")
        assert street.counts.total == 1

    async def test_what_fails_says_how(self, street: Street) -> None:
        cases = (
            (f"/?http://{HOST}/none.jpg", 404, "origin-status"),
            (f"/?http://{HOST}/page.jpg", 415, "not-served-type"),
            (f"/thumbnail/?http://{HOST}/cut.png", 422, "not-decodable"),
            ("/?http://evil.example/a.jpg", 403, "host-not-allowed"),
            (f"/?http://{HOST}:8002/content/delete/87343", 403, "port-not-allowed"),
            (f"/nothing/?{SOURCE}", 404, "unknown-preset"),
            ("/?data:image/png;base64,AA==", 400, "bad-address"),
        )
        for target, status, problem in cases:
            answer = await street.door.ask(target)
            assert (answer.status, answer.problem, answer.good) == (status, problem, False), target
            assert answer.because

    async def test_what_the_publisher_says_of_waiting_is_handed_on(self, tmp_path: Path) -> None:
        busy = says(b"<p>later", "Retry-After: 77", status=429)
        async with raw_origin(busy) as origin, self._open(tmp_path, origin.port) as door:
            answer = await door.ask(f"/?{SOURCE}")
        assert (answer.status, answer.retry_after_s) == (429, 77.0)

    async def test_a_pin_takes_the_original_and_its_pictures(self, street: Street) -> None:
        assert not await street.door.pin(SOURCE), "nothing is kept yet"
        assert not await street.door.is_pinned(SOURCE)
        await street.door.ask(f"/thumbnail/?{SOURCE}", "image/webp")
        assert not await street.door.is_pinned(SOURCE)
        assert await street.door.pin(SOURCE)
        assert await street.door.pin(SOURCE), "twice is once"
        assert await street.door.is_pinned(SOURCE)
        assert not await street.door.is_pinned(f"http://{HOST}/large.png")

    async def test_what_is_known_before_an_ask(self, street: Street) -> None:
        thumbnail = f"/thumbnail/?{SOURCE}"
        known = await street.door.known(f"/?{SOURCE}")
        assert (known.pinned, known.fresh, known.made, known.problem) == (False, False, False, "")
        await street.door.ask(thumbnail, "image/webp")
        assert (await street.door.known(f"/?{SOURCE}")).fresh
        assert (await street.door.known(thumbnail, "image/webp")).made
        assert not (await street.door.known(thumbnail, "image/avif")).made
        assert street.counts.total == 1

    async def test_a_refusal_is_known_before_an_ask(self, street: Street) -> None:
        cases = (
            ("/?http://evil.example/a.jpg", "host-not-allowed"),
            (f"/nothing/?{SOURCE}", "unknown-preset"),
            ("/?data:image/png;base64,AA==", "bad-address"),
        )
        for target, problem in cases:
            known = await street.door.known(target)
            assert known.problem == problem
            assert known.because
