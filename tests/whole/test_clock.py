"""A clock that is set wrong by a day and set right again, with the whole service on it."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import formatdate
from pathlib import Path
from time import time

import pytest

from proxy import clock
from proxy.demo.publisher import publisher, serve
from proxy.model.body import Blob
from tests.fakes.house import HOST, House, serving, settings_for
from tests.fakes.pictures import quadrants, saved
from tests.fakes.raw_origin import Answer, RawOrigin, answer, raw_origin
from tests.stores.makers import MIB, Clock, body, opened, put

pytestmark = pytest.mark.slow

DAY = 86400.0
LIFE_S = 60.0
HOUR_MOST_S = 1.1 * 3600  # the longest a failure is remembered, but for 404 and 410
OPEN_MOST_S = 60.0
PICTURE = saved(quadrants(40, 30), "PNG")
TARGET = f"/?http://{HOST}/a.png"


class Time:
    """What time it is (the origin knows), and by how much our clock is wrong."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._shown = Clock(time())
        self.true = self._shown.at
        monkeypatch.setattr(clock, "now", self._shown)

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.true += seconds
        self._shown.at += seconds

    def jumps(self, seconds: float) -> None:
        """Set our clock, and nobody else's."""
        self._shown.at += seconds


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


def said(moment: Time, *, dated: bool) -> Answer:
    lines = (
        "HTTP/1.1 200 OK",
        f"Content-Length: {len(PICTURE)}",
        f"Cache-Control: max-age={LIFE_S:.0f}",
        *((f"Date: {formatdate(moment.true, usegmt=True)}",) if dated else ()),
    )
    return answer("\r\n".join((*lines, "", "")).encode() + PICTURE)


def failing(status: str) -> Answer:
    return answer(f"HTTP/1.1 {status}\r\nContent-Length: 4\r\n\r\n<h1>".encode())


@asynccontextmanager
async def asked(tmp_path: Path) -> AsyncIterator[tuple[RawOrigin, House]]:
    async with (
        raw_origin() as origin,
        serving(settings_for(tmp_path / "cache", origin.port)) as house,
    ):
        yield origin, house


FORWARD, BACK = DAY, -DAY


@pytest.mark.parametrize("dated", [True, False], ids=["an origin with Date", "one without"])
@pytest.mark.parametrize(
    ("jumps", "error_s"),
    [
        pytest.param((), 0.0, id="a clock that is right"),
        pytest.param((BACK, FORWARD), 0.0, id="back and right again"),
        pytest.param((BACK,), DAY, id="back for good"),
        pytest.param((FORWARD,), 0.0, id="forward for good"),
        pytest.param((FORWARD, BACK), DAY, id="forward and right again"),
        pytest.param((FORWARD, BACK, BACK, FORWARD), DAY, id="both ways"),
    ],
)
async def test_nothing_is_younger_than_born_or_fresh_for_ever(
    tmp_path: Path, moment: Time, jumps: tuple[float, ...], error_s: float, *, dated: bool
) -> None:
    """``error_s`` is by how much a copy may outlive its lifetime: never more than one jump."""
    renewed_at, n_asked = moment.true, 0

    async with asked(tmp_path) as (origin, house):

        async def ask() -> bool:
            """Ask, and tell whether the origin was asked."""
            nonlocal renewed_at, n_asked
            origin.answers = [said(moment, dated=dated)]
            async with house.get(TARGET) as reply:
                assert await reply.read() == PICTURE
            assert int(reply.headers.get("Age", 0)) >= 0
            came = len(origin.requests) > n_asked
            n_asked = len(origin.requests)
            renewed_at = moment.true if came else renewed_at
            assert moment.true - renewed_at < LIFE_S + error_s
            return came

        assert await ask()
        for jump in jumps:
            moment.jumps(jump)
            for seconds in (0, 10, 30):
                moment.passes(seconds)
                await ask()
        moment.passes(error_s + LIFE_S + 1)
        assert await ask()
        moment.passes(1)
        if sum(jumps) == 0:
            assert not await ask()  # and all is as it was before
            moment.passes(LIFE_S)
            assert await ask()


@pytest.mark.parametrize("jumps", [(BACK,), (FORWARD,), (FORWARD, BACK)], ids=str)
@pytest.mark.parametrize("status", ["404 Not Found", "500 Broken"])
async def test_a_remembered_failure_does_not_stick(
    tmp_path: Path, moment: Time, status: str, jumps: tuple[float, ...]
) -> None:
    async with asked(tmp_path) as (origin, house):

        async def ask() -> int:
            async with house.get(TARGET) as reply:
                await reply.read()
                return int(reply.status)

        if len(jumps) > 1:
            moment.jumps(jumps[0])
        origin.answers = [failing(status)]
        for _ in range(2):
            assert await ask() == int(status[:3])
        assert len(origin.requests) == 1
        moment.jumps(jumps[-1])
        moment.passes(HOUR_MOST_S)
        origin.answers = [said(moment, dated=False)]
        assert await ask() == 200


@pytest.mark.parametrize("jumps", [(BACK,), (FORWARD,), (FORWARD, BACK)], ids=str)
async def test_an_open_breaker_does_not_stick(
    tmp_path: Path, moment: Time, jumps: tuple[float, ...]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with serving(settings_for(tmp_path / "cache", port)) as house:

        async def ask(name: str) -> int:
            async with house.get(f"/?http://{HOST}{name}") as reply:
                await reply.read()
                return int(reply.status)

        if len(jumps) > 1:
            moment.jumps(jumps[0])
        for n in range(6):
            assert await ask(f"/{n}.png") == 502
        app = publisher({"/a.png": PICTURE}, referer_hosts=())
        async with serve(app, port=port):
            assert await ask("/a.png") == 502  # it is open
            moment.jumps(jumps[-1])
            moment.passes(OPEN_MOST_S)
            assert await ask("/a.png") == 200


@pytest.mark.parametrize("jump", [FORWARD + 3600, BACK], ids=["forward", "back"])
async def test_upkeep_at_a_wrong_time_loses_nothing(tmp_path: Path, jump: float) -> None:
    now = Clock(time())
    async with opened(tmp_path, disk=64 * MIB, now=now) as store:
        await put(store, "kept", body(1))
        draft = await store.begin(None)
        await draft.write(body(2))
        now.at += jump
        await store.tend()
        stored = await draft.commit()
        assert isinstance(stored, Blob)
        now.at -= jump
        await store.tend()
        assert await store.read(stored) == body(2)
        found = await store.look_up("kept")
        assert found is not None
        assert found.body is not None
        assert await store.read(found.body) == body(1)
