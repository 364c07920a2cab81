"""``demo``: its own settings and cache, its exit codes. What it shows: whole/test_demo_page.py."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from proxy.cli.demo import demo
from proxy.errors import SettingsError
from proxy.server.supervisor import bind

ROOT = Path(__file__).parents[2]


@pytest.mark.slow  # the publisher draws its pictures first
def test_a_taken_port_is_said() -> None:
    with bind("127.0.0.1", 0) as listening:
        taken = listening.getsockname()[1]
        with pytest.raises(SettingsError) as raised:
            demo(port=taken)
    said = f"--port: cannot listen on 127.0.0.1 port {taken}: Address already in use"
    assert raised.value.problems == (said,)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
async def test_it_reads_no_settings_and_leaves_nothing(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    (tmp_path / "config.toml").write_text('[access]\nhosts = ["other.example"]\nnonsense = 1\n')
    env = {**os.environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "proxy", "demo", "--port", "0"),
        cwd=tmp_path,
        env=env,
        stdout=PIPE,
        stderr=PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(20):
        said = await process.stdout.readline()
        process.send_signal(number)
        _, complaints = await process.communicate()
    assert said.startswith(b"Open http://127.0.0.1:")
    assert (process.returncode, complaints) == (code, b"")
    assert os.listdir(tmp_path) == ["config.toml"]  # noqa: PTH208  # a Path would be said to block
