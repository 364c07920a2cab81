"""The fast lane, over real sockets: what it answers, what it leaves, and that both answer alike.

Whole tables of heads and the fuzz are in ``tests/whole/test_fastlane.py``.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from proxy.demo.publisher import publisher, serve
from proxy.model.headers import Headers
from proxy.model.purge import EVERYTHING
from proxy.server.plain import CHOOSING, EXCLUDED
from tests.fakes.house import HOST
from tests.fakes.pictures import noise, saved
from tests.server.doorway import Doorway, doorway, until

SMALL, OTHER = saved(noise(80, 100), "PNG"), saved(noise(81, 100), "PNG")
LARGE = saved(noise(900, 1000), "PNG")
HUGE = SMALL + bytes(12 << 20)  # more than sockets hold
TARGET = f"/?http://{HOST}/a.png"
MOVING = re.compile(rb"(?m)^(?:Date|Age): [^\r]*\r\n|ttl=\d+")


@dataclass(slots=True)
class Reader:
    """One connection of a browser's."""

    door: Doorway
    stream: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, target: str = TARGET, *fields: str, method: str = "GET") -> bytes:
        """Ask and return the whole answer."""
        self.writer.write(head(target, *fields, method=method))
        return await self.hear(method)

    async def hear(self, method: str = "GET") -> bytes:
        """Return the next answer."""
        async with asyncio.timeout(5):
            said = await self.stream.readuntil(b"\r\n\r\n")
            length = re.search(rb"Content-Length: (\d+)", said)
            if method == "HEAD" or length is None:
                return said
            return said + await self.stream.readexactly(int(length[1]))

    async def learned(self, *fields: str, target: str = TARGET, method: str = "GET") -> bytes:
        """Ask until the lane knows the answer, and return it as the handler gave it."""
        before = len(self.door.lane)
        await self.ask(target, *fields, method=method)
        await self.ask(target, *fields, method=method)
        said = await self.ask(target, *fields, method=method)
        await until(lambda: len(self.door.lane) > before)
        return said


def head(target: str = TARGET, *fields: str, method: str = "GET") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: x", *fields, "", ""]).encode()


@asynccontextmanager
async def opened(cache: Path, more: dict[str, Any] | None = None) -> AsyncIterator[Reader]:
    pictures = {"/a.png": SMALL, "/d.png": OTHER, "/b.png": LARGE, "/c.png": HUGE}
    async with (
        serve(publisher(pictures, cache_control="max-age=600")) as port,
        doorway(cache, {"log": {"access": True}, **(more or {})}, origin_port=port) as door,
    ):
        stream, writer = await asyncio.open_connection("127.0.0.1", door.port, limit=1 << 24)
        yield Reader(door, stream, writer)
        writer.close()


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Reader]:
    async with opened(tmp_path) as reader:
        yield reader


def still(answer: bytes) -> bytes:
    """Return an answer without what changes by the second."""
    return MOVING.sub(b"", answer)


@pytest.mark.parametrize(
    ("target", "fields", "method"),
    [
        pytest.param(TARGET, (), "GET", id="an original"),
        pytest.param(f"/?http://{HOST}/b.png", (), "GET", id="a large one"),
        pytest.param(TARGET, (), "HEAD", id="HEAD"),
        pytest.param(TARGET, ("If-None-Match: *",), "GET", id="304"),
        pytest.param(TARGET, ("If-None-Match: *",), "HEAD", id="304 to a HEAD"),
        pytest.param(TARGET, ('If-None-Match: "other"',), "GET", id="a condition that fails"),
        pytest.param(
            TARGET, ("If-Modified-Since: Tue, 01 Dec 2099 00:00:00 GMT",), "GET", id="IMS"
        ),
    ],
)
async def test_answers_as_the_handler_does(
    browser: Reader, target: str, fields: tuple[str, ...], method: str
) -> None:
    usual = await browser.learned(*fields, target=target, method=method)
    for _ in range(3):
        assert still(await browser.ask(target, *fields, method=method)) == still(usual)
    assert browser.door.lane.n_answered == 3


async def test_what_was_asked_once_is_not_kept_ready(browser: Reader) -> None:
    await browser.ask()
    await browser.ask()
    assert len(browser.door.lane) == 0, "one fetched it, one found it"
    await browser.learned()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param(("Accept: image/webp",), id="another Accept"),
        pytest.param(("Origin: https://b.example",), id="from a script"),
        pytest.param(("Save-Data: on",), id="with a hint"),
        pytest.param(("Cache-Control: max-age=0",), id="a reload"),
        pytest.param(("Range: bytes=0-9",), id="a part"),
        pytest.param(("Connection: close",), id="the last"),
        pytest.param(("Content-Length: 0",), id="with a body"),
    ],
)
async def test_other_words_take_the_ordinary_way(browser: Reader, fields: tuple[str, ...]) -> None:
    await browser.learned()
    await browser.ask(TARGET, *fields)
    assert browser.door.lane.n_answered == 0


async def forgotten(door: Doorway) -> None:
    page = await door.parts.store.entries()
    await door.parts.store.forget(page.entries[0].key)


async def replaced(door: Doorway) -> None:
    page = await door.parts.store.entries()
    await door.parts.store.keep(replace(page.entries[0], media_type="image/x-other"))


def blobs(door: Doorway) -> list[Path]:
    root = Path(door.parts.settings.cache.dir) / "blobs"
    return [path for path in root.rglob("*") if path.is_file()]


async def damaged(door: Doorway) -> None:
    (path,) = blobs(door)
    path.write_bytes(path.read_bytes()[::-1])


async def gone(door: Doorway) -> None:
    for path in blobs(door):
        path.unlink()


@pytest.mark.parametrize(
    "happen",
    [
        pytest.param(lambda door: door.parts.store.purge(EVERYTHING), id="purged"),
        pytest.param(forgotten, id="forgotten"),
        pytest.param(replaced, id="another body kept"),
        pytest.param(damaged, id="its file written to"),
        pytest.param(gone, id="its file gone: it takes room unseen"),
    ],
)
async def test_what_is_no_longer_sure_takes_the_ordinary_way(
    browser: Reader, happen: Callable[[Doorway], Awaitable[object]]
) -> None:
    await browser.learned()
    await browser.ask()
    assert browser.door.lane.n_answered == 1
    await happen(browser.door)
    await browser.ask()
    assert browser.door.lane.n_answered == 1


async def test_a_stale_reply_is_validated(tmp_path: Path) -> None:
    origin = {"default_ttl": "1s", "max_ttl": "1s"}
    async with opened(tmp_path, {"cache": origin}) as browser:
        await browser.learned()
        async with asyncio.timeout(5):
            while b"revalidated" not in str(browser.door.lines[-1]["cache"]).encode():
                await browser.ask()
        assert browser.door.lane.n_answered > 0


async def test_replies_that_no_longer_hold_are_let_go_of_unasked(browser: Reader) -> None:
    await browser.learned()
    await gone(browser.door)
    browser.door.lane.tend()
    assert len(browser.door.lane) == 0


async def test_no_more_are_kept_than_may_be(browser: Reader) -> None:
    browser.door.lane._most = 2
    for number in range(4):
        for _ in range(10):
            await browser.ask(TARGET, f"Accept: a/{number}")
        await until(lambda: not browser.door.lane._learning)
    assert len(browser.door.lane) == 2
    assert len(browser.door.lane._bodies) == 1, "one body for all"


async def test_pipelined_asks_are_answered_in_their_order(browser: Reader) -> None:
    small = await browser.learned()
    large = await browser.learned(target=f"/?http://{HOST}/b.png")
    asks = [TARGET, f"/?http://{HOST}/b.png", "/-/health", TARGET]
    browser.writer.write(b"".join(map(head, asks)))
    heard = [await browser.hear() for _ in asks]
    assert [len(one) for one in heard][::3] == [len(small)] * 2
    assert still(heard[1]) == still(large)
    assert heard[2].endswith(b'{"status": "ok"}\n')
    assert browser.door.lane.n_answered == 0
    await browser.ask()
    assert browser.door.lane.n_answered == 1


async def test_what_comes_while_a_body_goes_out_is_answered_after_it(browser: Reader) -> None:
    large = f"/?http://{HOST}/b.png"
    await browser.learned()
    usual = await browser.learned(target=large)
    browser.writer.write(head(large))
    await until(lambda: any(one._outlet for one in browser.door.server.open_connections()))
    browser.writer.write(head() + head("/-/health"))
    assert still(await browser.hear()) == still(usual)
    assert (await browser.hear()).endswith(SMALL)
    assert (await browser.hear()).endswith(b'{"status": "ok"}\n')


async def test_a_reader_that_leaves_is_a_line_and_a_count(browser: Reader) -> None:
    huge = f"/?http://{HOST}/c.png"
    await browser.learned(target=huge)
    stream, writer = await asyncio.open_connection("127.0.0.1", browser.door.port, limit=1024)
    writer.write(head(huge))
    await stream.readuntil(b"\r\n\r\n")
    writer.transport.abort()
    await until(lambda: "error" in browser.door.lines[-1])
    line = browser.door.lines[-1]
    assert line["error"].startswith("reader-left: ")
    assert line["status"] == 200
    assert 0 < line["bytes"] < len(HUGE)


async def test_lines_and_counts_are_those_of_any_hit(browser: Reader) -> None:
    labels = {"route": "original", "status": "200", "cache": "hit"}

    def counted() -> float:
        browser.door.log.flush()
        browser.door.parts.metrics.flush()
        return REGISTRY.get_sample_value("image_proxy_requests_total", labels) or 0.0

    await browser.learned()
    usual, before = browser.door.lines[-1], counted()
    await browser.ask()
    assert browser.door.lane.n_answered == 1
    line = browser.door.lines[-1]
    assert list(line) == list(usual)
    for own in ("ts", "request_id", "ms"):
        assert line.pop(own) != usual.pop(own) or own == "ms"
    assert line == usual
    assert counted() == before + 1


@pytest.mark.parametrize(
    ("trusted", "client"), [(["127.0.0.0/8"], "203.0.113.9"), ([], "127.0.0.1")], ids=["yes", "no"]
)
async def test_a_trusted_proxy_says_who_asked(
    tmp_path: Path, trusted: list[str], client: str
) -> None:
    async with opened(tmp_path, {"server": {"trusted_proxies": trusted}}) as browser:
        await browser.learned()
        for who in ("198.51.100.1", "203.0.113.9"):
            await browser.ask(TARGET, f"X-Forwarded-For: {who}")
        assert browser.door.lane.n_answered == 2
        assert browser.door.lines[-1]["client"] == client


async def test_a_use_counts_as_a_use(browser: Reader) -> None:
    await browser.learned()
    index: Any = browser.door.parts.store._backend.index
    index._touched.clear()
    await browser.ask()
    assert browser.door.lane.n_answered == 1
    browser.door.lane.tend()
    assert len(index._touched) == 1


async def test_keep_alive_counts_from_the_last_answer(browser: Reader) -> None:
    await browser.learned()
    (connection,) = browser.door.server.open_connections()
    connection._next_keepalive_close_time = 0.0
    await browser.ask()
    assert browser.door.lane.n_answered == 1
    assert connection._next_keepalive_close_time > asyncio.get_running_loop().time() + 60


async def test_draining_answers_close_their_connections(browser: Reader) -> None:
    await browser.learned()
    browser.door.server.draining = True
    assert b"Connection: close" in await browser.ask()
    assert browser.door.lane.n_answered == 0


async def test_without_a_descriptor_left_the_handler_answers(
    browser: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = await browser.learned()

    def none_left(_handle: int) -> int:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("proxy.server.outlet.os.dup", none_left)
    assert still(await browser.ask()) == still(usual)
    assert browser.door.lane.n_answered == 0


async def test_what_passes_between_origin_and_reader_is_never_said_beforehand(
    tmp_path: Path,
) -> None:
    for number, key in enumerate(("pass_request_headers", "pass_response_headers")):
        async with opened(tmp_path / str(number), {"cache": {key: ["x-own"]}}) as browser:
            for _ in range(4):
                await browser.ask()
            await until(lambda: not browser.door.lane._learning)
            assert len(browser.door.lane) == 0


async def test_a_store_without_its_disk_keeps_nothing_ready(tmp_path: Path) -> None:
    async with opened(tmp_path / "cache") as browser:
        await browser.ask()
        shutil.rmtree(tmp_path / "cache" / "blobs")
        for _ in range(3):
            assert (await browser.ask()).endswith(SMALL)
        await until(lambda: not browser.door.lane._learning)
        assert len(browser.door.lane) == 0


async def test_where_all_places_are_taken_what_is_asked_seldom_takes_none(browser: Reader) -> None:
    lane = browser.door.lane
    lane._most = 1
    await browser.learned()
    for _ in range(3):
        await browser.ask(TARGET, "Accept: seldom/asked")
    await until(lambda: not lane._learning)
    await browser.ask()
    assert lane.n_answered == 1, "the one that has the place still has it"
    for _ in range(8):
        await browser.ask(TARGET, "Accept: seldom/asked")
    await until(lambda: not lane._learning)
    before = lane.n_answered
    await browser.ask(TARGET, "Accept: seldom/asked")
    assert lane.n_answered == before + 1, "asked often it takes the place"


async def test_small_bodies_are_held_in_memory_as_far_as_they_may(browser: Reader) -> None:
    lane = browser.door.lane
    lane._most_bytes = len(SMALL) + 100
    usual = await browser.learned()
    assert lane.n_bytes == len(SMALL)
    await browser.learned(target=f"/?http://{HOST}/d.png")
    await browser.learned(target=f"/?http://{HOST}/b.png")
    assert lane.n_bytes == len(SMALL), "the others are files"
    assert still(await browser.ask()) == still(usual)
    assert (await browser.ask(f"/?http://{HOST}/d.png")).endswith(OTHER)
    assert (await browser.ask(f"/?http://{HOST}/b.png")).endswith(LARGE)
    assert lane.n_answered == 3
    await browser.door.parts.store.purge(EVERYTHING)
    lane.tend()
    lane.tend()
    assert lane.n_bytes == 0


async def test_remembers_no_more_heads_than_it_may(browser: Reader) -> None:
    lane = browser.door.lane
    for number in range(2000):
        assert lane.find(b"GET / HTTP/1.1\r\nHost: x%d\r\n\r\n" % number) is None
    assert lane.find(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000) is None
    assert len(lane._heads) <= 512


async def test_words_that_are_too_many_are_not_kept(browser: Reader) -> None:
    for _ in range(4):
        await browser.ask(TARGET, f"Accept: {'a' * 3000}")
    await until(lambda: not browser.door.lane._learning)
    assert len(browser.door.lane) == 0


async def test_of_a_hits_head_the_handler_looks_at_nothing_the_lane_does_not_heed(
    browser: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: set[str] = set()

    def spied(method: str) -> None:
        usual = getattr(Headers, method)

        def spy(self: Headers, *names: str) -> object:
            if ("X-Spied", "1") in self.lines:
                looked.update(name.lower() for name in names or ("every one",))
            return usual(self, *names)

        monkeypatch.setattr(Headers, method, spy)

    await browser.ask()
    for method in ("get", "all", "__contains__", "__iter__", "only", "without", "having"):
        spied(method)
    await browser.ask(TARGET, "X-Spied: 1", 'If-None-Match: "other"')
    heeded = {name.decode() for name in (*CHOOSING, *EXCLUDED)} | {"x-forwarded-for"}
    assert "if-none-match" in looked
    assert looked - heeded == set()
