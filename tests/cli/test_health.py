"""``health``: 0 well, 1 not well or silent, 2 no address; and which address it asks by itself."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import pytest
from aiohttp import web

from proxy.cli.health import health
from proxy.demo.publisher import serve
from proxy.errors import SettingsError

WELL = {"/-/health": 200, "/-/ready": 503}


def service(asked: list[str]) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(status=WELL.get(request.path, 404), text=f"{request.path}\n")

    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    return app


def asking(url: str | None = None, config: Path | None = None) -> Awaitable[int]:
    """Run the command, which has a loop of its own, beside this one."""
    return asyncio.to_thread(health, url, config=config)


@pytest.mark.parametrize(
    ("path", "asked", "code"),
    [
        pytest.param("", "/-/health", 0, id="no path: health"),
        pytest.param("/", "/-/health", 0, id="the root: health"),
        pytest.param("/-/health", "/-/health", 0, id="health"),
        pytest.param("/-/ready", "/-/ready", 1, id="not ready"),
        pytest.param("/other?a=1", "/other?a=1", 1, id="as it is written"),
    ],
)
async def test_the_answer_is_the_exit_code(
    path: str, asked: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    async with serve(service(seen)) as port:
        assert await asking(f"http://127.0.0.1:{port}{path}") == code
    assert seen == [asked]
    assert capsys.readouterr().out == f"{asked.partition('?')[0]}\n"


async def test_without_an_address_the_settings_say_where(tmp_path: Path) -> None:
    seen: list[str] = []
    file = tmp_path / "config.toml"
    async with serve(service(seen)) as port:
        file.write_text(f'[server]\nhost = "0.0.0.0"\nport = {port}\n')
        assert await asking(config=file) == 0
    assert seen == ["/-/health"]


def test_silence_is_1_and_names_the_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert health("http://127.0.0.1:1") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("http://127.0.0.1:1/-/health: ")
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nowhere",
        "127.0.0.1:8080",
        "ftp://x/",
        "http://",
        "http://x:99999/",
        "http://[::1",
        "/x",
    ],
)
def test_no_address_is_a_wrong_use(url: str) -> None:
    with pytest.raises(SettingsError, match="is no address such as"):
        health(url)
