"""The parent of the server processes: back-off, signals, and what becomes of the children."""

import asyncio
import multiprocessing
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy import clock
from proxy.errors import SettingsError
from proxy.server import supervisor
from proxy.server.supervisor import Supervisor, bind
from proxy.settings import Settings
from tests.fakes.program import ROOT, Program, program

HALF = b"GET / HTTP/1.1\r\nHost: x\r\n"


def test_bind_listens_and_does_not_block() -> None:
    with bind("127.0.0.1", 0) as listening:
        assert listening.getsockname()[1] > 0
        with pytest.raises(BlockingIOError):
            listening.accept()


def test_bind_takes_a_name_and_an_ipv6_address() -> None:
    for host, family in (("localhost", None), ("::1", socket.AF_INET6)):
        try:
            with bind(host, 0) as listening:
                assert family in {None, listening.family}
        except SettingsError:  # this machine may have no IPv6
            assert family is socket.AF_INET6


@pytest.mark.parametrize(
    ("host", "said"),
    [
        pytest.param("a..b", "server.host: 'a..b' leads to no address", id="an empty label"),
        pytest.param("a" * 64, f"server.host: '{'a' * 64}' leads to no address", id="a long one"),
        pytest.param("999.1.1.1", "server.host: '999.1.1.1' leads to no address", id="no address"),
        pytest.param(
            "203.0.113.9",
            "server.port: cannot listen on 203.0.113.9 port 0: Cannot assign requested address",
            id="not ours",
        ),
    ],
)
def test_bind_says_what_is_wrong(host: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        bind(host, 0)
    assert raised.value.problems == (said,)


def test_bind_says_that_a_port_is_taken() -> None:
    with bind("127.0.0.1", 0) as listening, pytest.raises(SettingsError) as raised:
        bind("127.0.0.1", listening.getsockname()[1])
    (said,) = raised.value.problems
    assert said.endswith("Address already in use")
    assert said.count("127.0.0.1") == 1


@pytest.fixture
def parent() -> Iterator[Supervisor]:
    with bind("127.0.0.1", 0) as listening:
        made = Supervisor(Settings(), listening, count=1, on_ready=lambda: None)
        yield made
        made._selector.close()
        for end in ("_ready_reader", "_ready_writer", "_life_reader", "_life_writer"):
            os.close(getattr(made, end))


def ended(parent: Supervisor, *, ran_s: float) -> float:
    """Let the one child have ended after that long; return the seconds until it is restarted."""
    (slot,) = parent._slots
    slot.restart_at = None
    child = multiprocessing.get_context("spawn").Process(target=int)
    child.start()
    child.join()
    parent._selector.register(child.sentinel, 1, slot)
    slot.running, slot.started = child, clock.monotonic() - ran_s
    parent._ended(slot)
    return due(slot) - clock.monotonic()


def due(slot: supervisor._Slot) -> float:
    assert slot.running is None
    return slot.restart_at or 0.0


@pytest.mark.slow
def test_the_back_off_doubles_to_its_bound_and_starts_anew_for_a_steady_one(
    parent: Supervisor,
) -> None:
    waits = [ended(parent, ran_s=1) for _ in range(7)]
    assert waits == pytest.approx([1, 2, 4, 8, 16, 30, 30], abs=0.5)
    assert ended(parent, ran_s=supervisor._STEADY_S + 1) == pytest.approx(1, abs=0.5)


def test_a_process_told_to_stop_starts_no_other(parent: Supervisor) -> None:
    (slot,) = parent._slots
    slot.restart_at = 0.0
    parent._on_signal(signal.SIGTERM, None)
    parent._restart_due()
    parent._start(slot)
    assert due(slot) == 0.0


def alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def gone(pids: list[int], within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while any(alive(pid) for pid in pids):  # noqa: ASYNC110  # the kernel sets no event
            await asyncio.sleep(0.02)


async def owed(running: Program) -> asyncio.StreamWriter:
    """Open a connection that keeps a drain waiting: half a head, read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(HALF + b"\r\n" + HALF)
    await reader.readuntil(b"\r\n\r\n")  # the answer to the first: what follows it was read
    return writer


@pytest.mark.slow
async def test_a_second_sigterm_does_not_wait(tmp_path: Path) -> None:
    env = {"IMAGE_PROXY_SERVER__SHUTDOWN": "60s"}
    async with program(tmp_path, 1, workers=2, env=env) as running:
        children = running.children
        writer = await owed(running)
        running.send(signal.SIGTERM)
        await asyncio.sleep(1.0)  # past the grace
        assert any(alive(child) for child in children), "one waits for the half-read head"
        running.send(signal.SIGTERM)
        assert await running.ended(5) == 0
        await gone(children, 1)
        writer.close()


@pytest.mark.slow
async def test_an_interrupt_is_exit_code_130(tmp_path: Path) -> None:
    async with program(tmp_path, 1, workers=1) as running:
        running.send(signal.SIGINT)
        assert await running.ended(5) == 130
    assert [line for line in running.lines if line.get("level") in {"warning", "error"}] == []


@pytest.mark.slow
async def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    async with program(tmp_path, 1, workers=2) as running:
        children = running.children
        assert len(children) == 2
        running.send(signal.SIGKILL)
        await gone(children, 8)
        assert await running.ended(5) == -signal.SIGKILL


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 2], ids=["the first child", "the second"])
async def test_a_signal_while_starting_is_not_lost(tmp_path: Path, after: int) -> None:
    own = {"PORT": "0", "WORKERS": "2", "SHUTDOWN": "30s"}
    env = {
        **os.environ,
        **{f"IMAGE_PROXY_SERVER__{key}": value for key, value in own.items()},
        "IMAGE_PROXY_CACHE__DIR": str(tmp_path),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "proxy", "serve"), cwd=ROOT, env=env, stderr=PIPE
    )
    async with asyncio.timeout(10):
        while children_of(process.pid) < after:  # noqa: ASYNC110  # the kernel sets no event
            await asyncio.sleep(0)
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        _, said = await process.communicate()
    assert process.returncode == 0
    assert b'"error"' not in said
    assert b"Traceback" not in said


def children_of(pid: int) -> int:
    return len(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


@pytest.mark.slow
async def test_a_dead_process_is_restarted_and_said(tmp_path: Path) -> None:
    async with program(tmp_path, 1, workers=2) as running:
        before = running.children
        for count in (1, 2):
            victim = running.children[0]
            os.kill(victim, signal.SIGKILL)
            async with asyncio.timeout(10):
                while len(errors(running)) < count or len(running.children) < 2:  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        assert not set(before) <= set(running.children)
        said = [str(line["event"]) for line in errors(running)]
    assert said[0].startswith(f"server process {before[0]} ended with -9; it is restarted in ")
    assert all(int(line.rpartition(" in ")[2].removesuffix(" s")) in {1, 2} for line in said)


def errors(running: Program) -> list[dict[str, object]]:
    return [line for line in running.lines if line.get("level") == "error"]
