"""From settings to a running program: what it says, and what it leaves behind."""

import asyncio
import resource
import signal
from pathlib import Path

import aiohttp
import pytest

from proxy.errors import SettingsError
from proxy.server.start import raise_open_files, start
from proxy.server.supervisor import bind
from proxy.settings import Server, Settings
from tests.fakes.program import program

IPV6 = Path("/proc/net/if_inet6").exists()


def test_a_taken_port_is_said_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back at the end
    with bind("127.0.0.1", 0) as listening:
        taken = Settings(server=Server(port=listening.getsockname()[1]))
        with pytest.raises(SettingsError, match="cannot listen"):
            start(taken)
    assert list(tmp_path.iterdir()) == []


def test_as_many_files_are_opened_as_the_system_allows_and_never_fewer() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        raise_open_files()
        raised = resource.getrlimit(resource.RLIMIT_NOFILE)
        assert 256 < raised[0] <= 1 << 16
        assert raised[1] == hard
        raise_open_files()
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == raised
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.slow
@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
async def test_it_says_once_where_it_listens_and_sums_its_processes(
    tmp_path: Path, host: str, shown: str
) -> None:
    if host == "::1" and not IPV6:
        pytest.skip("this machine has no IPv6")
    (tmp_path / "tmp").mkdir()
    env = {"IMAGE_PROXY_SERVER__HOST": host, "TMPDIR": str(tmp_path / "tmp")}
    async with program(tmp_path / "cache", 1, workers=2, env=env) as running:
        (line,) = [line for line in running.lines if line.get("event") == "listening"]
        assert line["address"] == f"http://{shown}:{running.port}/"
        assert line["processes"] == 2
        async with aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True)
        ) as client:
            for _ in range(20):
                async with client.get(line["address"]) as answer:
                    assert answer.status == 200
            page, wanted = (
                "",
                'image_proxy_requests_total{cache="",route="usage",status="200"} 20.0',
            )
            async with asyncio.timeout(5):
                while wanted not in page:  # an answer is counted a moment after it has left
                    async with client.get(f"{line['address']}-/metrics") as answer:
                        page = await answer.text()
        assert "pid=" not in page
        assert list((tmp_path / "tmp").glob("image-proxy-metrics-*"))
        running.send(signal.SIGTERM)
        assert await running.ended() == 0
    assert not list((tmp_path / "tmp").glob("image-proxy-metrics-*"))
