"""Purges as an operator makes them, by HTTP and by command, beside two server processes."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from proxy.demo.publisher import publisher, serve
from tests.fakes.house import HOST
from tests.fakes.pictures import quadrants, saved
from tests.fakes.program import ROOT, Program, program
from tests.fakes.raw_origin import Answer, answer, raw_origin

pytestmark = pytest.mark.slow

TOKEN = "s3cret"  # noqa: S105  # the test's own
AT_ONCE = 8  # connections opened together, until both processes have one
FORMS = ("/?", "/thumbnail/?", "/headimg/?")
A, B = "/2021/a.jpg", "/2022/b.jpg"
WISHES: tuple[tuple[dict[str, object], set[str]], ...] = (
    ({"source": f"https://cors.zfour.workers.dev/?http://{HOST.upper()}{A}#x"}, {A}),
    ({"prefix": f"http://{HOST}/2022/"}, {B}),
    ({"host": HOST}, {A, B}),
    ({"all": True}, {A, B}),
    ({"host": "other.example"}, set()),
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Two server processes, their cache, and clients with a connection each, of both."""

    running: Program
    cache: Path
    clients: list[aiohttp.ClientSession]

    async def ask(self, target: str, client: aiohttp.ClientSession | None = None) -> bytes:
        """Return the body of a good answer."""
        async with (client or self.clients[0]).get(self.running.base + target) as reply:
            body = await reply.read()
        assert reply.status == 200, body
        return body

    async def everywhere(self, target: str) -> bytes:
        """Return the one body that all connections are answered, of both processes."""
        (body,) = set(await asyncio.gather(*(self.ask(target, one) for one in self.clients)))
        return body

    async def command(self, *words: str) -> Any:  # noqa: ANN401  # JSON
        """Return what ``image-proxy cache`` says, run as a program of its own."""
        kept = {key: value for key, value in os.environ.items() if "IMAGE_PROXY_" not in key}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "proxy", "cache", *words, "--json"),
            cwd=ROOT,
            env={**kept, "IMAGE_PROXY_CACHE__DIR": str(self.cache)},
            stdout=PIPE,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0
        return json.loads(said)


Hand = Callable[[Stage, dict[str, object]], Awaitable[Any]]


async def by_http(stage: Stage, wish: dict[str, object]) -> Any:  # noqa: ANN401  # JSON
    fields = {"Authorization": f"Bearer {TOKEN}"}
    url = f"{stage.running.base}/-/purge"
    async with (
        aiohttp.ClientSession() as client,  # its connection closes with the answer
        client.post(url, json=wish, headers=fields) as reply,
    ):
        assert reply.status == 200
        return await reply.json()


async def by_command(stage: Stage, wish: dict[str, object]) -> Any:  # noqa: ANN401  # JSON
    ((name, value),) = wish.items()
    options = {"source": (), "all": ("--all",)}.get(name, (f"--{name}",))
    return await stage.command("purge", *options, *(() if value is True else (str(value),)))


each_hand = pytest.mark.parametrize("purge", [by_http, by_command], ids=["POST", "command"])


@asynccontextmanager
async def staged(cache: Path, origin_port: int) -> AsyncIterator[Stage]:
    token = {"IMAGE_PROXY_ADMIN__TOKEN": TOKEN}
    async with program(cache, origin_port, env=token) as running, AsyncExitStack() as stack:
        stage = Stage(running, cache, [])
        async with asyncio.timeout(20):
            while min(running.connections()) == 0:
                for _ in range(AT_ONCE):
                    wire = aiohttp.TCPConnector(limit=1, keepalive_timeout=60)
                    client = aiohttp.ClientSession(connector=wire)
                    stage.clients.append(await stack.enter_async_context(client))
                await stage.everywhere("/-/health")
        yield stage


def version(number: int, name: str = A) -> bytes:
    """Return a picture; those of two names differ, or they would share what is made of them."""
    return saved(quadrants(1000 + 10 * (name == B), 700 + 20 * number), "JPEG")


@each_hand
async def test_what_is_purged_is_fetched_anew_by_every_process(tmp_path: Path, purge: Hand) -> None:
    pictures = {name: version(0, name) for name in (A, B)}
    async with (
        serve(publisher(pictures)) as port,
        staged(tmp_path / "cache", port) as stage,
    ):
        held = dict(pictures)
        for number, (wish, gone) in enumerate(WISHES, start=1):
            targets = {name: [f"{form}http://{HOST}{name}" for form in FORMS] for name in pictures}
            before = {}
            for name in pictures:
                before[name] = [await stage.everywhere(target) for target in targets[name]]
                assert before[name][0] == held[name]
            pictures.update({name: version(number, name) for name in pictures})
            told = await purge(stage, wish)
            assert told == {"originals": len(gone), "pictures": 2 * len(gone)}, wish
            held.update({name: pictures[name] for name in gone})
            for name in pictures:
                after = [await stage.everywhere(target) for target in targets[name]]
                assert after[0] == held[name], f"{name} after {wish}"
                same = [old == new for old, new in zip(before[name], after, strict=True)]
                assert same == [name not in gone] * len(FORMS)


def sent(body: bytes, gate: asyncio.Event | None = None) -> Answer:
    lines = ("HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Cache-Control: max-age=3600")
    whole = "\r\n".join((*lines, "", "")).encode() + body
    return answer(whole[:1000], whole[1000:], gate=gate)


@each_hand
@pytest.mark.parametrize("form", ["/?", "/thumbnail/?"], ids=["original", "picture"])
async def test_a_fetch_begun_before_a_purge_brings_nothing_back(
    tmp_path: Path, purge: Hand, form: str
) -> None:
    gate, target = asyncio.Event(), f"{form}http://{HOST}{A}"
    async with (
        raw_origin(sent(version(0), gate), sent(version(1))) as origin,
        staged(tmp_path / "cache", origin.port) as stage,
    ):
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            early = group.create_task(stage.ask(target))
            await origin.asked.wait()
            assert await purge(stage, {"source": f"http://{HOST}{A}"}) == {
                "originals": 0,
                "pictures": 0,
            }
            gate.set()
        assert early.result(), "who asked before is answered"
        assert await stage.everywhere(f"/?http://{HOST}{A}") == version(1)
        await stage.everywhere(target)
        entries = (await stage.command("list"))["entries"]
    # What was made of the old one has a key of its own, and would be listed.
    assert [one["kind"] for one in entries] == ["original", "picture"][: 1 + (form != "/?")]
    assert entries[0]["height"] == 720
    assert len(origin.requests) == 2
