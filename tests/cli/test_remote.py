"""One GET to ourselves: a status and a body, or one kind of failure."""

import pytest
from aiohttp import web

from proxy.cli import remote
from proxy.demo.publisher import serve
from proxy.settings import Server
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


async def test_a_token_is_sent_where_there_is_one() -> None:
    async with raw_origin(answer(b"HTTP/1.1 204 No Content\r\n\r\n")) as origin:
        for token in ("", "s3cret"):
            await remote.get(f"http://127.0.0.1:{origin.port}/", token)
    without, given = origin.requests
    assert b"Authorization" not in without
    assert b"\r\nAuthorization: Bearer s3cret\r\n" in given


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://127.0.0.1:81"),  # noqa: S104  # read, not bound
        ("::", "http://[::1]:81"),
        ("::1", "http://[::1]:81"),
        ("2001:db8::1", "http://[2001:db8::1]:81"),
        ("proxy.example", "http://proxy.example:81"),
    ],
)
def test_where_a_service_of_these_settings_is_asked(host: str, asked: str) -> None:
    assert remote.address(Server(host=host, port=81)) == asked
