"""Thousands who want one picture at once: one fetch, and nobody is left hanging.

A fraction of full size as tests; ``make prove`` sets PROVE_STAMPEDE and shows the figures.
"""

import asyncio
import json
import os
import re
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.crowd import Told, crowd, make_room
from tests.fakes.house import HOST
from tests.fakes.pictures import noise, saved
from tests.fakes.program import Program, program
from tests.fakes.raw_origin import Answer, End, RawOrigin, answer, raw_origin

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CROWDS = [int(n) for n in os.environ.get("PROVE_STAMPEDE", "100").split(",")]  # 500,5000
PICTURE = saved(noise(64, 48), "PNG")  # 9 KB
TARGET = f"/?http://{HOST}/a.png"
FIRST_BYTE_S, TOTAL_S = 2.0, 6.0  # where the origin is to be too slow
SLACK_S = 2.0  # thousands of answers have to be written and read on one small machine


Saying = Callable[[asyncio.Event], Answer]


def show(figures: str) -> None:
    """Say what was measured (``-s``)."""
    sys.stdout.write(f"\n{figures}\n")


def head(status: str, kind: str, length: int) -> bytes:
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {length}")
    return "\r\n".join((*lines, "Cache-Control: max-age=600", "", "")).encode()


def whole(gate: asyncio.Event) -> Answer:
    return answer(head("200 OK", "image/png", len(PICTURE)) + PICTURE, gate=gate)


def broken(gate: asyncio.Event) -> Answer:
    return answer(head("500 Broken", "text/html", 4) + b"<h1>", gate=gate)


def cut(gate: asyncio.Event) -> Answer:
    start = head("200 OK", "image/png", len(PICTURE)) + PICTURE[: len(PICTURE) // 2]
    return answer(start, gate=gate, end=End.CLOSE)


def silent(_: asyncio.Event) -> Answer:
    return answer(b"", gate=asyncio.Event())


@asynccontextmanager
async def stage(
    tmp_path: Path, said: Answer, n_processes: int, *, patient: bool = True
) -> AsyncIterator[tuple[RawOrigin, Program]]:
    """Run the program before an origin; ``patient`` where the origin waits for the crowd."""
    deadlines = ("60s", "60s") if patient else (f"{FIRST_BYTE_S}s", f"{TOTAL_S}s")
    env = {
        "IMAGE_PROXY_FETCH__FIRST_BYTE": deadlines[0],
        "IMAGE_PROXY_FETCH__TOTAL": deadlines[1],
        "IMAGE_PROXY_LOG__ACCESS": "false",
    }
    async with (
        raw_origin(said) as origin,
        program(tmp_path / "cache", origin.port, workers=n_processes, env=env) as running,
    ):
        yield origin, running


async def fetches(running: Program) -> int:
    """Return how many asks of an origin the processes counted, whatever came of them."""
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{running.base}/-/metrics") as reply,
    ):
        text = await reply.text()
    found = re.findall(r"^image_proxy_origin_requests_total{.*} (.*)$", text, re.MULTILINE)
    return int(sum(map(float, found)))


def kinds(told: list[Told]) -> Counter[tuple[int, str]]:
    """Return how often each status came with which problem, or with the picture whole."""

    def kind(one: Told) -> str:
        if one.status == 200:
            return "whole" if one.body == PICTURE else "cut"
        return str(json.loads(one.body)["type"]) if one.body else "nothing"

    return Counter((one.status, kind(one)) for one in told)


def summary(what: str, told: list[Told], n_fetches: int, shares: list[int]) -> str:
    slowest = max(one.after_s for one in told)
    return (
        f"{len(told)} asks, {what}: {n_fetches} fetches; asks a process {shares};"
        f" {dict(kinds(told))}; the last told after {slowest:.2f} s"
    )


@pytest.mark.parametrize("n_processes", [1, 2], ids=["one process", "two processes"])
@pytest.mark.parametrize("n_clients", CROWDS)
async def test_a_crowd_makes_one_fetch(tmp_path: Path, n_clients: int, n_processes: int) -> None:
    make_room(n_clients)
    gate = asyncio.Event()
    async with (
        stage(tmp_path, whole(gate), n_processes) as (origin, running),
        crowd(running.port, n_clients, running.children) as clients,
    ):
        await clients.ask(TARGET)
        await clients.heard()  # so that none of them can find it stored
        shares = running.connections()
        gate.set()
        told = await clients.told()
        show(summary("a picture", told, len(origin.requests), shares))
    assert sum(shares) == n_clients
    assert min(shares) > 0
    assert kinds(told) == {(200, "whole"): n_clients}
    assert len(origin.requests) == 1


@pytest.mark.parametrize("n_processes", [1, 2], ids=["one process", "two processes"])
@pytest.mark.parametrize("n_clients", CROWDS)
@pytest.mark.parametrize("known", [False, True], ids=["at once", "when the origin was asked"])
async def test_a_leader_that_leaves_fails_nobody(
    tmp_path: Path, n_clients: int, n_processes: int, *, known: bool
) -> None:
    make_room(n_clients)
    gate = asyncio.Event()
    async with (
        stage(tmp_path, whole(gate), n_processes) as (origin, running),
        crowd(running.port, n_clients, running.children) as clients,
    ):
        await clients.ask(TARGET, 0, 1)
        if known:
            await asyncio.wait_for(origin.asked.wait(), 10)
        else:
            await clients.heard()
        clients.leave(0)
        await clients.ask(TARGET, 1)
        await clients.heard()
        shares = running.connections()
        gate.set()
        told = await clients.told(1)
        show(summary("the leader gone", told, len(origin.requests), shares))
    assert kinds(told) == {(200, "whole"): n_clients - 1}
    assert len(origin.requests) <= 2


@pytest.mark.parametrize("n_processes", [1, 2], ids=["one process", "two processes"])
@pytest.mark.parametrize("n_clients", CROWDS)
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        pytest.param(broken, (500, "urn:image-proxy:origin-status"), id="500"),
        pytest.param(cut, (502, "urn:image-proxy:origin-truncated"), id="cut at half"),
    ],
)
async def test_all_are_told_of_the_same_failure(
    tmp_path: Path, n_clients: int, n_processes: int, said: Saying, kind: tuple[int, str]
) -> None:
    make_room(n_clients)
    gate = asyncio.Event()
    async with (
        stage(tmp_path, said(gate), n_processes) as (origin, running),
        crowd(running.port, n_clients, running.children) as clients,
    ):
        await clients.ask(TARGET)
        await clients.heard()
        shares = running.connections()
        gate.set()
        told = await clients.told()
        show(summary(kind[1], told, len(origin.requests), shares))
    assert kinds(told) == {kind: n_clients}
    assert len(origin.requests) <= 2


@pytest.mark.parametrize("n_processes", [1, 2], ids=["one process", "two processes"])
@pytest.mark.parametrize("n_clients", CROWDS)
async def test_an_origin_too_slow_fails_all_within_the_deadline(
    tmp_path: Path, n_clients: int, n_processes: int
) -> None:
    make_room(n_clients)
    async with (
        stage(tmp_path, silent(asyncio.Event()), n_processes, patient=False) as (origin, running),
        crowd(running.port, n_clients, running.children) as clients,
    ):
        await clients.ask(TARGET)
        shares = running.connections()
        told = await clients.told()
        show(summary("silence", told, len(origin.requests), shares))
    assert kinds(told) == {(504, "urn:image-proxy:origin-timeout"): n_clients}
    assert len(origin.requests) <= 2
    assert max(one.after_s for one in told) < TOTAL_S + SLACK_S


@pytest.mark.parametrize("n_processes", [1, 2], ids=["one process", "two processes"])
@pytest.mark.parametrize("n_clients", CROWDS)
async def test_an_origin_that_refuses_is_not_dialled_by_each(
    tmp_path: Path, n_clients: int, n_processes: int
) -> None:
    make_room(n_clients)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with (
        program(tmp_path / "cache", port, workers=n_processes) as running,
        crowd(running.port, n_clients, running.children) as clients,
    ):
        await clients.ask(TARGET)
        shares = running.connections()
        told = await clients.told()
        n_fetches = await fetches(running)
        show(summary("refused", told, n_fetches, shares))
    assert kinds(told) == {(502, "urn:image-proxy:origin-unreachable"): n_clients}
    assert n_fetches <= 2
