"""One connection, byte by byte: what its client is owed, and what the parser refuses.

Driven through a transport in memory, so that a head can be cut at every byte.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.errors import ProxyError
from proxy.server.clients import Clients
from proxy.server.connection import MAX_FIELD_BYTES, MAX_LINE_BYTES, Connection, Server

ONE = b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"
TWO = b"GET /2 HTTP/1.1\r\nHost: x\r\nX: y\r\n\r\n"
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
TURNS = 20  # of the loop: more than an answer takes


class Wire(asyncio.Transport):
    """A transport that remembers what was sent and whether it was closed."""

    def __init__(self) -> None:
        super().__init__({"peername": ("203.0.113.9", 1234)})
        self.sent = bytearray()
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Remember."""
        self.sent += data

    def close(self) -> None:
        """Remember."""
        self.closed = True

    def get_write_buffer_size(self) -> int:
        """Return how much waits to be sent."""
        return 0

    def is_closing(self) -> bool:
        """Tell whether it was closed."""
        return self.closed

    def pause_reading(self) -> None:
        """Nothing more comes than the test sends."""

    def resume_reading(self) -> None:
        """Nothing to do."""


class Post:
    """A server whose answers wait for ``open`` and close the last connection, as the door does."""

    def __init__(self, answer: Callable[[], Awaitable[web.Response]] | None = None) -> None:
        self._answer = answer
        self.open = asyncio.Event()
        self.open.set()
        self.refused: list[tuple[str, str | None]] = []
        self.server = Server(self._handle, refusal=self._refuse, clients=Clients(()))
        self.wires: list[Wire] = []

    def connect(self) -> tuple[Connection, Wire]:
        """Open a connection; give both ends."""
        connection, wire = self.server(), Wire()
        assert isinstance(connection, Connection)
        connection.connection_made(wire)
        self.wires.append(wire)
        return connection, wire

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        await self.open.wait()
        if self._answer is not None:
            return await self._answer()
        response = web.Response(text=request.raw_path)
        if request.protocol.is_last:  # type: ignore[attr-defined]  # a Connection
            response.force_close()
        return response

    def _refuse(self, failure: ProxyError, peer: str | None) -> web.Response:
        self.refused.append((failure.slug(), peer))
        return web.Response(status=failure.status, text=failure.slug())


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    made = Post()
    yield made
    made.open.set()
    await settled()
    await made.server.shutdown(0.01)


async def answered(wire: Wire) -> None:
    """Let the loop turn until the first answer is written, and no further."""
    for _ in range(TURNS):
        if b"/1" in wire.sent:
            return
        await asyncio.sleep(0)


async def settled() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)


def idle(connection: Connection) -> bool:
    return connection.is_idle


@pytest.mark.parametrize("cut", range(1, len(TWO)))
async def test_a_head_is_owed_from_its_first_byte_to_its_answer(post: Post, cut: int) -> None:
    connection, wire = post.connect()
    await settled()
    assert idle(connection)
    connection.data_received(TWO[:cut])
    await settled()
    assert not idle(connection)
    post.server.close_idle()
    assert not wire.closed
    post.open.clear()
    connection.data_received(TWO[cut:])
    await settled()
    assert not idle(connection)
    post.open.set()
    await settled()
    assert wire.sent.endswith(b"/2")
    assert idle(connection)
    post.server.close_idle()
    assert wire.closed


@pytest.mark.parametrize("cut", range(1, len(TWO) + 1))
@pytest.mark.parametrize("together", [True, False], ids=["in one segment", "in two"])
async def test_a_drain_answers_what_was_begun_behind_the_answer_in_work(
    post: Post, *, together: bool, cut: int
) -> None:
    post.open.clear()
    connection, wire = post.connect()
    if together:
        connection.data_received(ONE + TWO[:cut])
    else:
        connection.data_received(ONE)
        await settled()
        connection.data_received(TWO[:cut])
    await settled()
    post.server.draining = True
    post.open.set()
    await settled()
    post.server.close_idle()
    connection.data_received(TWO[cut:])
    await settled()
    assert wire.sent.count(b"HTTP/1.1 200") == 2
    assert wire.sent.endswith(b"/2")
    assert wire.sent.count(b"Connection: close") == 1, "the last answer says so, and only it"
    assert wire.closed


async def test_a_drain_closes_with_the_answer_when_nothing_is_begun(post: Post) -> None:
    post.server.draining = True
    connection, wire = post.connect()
    connection.data_received(ONE)
    await settled()
    assert b"Connection: close" in wire.sent
    assert wire.closed


async def test_more_than_the_parser_queues_is_answered_while_draining(post: Post) -> None:
    post.server.draining = True
    connection, wire = post.connect()
    connection.data_received(ONE * 100)
    for _ in range(100):
        await settled()
    assert wire.sent.count(b"HTTP/1.1 200") == 100
    assert wire.sent.count(b"Connection: close") == 1


async def test_what_follows_a_declined_upgrade_is_owed(post: Post) -> None:
    post.server.draining = True
    connection, wire = post.connect()
    connection.data_received(HEAD + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n" + TWO)
    await settled()
    assert wire.sent.count(b"HTTP/1.1 200") == 2
    assert wire.sent.endswith(b"/2")


@pytest.mark.parametrize("blank", [b"\r\n", b"\r", b"\r\n\r\n"])
async def test_blank_lines_between_requests_are_no_request(post: Post, blank: bytes) -> None:
    connection, wire = post.connect()
    connection.data_received(ONE)
    await settled()
    connection.data_received(blank)
    await settled()
    assert connection.is_idle
    connection.data_received(b"\n" + TWO if blank == b"\r" else TWO)
    await settled()
    assert wire.sent.count(b"HTTP/1.1 200") == 2
    assert connection.is_idle


@pytest.mark.slow
@given(
    requests=st.lists(st.sampled_from([ONE, TWO, b"\r\n" + ONE]), min_size=1, max_size=8),
    cuts=st.lists(st.integers(min_value=0, max_value=300), max_size=8),
    draining=st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_every_way_to_cut_a_stream_is_answered_whole(
    *, requests: list[bytes], cuts: list[int], draining: bool
) -> None:
    async def walk() -> None:
        post, stream = Post(), b"".join(requests)
        connection, wire = post.connect()
        post.server.draining = draining
        edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
        for start, end in pairwise(edges):
            connection.data_received(stream[start:end])
            await settled()
            whole = stream[:end].count(b"\r\n\r\n")
            begun = bool(stream[:end].rpartition(b"\r\n\r\n")[2].strip(b"\r\n"))
            assert wire.sent.count(b"HTTP/1.1 200") == whole
            if draining and whole and not begun:
                assert wire.closed
                return
            assert connection.is_idle is not begun
        await post.server.shutdown(0.01)

    asyncio.run(walk())


REFUSED = {
    "no method": (b"FOO / HTTP/1.1\r\nHost: x\r\n\r\n", "method-not-allowed"),
    "a method in lower case": (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", "method-not-allowed"),
    "a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03secret", "method-not-allowed"),
    "HTTP/2's preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "bad-request"),
    "a version to come": (b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", "bad-request"),
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", "bad-request"),
    "two Hosts": (HEAD + b"Host: secret\r\n\r\n", "bad-request"),
    "a signed Content-Length": (HEAD + b"Content-Length: +0\r\n\r\n", "bad-request"),
    "a huge Content-Length": (
        HEAD + b"Content-Length: 99999999999999999999\r\n\r\n",
        "bad-request",
    ),
    "two Content-Lengths": (
        HEAD + b"Content-Length: 0\r\nContent-Length: 1\r\n\r\n",
        "bad-request",
    ),
    "both framings": (
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nsecret",
        "bad-request",
    ),
    "an unknown framing": (HEAD + b"Transfer-Encoding: xchunked\r\n\r\n", "bad-request"),
    "a folded field": (HEAD + b"X: secret\r\n b\r\n\r\n", "bad-request"),
    "a bare CR": (HEAD + b"X: secret\rb\r\n\r\n", "bad-request"),
    "bare LFs": (b"GET /secret HTTP/1.1\nHost: x\n\n", "bad-request"),
    "one bare LF": (b"GET /secret HTTP/1.1\r\nHost: x\r\n\n", "bad-request"),
    "a control character": (HEAD + b"X: secret\x07\r\n\r\n", "bad-request"),
    "a blank before the colon": (HEAD + b"X : secret\r\n\r\n", "bad-request"),
    "a raw non-ASCII target": (b"GET /?\xc3\xa4secret HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request"),
    "a relative target": (b"GET secret HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request"),
    "a star with GET": (b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", "bad-request"),
    "a line over its bound": (b"GET /secret" + b"a" * MAX_LINE_BYTES, "address-too-long"),
    "a value over its bound": (HEAD + b"X: secret" + b"a" * MAX_FIELD_BYTES, "head-too-large"),
    "a name over its bound": (HEAD + b"secret" + b"a" * MAX_FIELD_BYTES, "head-too-large"),
    "too many fields": (HEAD + b"X: secret\r\n" * 200 + b"\r\n", "bad-request"),
    "a broken chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nsecret\r\n", "bad-request"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_the_parsers_refusals_have_our_shape(
    post: Post, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    sent, slug = REFUSED[case]
    connection, wire = post.connect()
    connection.data_received(sent)
    await settled()
    assert post.refused == [(slug, "203.0.113.9")]
    assert wire.sent.endswith(slug.encode())
    assert wire.sent.count(b"HTTP/1.") == 1
    assert b"secret" not in wire.sent
    assert wire.closed
    assert caplog.records == [], "no traceback, nothing of aiohttp's own"


@pytest.mark.parametrize("case", ["no method", "a line over its bound"])
async def test_what_came_before_a_refusal_is_answered_first(post: Post, case: str) -> None:
    sent, slug = REFUSED[case]
    post.open.clear()
    connection, wire = post.connect()
    connection.data_received(ONE)
    await settled()
    connection.data_received(sent + TWO)
    post.open.set()
    await settled()
    first, _, second = wire.sent.partition(b"\r\n\r\n/1")
    assert first.startswith(b"HTTP/1.1 200")
    assert second.endswith(slug.encode())
    assert wire.closed


@pytest.mark.parametrize("lengths", [(MAX_LINE_BYTES, 1), (1, MAX_FIELD_BYTES)])
async def test_lines_and_fields_up_to_their_bounds_are_taken(
    post: Post, lengths: tuple[int, int]
) -> None:
    line, field = lengths
    target, name = b"/" + b"a" * (line - 1), b"X"
    connection, wire = post.connect()
    value = b"v" * (field - len(name))
    connection.data_received(
        b"GET %b HTTP/1.1\r\nHost: x\r\n%b: %b\r\n\r\n" % (target, name, value)
    )
    await settled()
    assert post.refused == []
    assert wire.sent.startswith(b"HTTP/1.1 200")


async def test_a_client_that_left_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async def left() -> web.Response:
        raise ConnectionResetError("Cannot write to closing transport")

    post = Post(left)
    connection, wire = post.connect()
    connection.data_received(ONE)
    await settled()
    assert wire.sent == b""
    assert wire.closed
    assert caplog.records == []


async def test_a_bug_in_the_handler_is_told_once_and_answered_500(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def bug() -> web.Response:
        raise RuntimeError("a bug")

    post = Post(bug)
    connection, wire = post.connect()
    connection.data_received(ONE)
    await settled()
    assert wire.sent.startswith(b"HTTP/1.1 500")
    assert b"a bug" not in wire.sent
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_open_connections_are_those_not_lost(post: Post) -> None:
    first, _ = post.connect()
    second, _ = post.connect()
    await settled()
    assert set(post.server.open_connections()) == {first, second}
    first.connection_lost(None)
    await settled()
    assert post.server.open_connections() == [second]
    assert not first.is_idle
    assert not first.is_last


class Always:
    """A lane that has the same answer for every whole head it is shown."""

    def __init__(self) -> None:
        self.n_asked = 0

    def find(self, _data: bytes) -> None:
        """Count, and leave it to the handler."""
        self.n_asked += 1

    def answered(self, reply: object, client: str, now: float) -> None:
        """Nothing was answered."""

    def cut(self, trace: object, now: float) -> None:
        """Nothing was cut."""


async def test_the_lane_is_shown_only_what_comes_where_nothing_is_owed() -> None:
    post, lane = Post(), Always()
    post.server.lane = lane
    connection, wire = post.connect()
    connection.data_received(ONE)
    assert lane.n_asked == 1, "the first ask, before the handler's task has begun to wait"
    post.open.clear()
    connection.data_received(ONE + TWO)
    for data in (ONE, HEAD, b"\r\n"):
        connection.data_received(data)
        await settled()
    assert lane.n_asked == 1, "asks are queued, in work or half read"
    post.open.set()
    await settled()
    assert wire.sent.count(b"HTTP/1.1 200") == 5
    connection.data_received(ONE)
    assert lane.n_asked == 2
    await settled()


async def test_the_lane_is_shown_what_comes_before_the_handler_waits_again() -> None:
    post, lane = Post(), Always()
    post.server.lane = lane
    connection, wire = post.connect()
    connection.data_received(ONE)
    await answered(wire)
    assert connection._waiter is None, "its task has not come back"
    connection.data_received(TWO)
    assert lane.n_asked == 2
    await settled()


async def test_nothing_is_shown_to_the_lane_after_the_last_answer() -> None:
    post, lane = Post(), Always()
    post.server.lane = lane
    connection, wire = post.connect()
    connection.data_received(ONE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    await answered(wire)
    connection.data_received(TWO)
    await settled()
    assert lane.n_asked == 1
    assert wire.sent.count(b"HTTP/1.1 200") == 1
