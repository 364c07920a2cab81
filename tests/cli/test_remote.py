"""One GET to ourselves: a status and a body, or one kind of failure."""

import pytest
from aiohttp import web

from proxy.cli import remote
from proxy.demo.publisher import serve
from tests.fakes.raw_origin import End, answer, raw_origin


async def test_any_answer_is_an_answer() -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=503, text=request.raw_path)

    app = web.Application()
    app.router.add_get("/{tail:.*}", refuse)
    async with serve(app) as port:
        assert await remote.get(f"http://127.0.0.1:{port}/-/ready?a=1") == (503, b"/-/ready?a=1")


async def test_a_redirect_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 2\r\n\r\nno"
    async with raw_origin(answer(moved)) as origin:
        assert await remote.get(f"http://127.0.0.1:{origin.port}/") == (302, b"no")
    assert len(origin.requests) == 1


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut", id="a cut body"),
    ],
)
async def test_what_is_no_answer_is_an_oserror(sent: bytes) -> None:
    async with raw_origin(answer(sent, end=End.CLOSE)) as origin:
        with pytest.raises(OSError):  # noqa: PT011  # its text is the library's
            await remote.get(f"http://127.0.0.1:{origin.port}/")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://a..b/", "nowhere", "http:///x"])
async def test_where_nobody_listens_is_an_oserror(url: str) -> None:
    with pytest.raises(OSError):  # noqa: PT011  # its text is the system's
        await remote.get(url)


async def test_silence_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_DEADLINE_S", 0.05)
    async with raw_origin(answer(b"")) as origin:
        with pytest.raises(TimeoutError):
            await remote.get(f"http://127.0.0.1:{origin.port}/")
