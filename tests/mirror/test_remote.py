"""The door that is a running service passes the suite; what is its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from proxy.demo.publisher import publisher, serve
from proxy.errors import ServiceUnreachable
from proxy.mirror.asking import Door, Known
from proxy.mirror.remote import remote
from proxy.settings import Settings
from tests.fakes.house import serving, settings_for
from tests.fakes.raw_origin import Answer, End, answer, raw_origin
from tests.mirror.suite import MORE, PICTURES, SOURCE, TOKEN, DoorSuite

HEALTHY = answer(
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n",
    b'{"status": "ok"}',
)


@asynccontextmanager
async def opened(settings: Settings, /) -> AsyncIterator[Door]:
    async with serving(settings) as house, remote(f"{house.base}/", TOKEN) as door:
        yield door


@pytest.mark.slow
class TestRemote(DoorSuite):
    """The suite."""

    opens = staticmethod(opened)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(answer(b"", end=End.CLOSE), id="nothing"),
        pytest.param(answer(b"SSH-2.0-OpenSSH\r\n", end=End.CLOSE), id="another protocol"),
        pytest.param(
            answer(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"), id="another server"
        ),
        pytest.param(answer(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"), id="a dead upstream"),
    ],
)
async def test_where_no_service_of_ours_answers_it_does_not_open(said: Answer) -> None:
    async with raw_origin(said) as origin:
        with pytest.raises(ServiceUnreachable, match=f"127.0.0.1:{origin.port}"):
            async with remote(f"http://127.0.0.1:{origin.port}", ""):
                pass


async def test_where_nobody_listens_it_does_not_open() -> None:
    for url in ("http://127.0.0.1:1", "http://a..b", "nowhere"):
        with pytest.raises(ServiceUnreachable):
            async with remote(url, ""):
                pass


async def test_a_service_that_ends_meanwhile_is_unreachable() -> None:
    async with (
        raw_origin(HEALTHY, answer(b"", end=End.CLOSE)) as origin,
        remote(f"http://127.0.0.1:{origin.port}", "") as door,
    ):
        with pytest.raises(ServiceUnreachable):
            await door.ask(f"/?{SOURCE}")


async def test_a_cut_answer_is_no_good_one() -> None:
    cut = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut", end=End.CLOSE)
    async with (
        raw_origin(HEALTHY, cut) as origin,
        remote(f"http://127.0.0.1:{origin.port}", "") as door,
    ):
        found = await door.ask(f"/?{SOURCE}")
    assert (found.good, found.problem) == (False, "origin-truncated")


@pytest.mark.parametrize(
    ("token", "settings"),
    [
        pytest.param("wrong", MORE, id="a wrong token"),
        pytest.param("", MORE, id="no token"),
        pytest.param("any", {}, id="a service that has none"),
    ],
)
async def test_without_its_token_a_service_pins_nothing_and_says_so(
    tmp_path: Path, token: str, settings: dict[str, dict[str, str]]
) -> None:
    async with serve(publisher(PICTURES)) as port:
        chosen = settings_for(tmp_path, port, settings)
        async with serving(chosen) as house, remote(house.base, token) as door:
            assert (await door.ask(f"/?{SOURCE}")).good
            with pytest.raises(ServiceUnreachable, match="token"):
                await door.pin(SOURCE)
            if settings:
                assert await door.known(f"/?{SOURCE}") == Known(), "strangers are told nothing"


async def test_the_token_goes_to_the_admin_alone() -> None:
    async with (
        raw_origin(HEALTHY) as origin,
        remote(f"http://127.0.0.1:{origin.port}", TOKEN) as door,
    ):
        await door.ask(f"/?{SOURCE}", "image/webp")
        await door.pin(SOURCE)
    health, asked, pinned = origin.requests
    assert TOKEN.encode() not in asked
    assert b"\r\nAccept: image/webp\r\n" in asked
    assert asked.startswith(f"GET /?{SOURCE} HTTP/1.1\r\n".encode())
    for head in (health, pinned):
        assert f"\r\nAuthorization: Bearer {TOKEN}\r\n".encode() in head
