"""The door that is this process passes the suite; what is its own."""

import logging
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from proxy import wiring
from proxy.demo.publisher import COUNTS, publisher, serve
from proxy.mirror.asking import Door
from proxy.mirror.local import Local, local
from proxy.settings import Settings
from tests.fakes.house import serving, settings_for
from tests.mirror.suite import PICTURES, SOURCE, DoorSuite
from tests.server.doorway import Given

if TYPE_CHECKING:
    from proxy.flow.flow import Flow


def opened(settings: Settings, /) -> AbstractAsyncContextManager[Door]:
    return local(settings, picture_workers=1)


@pytest.mark.slow
class TestLocal(DoorSuite):
    """The suite."""

    opens = staticmethod(opened)


async def test_it_works_beside_a_running_server(tmp_path: Path) -> None:
    app = publisher(PICTURES)
    async with serve(app) as port:
        settings = settings_for(tmp_path, port)
        async with serving(settings) as house, local(settings, picture_workers=0) as door:
            assert (await door.ask(f"/?{SOURCE}")).good
            assert await door.pin(SOURCE)
            async with house.get(f"/?{SOURCE}") as answer:
                assert "hit" in answer.headers["Cache-Status"]
    assert app[COUNTS].total == 1


async def test_what_failed_for_a_reader_is_asked_again(tmp_path: Path) -> None:
    app = publisher({})
    async with serve(app) as port:
        settings = settings_for(tmp_path, port)
        async with serving(settings) as house, local(settings, picture_workers=0) as door:
            for _ in range(2):
                async with house.get(f"/?{SOURCE}") as answer:
                    assert answer.status == 404
            assert app[COUNTS].total == 1
            assert (await door.ask(f"/?{SOURCE}")).status == 404
    assert app[COUNTS].total == 2


async def test_nothing_is_pinned_where_the_disk_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    async with serve(publisher(PICTURES)) as port:
        settings = settings_for(tmp_path / "file" / "cache", port)
        async with local(settings, picture_workers=0) as door:
            answer = await door.ask(f"/?{SOURCE}")
            assert (answer.good, answer.kept) == (True, False)
            assert not await door.pin(SOURCE)


async def test_a_bug_is_a_500_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with wiring.service(settings_for(tmp_path, 1), picture_workers=0) as parts:
        door = Local(replace(parts, flow=cast("Flow", Given(RuntimeError("oh")))))
        with caplog.at_level(logging.ERROR):
            answer = await door.ask(f"/?{SOURCE}")
    assert (answer.status, answer.problem) == (500, "proxy-error")
    assert "RuntimeError: oh" in caplog.text
