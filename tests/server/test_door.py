"""The door over a socket: targets, framing, who asked, what is logged, how a bug looks."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from proxy.errors import OriginTruncated, QueueFull
from proxy.model.body import Blob, Body, Chunks, Held
from proxy.model.headers import Headers
from proxy.model.reply import Reply
from tests.server.doorway import Doorway, doorway, until

KEYS = [
    *("ts", "level", "event", "request_id", "method", "target", "status", "bytes", "ms"),
    *("cache", "host", "client"),
]
PLAIN = b"GET / HTTP/1.1\r\nHost: x\r\n"
CLOSE = b"Connection: close\r\n\r\n"


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Doorway]:
    async with doorway(tmp_path) as opened:
        yield opened


def held(data: bytes) -> Held:
    return Held(data, sha256(data).hexdigest())


def reply(status: int, body: Body | None = None) -> Reply:
    return Reply(status=status, headers=Headers((("Content-Type", "image/png"),)), body=body)


def counted(door: Doorway | None = None, **labels: str) -> float:
    if door is not None:
        door.log.flush()
        door.parts.metrics.flush()
    return REGISTRY.get_sample_value("image_proxy_requests_total", labels) or 0.0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"GET http://proxy/ HTTP/1.1\r\nHost: x\r\n", 200, id="a proxy's form"),
        pytest.param(b"GET HTTP://proxy HTTP/1.1\r\nHost: x\r\n", 200, id="without a path"),
        pytest.param(b"GET http://p?http://e.example/ HTTP/1.1\r\nHost: x\r\n", 403, id="query"),
        pytest.param(b"GET http://p/?http://e.example/ HTTP/1.1\r\nHost: x\r\n", 403, id="both"),
        pytest.param(b"GET ftp://proxy/ HTTP/1.1\r\nHost: x\r\n", 400, id="another scheme"),
        pytest.param(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n", 200, id="the server as a whole"),
        pytest.param(b"CONNECT x:22 HTTP/1.1\r\nHost: x\r\n", 405, id="a tunnel"),
        pytest.param(b"GET / HTTP/1.0\r\n", 200, id="HTTP/1.0 needs no Host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost:\r\n", 200, id="a Host may be empty"),
        pytest.param(b"GET /favicon.ico HTTP/1.1\r\nHost: x\r\n", 404, id="a path, no address"),
        pytest.param(b"GET /thumbnail/ HTTP/1.1\r\nHost: x\r\n", 200, id="a preset, no address"),
        pytest.param(b"GET /x/../y HTTP/1.1\r\nHost: x\r\n", 404, id="no path of ours"),
        pytest.param(b"GET /? HTTP/1.1\r\nHost: x\r\n", 200, id="an empty query"),
        pytest.param(b"GET /-/nothing HTTP/1.1\r\nHost: x\r\n", 404, id="no admin address"),
        pytest.param(b"GET /robots.txt?x HTTP/1.1\r\nHost: x\r\n", 200, id="robots with a query"),
        pytest.param(b"GET /\r\n", 400, id="HTTP/0.9"),
    ],
)
async def test_targets_and_versions(door: Doorway, sent: bytes, status: int) -> None:
    heard = await door.exchange(sent + CLOSE)
    head = heard.partition(b"\r\n\r\n")[0]
    assert int(heard.split(b" ")[1]) == status
    assert b"Access-Control-Allow-Origin: *" in head
    assert b"Server: image-proxy" in head


@pytest.mark.parametrize(
    "target",
    [
        *("/?http://h/x.jpg", "/cdn-cgi/image/w=9/http://h/x.jpg", "/200x/http://h/x.jpg"),
        *("//http://h/x.jpg", "/https://h/x.jpg", "/http:/h/x.jpg", "/h.example/x.jpg", "/a/b"),
        *("/_/w:9/plain/http://h/x.jpg", "/photon/h.example/x.jpg", "/favicon.ico"),
    ],
)
async def test_whatever_may_hold_an_address_reaches_flow_as_it_stands(
    tmp_path: Path, target: str
) -> None:
    async with doorway(tmp_path, turn=reply(204)) as door:
        status, _ = await door.ask(target)
    assert status == 204
    assert door.lines[0]["target"] == target


@pytest.mark.parametrize("target", ["/", "/?", "/thumbnail", "/thumbnail/", "/x", "/robots.txt"])
async def test_what_holds_none_does_not(tmp_path: Path, target: str) -> None:
    async with doorway(tmp_path, turn=reply(204)) as door:
        assert (await door.ask(target))[0] == 200
        assert (await door.ask("/-/nothing"))[0] == 404


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"CONNECT x:22 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
    ids=["POST", "GET with chunks", "CONNECT"],
)
async def test_a_request_with_a_body_is_the_last_of_its_connection(
    door: Doorway, sent: bytes
) -> None:
    heard = await door.exchange(sent + PLAIN + b"\r\n")
    assert heard.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in heard


async def test_a_line_holds_the_contracts_keys_in_its_order(door: Doorway) -> None:
    status, body = await door.ask("/")
    (line,) = door.lines
    assert list(line) == KEYS
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line["ts"])
    assert re.fullmatch("[0-9a-f]{16}", line["request_id"])
    assert line["ms"] >= 0
    del line["ts"], line["request_id"], line["ms"]
    said = {"level": "info", "event": "request", "method": "GET", "target": "/", "cache": ""}
    assert line == {**said, "status": status, "bytes": len(body), "host": "", "client": "127.0.0.1"}


async def test_a_refused_ask_says_why_to_the_operator_only(door: Doorway) -> None:
    status, body = await door.ask("/?http://evil.example/secret.jpg")
    (line,) = door.lines
    assert list(line) == [*KEYS, "error"]
    assert (line["status"], line["host"]) == (status, "evil.example") == (403, "evil.example")
    assert line["error"].startswith("host-not-allowed: ")
    assert "evil.example" in line["error"]
    assert b"evil" not in body


async def test_what_the_parser_refuses_is_a_line_and_a_count(door: Doorway) -> None:
    labels: dict[str, Any] = {"route": "none", "status": "414", "cache": ""}
    before = counted(**labels)
    heard = await door.exchange(b"GET /secret" + b"a" * 20_000)
    head, _, body = heard.partition(b"\r\n\r\n")
    problem = {
        "type": "urn:image-proxy:address-too-long",
        "title": "The address is too long",
        "status": 414,
    }
    assert json.loads(body) == problem
    assert b"Content-Type: application/problem+json" in head
    assert b"Access-Control-Allow-Origin: *" in head
    (line,) = door.lines
    assert list(line) == [*KEYS, "error"]
    assert (line["level"], line["status"], line["client"]) == ("info", 414, "127.0.0.1")
    assert line["error"] == "address-too-long: over 16384 bytes"
    assert "secret" not in door.written.getvalue()
    assert counted(door, **labels) == before + 1


async def test_no_request_writes_a_second_line(door: Doorway) -> None:
    for target in ('/?http://x/%0A{"ts":"forged"}', "/%0d%0aforged?x", "/-/%1b[2J", "/?%E2%80%A8x"):
        await door.ask(target)
    assert len(door.written.getvalue().splitlines()) == 4
    assert len(door.lines) == 4


@pytest.mark.parametrize(
    ("trusted", "fields", "client"),
    [
        pytest.param([], ["X-Forwarded-For: 203.0.113.9"], "127.0.0.1", id="nobody is trusted"),
        pytest.param(
            ["10.0.0.0/8"], ["X-Forwarded-For: 203.0.113.9"], "127.0.0.1", id="another is"
        ),
        pytest.param(["127.0.0.0/8"], [], "127.0.0.1", id="a trusted one says nothing"),
        pytest.param(["127.0.0.1"], ["X-Forwarded-For: 203.0.113.9"], "203.0.113.9", id="one"),
        pytest.param(
            ["127.0.0.1"], ["X-Forwarded-For: 1.1.1.1, 203.0.113.9"], "203.0.113.9", id="the last"
        ),
        pytest.param(
            ["127.0.0.1"],
            ["X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 203.0.113.9"],
            "203.0.113.9",
            id="the last line",
        ),
        pytest.param(["127.0.0.1"], ["X-Forwarded-For: 1.1.1.1,"], "127.0.0.1", id="an empty one"),
        pytest.param(["127.0.0.1"], ["X-Forwarded-For: " + "a" * 900], "a" * 64, id="cut"),
        pytest.param(
            ["::1/128", "127.0.0.1"], ["X-Forwarded-For: 2001:db8::1"], "2001:db8::1", id="IPv6"
        ),
    ],
)
async def test_who_asked(
    tmp_path: Path, trusted: list[str], fields: list[str], client: str
) -> None:
    async with doorway(tmp_path, {"server": {"trusted_proxies": trusted}}) as door:
        await door.ask("/", *fields)
    assert [line["client"] for line in door.lines] == [client]


async def test_a_bug_is_a_500_in_our_shape_with_its_traceback_in_the_log(tmp_path: Path) -> None:
    async with doorway(tmp_path, turn=RuntimeError("secret fact")) as door:
        status, body = await door.ask("/?http://image.woshipm.com/a.jpg")
        again, _ = await door.ask("/")
    failed = {"type": "urn:image-proxy:proxy-error", "title": "The service failed", "status": 500}
    assert (status, json.loads(body)) == (500, failed)
    assert again == 200
    bug, line, _ = door.lines
    assert bug["level"] == "error"
    assert "RuntimeError: secret fact" in bug["exception"]
    assert (line["status"], line["error"]) == (500, "bug: RuntimeError")


async def test_our_fullness_says_when_to_come_back(tmp_path: Path) -> None:
    async with doorway(tmp_path, turn=QueueFull("images.queue = 64")) as door:
        heard = await door.exchange(b"GET /?http://x/ HTTP/1.1\r\nHost: x\r\n" + CLOSE)
    assert heard.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 1\r\n" in heard
    assert [line["level"] for line in door.lines] == (
        ["warning", "info"] if QueueFull.reported else ["info"]
    )


async def nothing() -> AsyncGenerator[bytes, None]:
    for part in tuple[bytes, ...]():
        yield part


@pytest.mark.parametrize(
    ("body", "length"),
    [
        pytest.param(held(b"12345"), b"5", id="in memory"),
        pytest.param(Blob("0" * 64, 123_456), b"123456", id="on disk"),
        pytest.param(Chunks(nothing(), 77), b"77", id="arriving, declared"),
        pytest.param(Chunks(nothing(), None), None, id="arriving, undeclared"),
    ],
)
async def test_head_has_gets_length_and_no_body(
    tmp_path: Path, body: Body, length: bytes | None
) -> None:
    async with doorway(tmp_path, turn=reply(200, body)) as door:
        heard = await door.exchange(b"HEAD /?http://x/ HTTP/1.1\r\nHost: x\r\n" + CLOSE)
    head, _, rest = heard.partition(b"\r\n\r\n")
    assert rest == b""
    assert re.findall(rb"Content-Length: (\d+)", head) == ([length] if length else [])
    assert door.lines[0]["bytes"] == 0


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_that_has_no_body_is_framed_by_its_head(
    tmp_path: Path, status: int
) -> None:
    bare = Reply(status=status, headers=Headers())
    async with doorway(tmp_path, turn=bare) as door:
        ask = b"GET /?http://x/ HTTP/1.1\r\nHost: x\r\n"
        heard = await door.exchange(ask + b"\r\n" + PLAIN + CLOSE)
    first, second, usage = heard.split(b"\r\n\r\n")[:3]
    assert first.startswith(b"HTTP/1.1 %d" % status)
    assert not re.search(rb"(?i)content-length|transfer-encoding|content-type", first)
    assert second.startswith(b"HTTP/1.1 200")
    assert usage.startswith(b"IMAGE-PROXY")


async def test_a_whole_body_is_sent_in_parts_and_counted(tmp_path: Path) -> None:
    data = bytes(range(256)) * 4096  # four parts
    async with doorway(tmp_path, turn=reply(200, held(data))) as door:
        status, body = await door.ask("/?http://x/")
    assert (status, body) == (200, data)
    assert door.lines[0]["bytes"] == len(data)


async def leave(door: Doorway) -> None:
    """Ask for what is too large for any buffer, read its head, and go."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port, limit=1024)
    writer.write(b"GET /?http://x/ HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.transport.abort()
    await until(lambda: door.lines)


async def test_a_reader_that_leaves_is_counted_and_no_error(tmp_path: Path) -> None:
    labels: dict[str, Any] = {"route": "none", "status": "200", "cache": ""}
    before = counted(**labels)
    async with doorway(tmp_path, turn=reply(200, held(bytes(16 << 20)))) as door:
        await leave(door)
        await until(lambda: not door.server.open_connections())
    (line,) = door.lines
    assert (line["level"], line["status"]) == ("info", 200)
    assert line["error"].startswith("reader-left: ")
    assert 0 < line["bytes"] < 16 << 20
    assert counted(door, **labels) == before + 1


async def test_a_reader_that_takes_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.server.door._SEND_S", 0.05)
    async with doorway(tmp_path, turn=reply(200, held(bytes(64 << 20)))) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port, limit=1024)
        writer.write(b"GET /?http://x/ HTTP/1.1\r\nHost: x\r\n\r\n")
        await until(lambda: door.lines and not door.server.open_connections())
        assert len(await reader.read()) < 64 << 20
        writer.close()
    assert door.lines[0]["error"] == "reader-left: the reader takes nothing"


class Source:
    """Parts that end as told, and remember that they were let go of."""

    def __init__(self, *, ends: Exception | None = None, parts: int = 1) -> None:
        self._ends, self._parts = ends, parts
        self.let_go = False

    async def parts(self) -> AsyncGenerator[bytes, None]:
        """Give one MiB after another."""
        try:
            for _ in range(self._parts):
                yield bytes(1 << 20)
            if self._ends is not None:
                raise self._ends
        finally:
            self.let_go = True


@pytest.mark.parametrize("length", [5 << 20, None], ids=["declared", "undeclared"])
async def test_a_source_that_breaks_off_cuts_the_answer(tmp_path: Path, length: int | None) -> None:
    source = Source(ends=OriginTruncated("1 of 5 MiB came"))
    async with doorway(tmp_path, turn=reply(200, Chunks(source.parts(), length))) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(b"GET /?http://x/ HTTP/1.1\r\nHost: x\r\n\r\n")
        heard = b""
        try:
            async with asyncio.timeout(5):
                while part := await reader.read(1 << 16):
                    heard += part
        except ConnectionResetError:
            pass
        writer.close()
    assert heard.startswith(b"HTTP/1.1 200")
    assert not heard.endswith(b"0\r\n\r\n"), "cut, not ended"
    (line,) = door.lines
    assert (line["level"], line["error"]) == ("info", "origin-truncated: 1 of 5 MiB came")
    assert source.let_go


async def test_a_reader_that_leaves_lets_the_source_go(tmp_path: Path) -> None:
    source = Source(parts=64)
    async with doorway(tmp_path, turn=reply(200, Chunks(source.parts(), 64 << 20))) as door:
        await leave(door)
    assert source.let_go
    assert door.lines[0]["error"].startswith("reader-left: ")


async def test_without_access_lines_requests_are_still_counted(tmp_path: Path) -> None:
    labels: dict[str, Any] = {"route": "usage", "status": "200", "cache": ""}
    before = counted(**labels)
    async with doorway(tmp_path, {"log": {"access": False}}) as door:
        await door.ask("/")
    assert door.lines == []
    assert counted(door, **labels) == before + 1


@pytest.mark.slow
async def test_two_hundred_requests_leave_nothing_behind(door: Doorway) -> None:
    targets = ["/", "/?http://evil.example/", "/-/health", "/?http://image.woshipm.com/a.jpg"]
    await asyncio.gather(*(door.ask(target) for target in targets))
    before = {task.get_name() for task in asyncio.all_tasks()}
    for _ in range(10):
        await asyncio.gather(*(door.ask(target) for target in targets * 5))
    await until(lambda: not door.server.open_connections())
    assert {task.get_name() for task in asyncio.all_tasks()} <= before  # some ended since
    ids = [line["request_id"] for line in door.lines if line["event"] == "request"]
    assert len(ids) == len(set(ids)) == 204


TOKEN = "Authorization: Bearer s3cret"  # noqa: S105  # the test's own
WITH_TOKEN = {"admin": {"token": "s3cret"}}


def purge(*fields: str, body: bytes = b"", method: str = "POST") -> bytes:
    lines = [f"{method} /-/purge HTTP/1.1", "Host: x", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(
            purge(TOKEN, "Content-Length: 13", body=b'{"all": true}'), 200, id="of a length"
        ),
        pytest.param(
            purge(
                *(TOKEN, "Transfer-Encoding: chunked"),
                body=b'6\r\n{"all"\r\n7\r\n: true}\r\n0\r\n\r\n',
            ),
            200,
            id="in chunks",
        ),
        pytest.param(
            purge(TOKEN, "Content-Length: 16384", body=b'{"all": true}'.ljust(16384)),
            200,
            id="as large as it may be",
        ),
        pytest.param(
            purge(TOKEN, "Content-Length: 16385", body=b'{"all": true}'.ljust(16385)),
            413,
            id="a byte more",
        ),
        pytest.param(
            purge(
                *(TOKEN, "Transfer-Encoding: chunked"),
                body=b"4001\r\n" + b" " * 16385 + b"\r\n0\r\n\r\n",
            ),
            413,
            id="a byte more, undeclared",
        ),
        pytest.param(purge(TOKEN, "Connection: close"), 400, id="no body"),
        pytest.param(
            purge(TOKEN, "Transfer-Encoding: chunked", body=b"2\r\n{}\r\nzz\r\n"), 400, id="broken"
        ),
        pytest.param(purge("Content-Length: 13", body=b'{"all": true}'), 401, id="no token"),
        pytest.param(purge(TOKEN, "Connection: close", method="GET"), 405, id="GET"),
        pytest.param(purge(TOKEN, "Connection: close", method="HEAD"), 405, id="HEAD"),
        pytest.param(purge(TOKEN, "Connection: close", method="PUT"), 405, id="PUT"),
        pytest.param(purge("Connection: close", method="OPTIONS"), 200, id="OPTIONS"),
    ],
)
async def test_a_purge_is_posted(tmp_path: Path, sent: bytes, status: int) -> None:
    async with doorway(tmp_path, WITH_TOKEN) as door:
        heard = await door.exchange(sent)
        assert (await door.ask("/"))[0] == 200
    assert int(heard.split(b" ")[1]) == status
    assert (b"\r\nAllow: POST\r\n" in heard) == (status == 405)
    assert not [line for line in door.lines if line["level"] != "info"]


async def test_without_a_token_nobody_purges(door: Doorway) -> None:
    heard = await door.exchange(purge("Content-Length: 13", body=b'{"all": true}'))
    assert heard.startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize("path", ["/", "/-/health", "/-/metrics", "/-/nothing", "/-/purge/"])
async def test_nothing_else_is_posted(tmp_path: Path, path: str) -> None:
    async with doorway(tmp_path, WITH_TOKEN) as door:
        ask = purge(TOKEN, "Connection: close").replace(b"/-/purge", path.encode())
        heard = await door.exchange(ask)
    assert heard.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nAllow: GET, HEAD, OPTIONS\r\n" in heard


async def test_a_body_that_does_not_come_is_waited_for_so_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("proxy.server.door._BODY_S", 0.05)
    async with doorway(tmp_path, WITH_TOKEN) as door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(purge(TOKEN, "Content-Length: 13", body=b'{"all"'))
        heard = await reader.readuntil(b"}")
        writer.close()
    assert heard.startswith(b"HTTP/1.1 408 ")
    assert b"urn:image-proxy:body-too-slow" in heard


async def test_who_leaves_in_the_middle_of_a_body_is_no_bug(tmp_path: Path) -> None:
    async with doorway(tmp_path, WITH_TOKEN) as door:
        _, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(purge(TOKEN, "Content-Length: 13", body=b'{"all"'))
        await until(door.server.open_connections)
        await door.ask("/")  # by now its head was read
        writer.close()
        await until(lambda: len(door.lines) == 2)
    assert [line["level"] for line in door.lines] == ["info", "info"]
    assert door.lines[1]["error"].startswith("reader-left: ")
