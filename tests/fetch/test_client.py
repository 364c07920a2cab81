"""The fetcher against real sockets: honest origins, lying ones, and doors that must stay shut."""

import asyncio

import pytest

from proxy.errors import (
    AddressNotAllowed,
    OriginEncoding,
    OriginNotFound,
    OriginProtocol,
    OriginTimeout,
    OriginTruncated,
    OriginUnreachable,
    ProxyError,
    TooManyBytes,
)
from proxy.fetch.body import Pace
from proxy.fetch.connector import Wire
from proxy.model.headers import Headers
from tests.fakes.raw_origin import Answer, End, answer, raw_origin
from tests.fakes.resolver import SILENT, FakeResolver
from tests.fakes.sockets import Rerouted
from tests.fetch.conftest import NOW, MakeFetcher, body, head, profile, source

OK = b"HTTP/1.1 200 OK\r\n"
WHOLE = answer(OK + b"Content-Length: 5\r\nContent-Type: image/png\r\n\r\nhello")
PUBLIC = "93.184.216.34"


async def test_an_answer_comes_whole_with_its_head_and_times(make_fetcher: MakeFetcher) -> None:
    async with (
        raw_origin(WHOLE) as origin,
        make_fetcher().get(source(), profile(origin.port)) as arrival,
    ):
        assert arrival.head.status == 200
        assert arrival.head.headers.get("content-type") == "image/png"
        assert (arrival.length, arrival.framed) == (5, True)
        assert (arrival.times.requested_at, arrival.times.received_at) == (NOW, NOW)
        assert (arrival.times.date, arrival.times.age_s) == (None, 0.0)
        assert b"".join([chunk async for chunk in arrival.chunks]) == b"hello"


async def test_the_request_on_the_wire_is_ours_alone(make_fetcher: MakeFetcher) -> None:
    conditions = Headers((("If-None-Match", '"a"'),))
    async with raw_origin(answer(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as origin:
        how = profile(origin.port, referer="origin", headers=Headers((("X-Key", "1"),)))
        await head(make_fetcher(), source("/a%2Fb//../c?x=%2B&y=a+b"), how, conditions)
    assert origin.requests[0].decode().split("\r\n") == [
        "GET /a%2Fb//../c?x=%2B&y=a+b HTTP/1.1",
        "Host: img.example",
        "Accept: image/avif,image/webp,image/*;q=0.9,*/*;q=0.5",
        "Accept-Encoding: identity",
        "User-Agent: test/1",
        "Referer: http://img.example/",
        "X-Key: 1",
        "Via: 1.1 proxy.test",
        'If-None-Match: "a"',
        "",
        "",
    ]


async def test_a_redirect_is_an_arrival_and_is_not_followed(make_fetcher: MakeFetcher) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    async with raw_origin(answer(moved)) as origin:
        arrival = await head(make_fetcher(), source(), profile(origin.port))
    assert (arrival.head.status, arrival.head.headers.get("location")) == (302, "http://127.0.0.1/")
    assert len(origin.requests) == 1


async def test_cookies_are_not_kept(make_fetcher: MakeFetcher) -> None:
    setting = answer(OK + b"Set-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n")
    fetcher = make_fetcher()
    async with raw_origin(setting) as origin:
        await body(fetcher, source(), profile(origin.port))
        await body(fetcher, source(), profile(origin.port))
    assert b"cookie" not in origin.requests[1].lower()


async def test_a_compressed_answer_is_not_unpacked_but_refused(make_fetcher: MakeFetcher) -> None:
    packed = answer(OK + b"Content-Encoding: gzip, gzip, br\r\nContent-Length: 5\r\n\r\nhello")
    async with raw_origin(packed) as origin:
        with pytest.raises(OriginEncoding):
            await head(make_fetcher(), source(), profile(origin.port))


@pytest.mark.parametrize(
    ("sent", "framed", "length"),
    [
        pytest.param(WHOLE, True, 5, id="by length"),
        pytest.param(
            answer(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
            True,
            None,
            id="by chunks",
        ),
        pytest.param(answer(OK + b"\r\nhello", end=End.CLOSE), False, None, id="by the end"),
        pytest.param(
            answer(b"HTTP/1.0 200 OK\r\n\r\nhello", end=End.CLOSE), False, None, id="by HTTP/1.0"
        ),
        pytest.param(
            answer(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 3, WHOLE.pieces[0]),
            True,
            5,
            id="after early hints",
        ),
    ],
)
async def test_framings(
    make_fetcher: MakeFetcher, *, sent: Answer, framed: bool, length: int | None
) -> None:
    async with (
        raw_origin(sent) as origin,
        make_fetcher().get(source(), profile(origin.port)) as arrival,
    ):
        assert (arrival.framed, arrival.length) == (framed, length)
        assert b"".join([chunk async for chunk in arrival.chunks]) == b"hello"


LENGTH = b"Content-Length: 5\r\n"


@pytest.mark.parametrize(
    ("sent", "failure"),
    [
        pytest.param(
            OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            OriginProtocol,
            id="two lengths",
        ),
        pytest.param(
            OK + b"Content-Length: 5, 6\r\n\r\nhello", OriginProtocol, id="two lengths in a line"
        ),
        pytest.param(OK + b"Content-Length: +5\r\n\r\nhello", OriginProtocol, id="a signed length"),
        pytest.param(
            OK + b"Transfer-Encoding: foo\r\n\r\nhello", OriginProtocol, id="a coding unknown"
        ),
        pytest.param(
            OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            OriginProtocol,
            id="gzip inside chunked",
        ),
        pytest.param(
            OK + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            OriginProtocol,
            id="both framings",
        ),
        pytest.param(
            b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            OriginProtocol,
            id="chunks in HTTP/1.0",
        ),
        pytest.param(
            b"HTTP/1.1 999 What\r\n" + LENGTH + b"\r\nhello", OriginProtocol, id="status 999"
        ),
        pytest.param(
            b"HTTP/1.1 099 What\r\n" + LENGTH + b"\r\nhello", OriginProtocol, id="status 099"
        ),
        pytest.param(
            b"HTTP/1.1 600 What\r\n" + LENGTH + b"\r\nhello", OriginProtocol, id="status 600"
        ),
        pytest.param(
            b"HTTP/1.1 20 What\r\n" + LENGTH + b"\r\nhello", OriginProtocol, id="two digits"
        ),
        pytest.param(
            b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
            OriginProtocol,
            id="101 nobody asked for",
        ),
        pytest.param(
            b"HTTP/1.1 206 Partial\r\n" + LENGTH + b"\r\nhello",
            OriginProtocol,
            id="206 nobody asked for",
        ),
        pytest.param(
            b"HTTP/1.1 304 Not Modified\r\n\r\n", OriginProtocol, id="304 nobody asked for"
        ),
        pytest.param(
            OK + LENGTH + b"X-A: a\rSet-Cookie: b=c\r\n\r\nhello", OriginProtocol, id="a bare CR"
        ),
        pytest.param(OK + LENGTH + b"X-A: a\x00b\r\n\r\nhello", OriginProtocol, id="a NUL"),
        pytest.param(OK + LENGTH + b"X-A: a\x1bb\r\n\r\nhello", OriginProtocol, id="an escape"),
        pytest.param(OK + LENGTH + b"X A: a\r\n\r\nhello", OriginProtocol, id="a blank in a name"),
        pytest.param(
            OK + LENGTH + b"X-A : a\r\n\r\nhello", OriginProtocol, id="a blank before the colon"
        ),
        pytest.param(
            OK + LENGTH + b"X-A: " + b"a" * 100_000 + b"\r\n\r\nhello",
            OriginProtocol,
            id="a field of 100 kB",
        ),
        pytest.param(OK + b"X-A: a\r\n" * 20_000 + b"\r\n", OriginProtocol, id="20 000 fields"),
        pytest.param(
            b"HTTP/1.1 200 " + b"O" * 8200 + b"\r\n" + LENGTH + b"\r\nhello",
            OriginProtocol,
            id="a reason of 8 kB",
        ),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", OriginProtocol, id="another protocol"),
        pytest.param(b"<html>hello</html>", OriginProtocol, id="HTTP/0.9"),
        pytest.param(
            OK + b"Content-Length: 10000000000\r\n\r\n", TooManyBytes, id="10 GB declared"
        ),
        pytest.param(b"", OriginUnreachable, id="nothing at all"),
        pytest.param(OK + b"X-A: a\r\n", OriginUnreachable, id="half a head"),
        pytest.param(
            OK + b"Content-Encoding: foo\r\n" + LENGTH + b"\r\nhello",
            OriginEncoding,
            id="an encoding unknown",
        ),
    ],
)
async def test_a_head_that_is_refused(
    make_fetcher: MakeFetcher, sent: bytes, failure: type[ProxyError]
) -> None:
    async with raw_origin(answer(sent, end=End.CLOSE)) as origin:
        with pytest.raises(failure):
            await head(make_fetcher(), source(), profile(origin.port))
        assert len(origin.requests) == 1


@pytest.mark.parametrize(
    ("sent", "failure"),
    [
        pytest.param(
            answer(OK + b"Content-Length: 50\r\n\r\nhello", end=End.CLOSE),
            OriginTruncated,
            id="less than declared",
        ),
        pytest.param(
            answer(OK + b"Content-Length: 50\r\n\r\nhello", end=End.RESET),
            OriginTruncated,
            id="reset inside",
        ),
        pytest.param(
            answer(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", end=End.CLOSE),
            OriginTruncated,
            id="no last chunk",
        ),
        pytest.param(
            answer(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", end=End.RESET),
            OriginTruncated,
            id="reset between chunks",
        ),
        pytest.param(
            answer(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", b"zz\r\n", gap_s=0.02),
            OriginTruncated,
            id="no chunk size",
        ),
        pytest.param(
            answer(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"800\r\n" + b"x" * 2048 + b"\r\n"),
            TooManyBytes,
            id="too many while arriving",
        ),
        pytest.param(
            answer(OK + b"\r\n" + b"x" * 2048, end=End.CLOSE),
            TooManyBytes,
            id="too many without a length",
        ),
    ],
)
async def test_a_body_that_is_refused(
    make_fetcher: MakeFetcher, sent: Answer, failure: type[ProxyError]
) -> None:
    wire = Wire(pace=Pace(window_s=0.2))
    async with raw_origin(sent) as origin:
        with pytest.raises(failure):
            await body(make_fetcher(wire=wire, max_bytes=1024), source(), profile(origin.port))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(answer(), "no answer in time", id="accepts and never answers"),
        pytest.param(
            answer(OK, *[b"X-A: a\r\n"] * 50, gap_s=0.01), "no answer in time", id="a head in drops"
        ),
        pytest.param(
            answer(*[b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2000] * 50, gap_s=0.005),
            "no answer in time",
            id="early hints without end",
        ),
    ],
)
async def test_the_first_byte_has_a_deadline(
    make_fetcher: MakeFetcher, sent: Answer, expected: str
) -> None:
    async with raw_origin(sent) as origin:
        with pytest.raises(OriginTimeout, match=expected):
            await head(make_fetcher(first_byte=0.05), source(), profile(origin.port))


async def test_a_slow_dns_is_within_the_connect_deadline(make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher(FakeResolver({"slow.example": [SILENT]}), connect=0.05)
    with pytest.raises(OriginTimeout, match="no connection in time"):
        await head(fetcher, source(host="slow.example"), profile())


async def test_a_body_below_the_minimum_rate_ends(make_fetcher: MakeFetcher) -> None:
    drops = answer(
        OK + b"Transfer-Encoding: chunked\r\n\r\n",
        *[b"1\r\nx\r\n"] * 15,
        b"0\r\n\r\n",  # it would be whole in the end
        gap_s=0.01,
    )
    fetcher = make_fetcher(wire=Wire(pace=Pace(window_s=0.05, min_bytes=100)))
    async with raw_origin(drops) as origin:
        with pytest.raises(OriginTimeout):
            await body(fetcher, source(), profile(origin.port))


async def test_no_session_unpacks_or_reads_the_environment(make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher()
    for connect_to in (None, "127.0.0.1"):
        session = fetcher._session(connect_to)
        assert not session.auto_decompress  # else 48 KB become 50 MB before anyone may refuse
        assert not session.trust_env


async def test_a_port_nobody_listens_on_is_unreachable(make_fetcher: MakeFetcher) -> None:
    async with raw_origin() as origin:
        pass
    with pytest.raises(OriginUnreachable):
        await head(make_fetcher(), source(), profile(origin.port))


async def test_a_name_that_does_not_exist(make_fetcher: MakeFetcher) -> None:
    with pytest.raises(OriginNotFound):
        await head(make_fetcher(), source(host="nx.example"), profile())


# The guard, through the whole client.


async def test_a_public_address_is_dialled_by_the_shared_session(make_fetcher: MakeFetcher) -> None:
    resolver = FakeResolver({"img.example": [(PUBLIC,)]})
    async with raw_origin(WHOLE) as origin:
        rerouted = Rerouted(origin.port)
        fetcher = make_fetcher(resolver, Wire(open_socket=rerouted))
        assert await body(fetcher, source(), profile()) == b"hello"
    assert rerouted.dialled == [PUBLIC]


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        pytest.param("127.0.0.1.nip.io", ("127.0.0.1",), id="a name for loopback"),
        pytest.param("localtest.me", ("127.0.0.1", "::1"), id="a name for both loopbacks"),
        pytest.param("pub.example", ("10.1.2.3",), id="a name that ends in private use"),
        pytest.param("mapped.example", ("::ffff:127.0.0.1",), id="a name for mapped loopback"),
        pytest.param("zone.example", ("fe80::1%lo",), id="a name with a zone"),
        pytest.param("127.0.0.1", (), id="literal loopback"),
        pytest.param("[::1]", (), id="literal loopback of IPv6"),
        pytest.param("[::ffff:7f00:1]", (), id="literal mapped loopback"),
        pytest.param("0.0.0.0", (), id="literal this-host"),  # noqa: S104  # nothing is bound
        pytest.param("0x7f.1", ("127.0.0.1",), id="a hexadecimal form only libc reads"),
        pytest.param("2130706433", ("127.0.0.1",), id="a decimal form only libc reads"),
    ],
)
async def test_no_connect_to_what_is_not_public(
    make_fetcher: MakeFetcher, host: str, addresses: tuple[str, ...]
) -> None:
    fetcher = make_fetcher(FakeResolver({host: [addresses]}))
    async with raw_origin() as canary:
        with pytest.raises(AddressNotAllowed):
            await head(fetcher, source(host=host, port=canary.port), profile())
    assert canary.connections == 0


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param((PUBLIC, "127.0.0.1"), id="public first"),
        pytest.param(("127.0.0.1", PUBLIC), id="private first"),
        pytest.param(("::1", "127.0.0.1", PUBLIC), id="two private before"),
    ],
)
async def test_of_mixed_answers_only_the_public_is_dialled(
    make_fetcher: MakeFetcher, addresses: tuple[str, ...]
) -> None:
    resolver = FakeResolver({"mixed.example": [addresses]})
    async with raw_origin(WHOLE) as origin, raw_origin() as canary:
        rerouted = Rerouted(origin.port)
        fetcher = make_fetcher(resolver, Wire(open_socket=rerouted))
        asked = source(host="mixed.example", port=canary.port)
        assert await body(fetcher, asked, profile()) == b"hello"
    assert (rerouted.dialled, canary.connections) == ([PUBLIC], 0)


async def test_a_name_that_rebinds_is_judged_again_at_the_next_dial(
    make_fetcher: MakeFetcher,
) -> None:
    resolver = FakeResolver({"rebind.example": [(PUBLIC,), ("127.0.0.1",)]})
    closing = answer(WHOLE.pieces[0], end=End.CLOSE)
    async with raw_origin(closing) as origin, raw_origin() as canary:
        fetcher = make_fetcher(resolver, Wire(open_socket=Rerouted(origin.port)))
        asked = source(host="rebind.example", port=canary.port)
        assert await body(fetcher, asked, profile()) == b"hello"
        with pytest.raises(AddressNotAllowed):
            await body(fetcher, asked, profile())
    assert canary.connections == 0


async def test_the_exception_of_one_origin_is_no_other_s(make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher()
    async with raw_origin(WHOLE) as origin:
        assert await body(fetcher, source(), profile(origin.port)) == b"hello"
        with pytest.raises(AddressNotAllowed):
            await body(fetcher, source(host="127.0.0.1", port=origin.port), profile())
    assert origin.connections == 1


async def test_connect_to_a_name_dials_what_it_resolves_to(make_fetcher: MakeFetcher) -> None:
    resolver = FakeResolver({"inside.test": [("127.0.0.1",)]})
    async with raw_origin(WHOLE) as origin:
        how = profile(connect_to="inside.test")
        assert await body(make_fetcher(resolver), source(port=origin.port), how) == b"hello"
    assert f"Host: img.example:{origin.port}".encode() in origin.requests[0]


# Connections: kept where they may be, never after something went wrong.


async def test_a_connection_read_to_its_end_is_used_again(make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher()
    async with raw_origin(WHOLE) as origin:
        for _ in range(3):
            await body(fetcher, source(), profile(origin.port))
        assert (origin.connections, len(origin.requests)) == (1, 3)


async def test_a_connection_left_in_the_middle_is_not_used_again(make_fetcher: MakeFetcher) -> None:
    half = answer(OK + b"Content-Length: 50\r\n\r\nhello")
    fetcher = make_fetcher()
    async with raw_origin(half, WHOLE) as origin:
        await head(fetcher, source(), profile(origin.port))
        assert await body(fetcher, source(), profile(origin.port)) == b"hello"
        assert origin.connections == 2


async def test_surplus_bytes_never_become_the_next_answer(make_fetcher: MakeFetcher) -> None:
    surplus = OK + b"Content-Length: 4\r\n\r\nevil"
    fetcher = make_fetcher()
    async with raw_origin(answer(WHOLE.pieces[0], surplus, gap_s=0.01), WHOLE) as origin:
        assert await body(fetcher, source("/1"), profile(origin.port)) == b"hello"
        await origin.idle.wait()
        assert await body(fetcher, source("/2"), profile(origin.port)) == b"hello"
        assert origin.connections == 2


async def test_a_pooled_connection_the_origin_closed_is_asked_anew(
    make_fetcher: MakeFetcher,
) -> None:
    fetcher = make_fetcher()
    async with raw_origin(WHOLE, answer(end=End.CLOSE), WHOLE) as origin:
        await body(fetcher, source(), profile(origin.port))
        assert await body(fetcher, source(), profile(origin.port)) == b"hello"
        assert origin.connections == 2


async def test_an_origin_is_asked_by_so_many_at_once(make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher(per_origin=2)
    async with raw_origin(answer(WHOLE.pieces[0], gap_s=0.01)) as origin:
        asks = (body(fetcher, source(), profile(origin.port)) for _ in range(6))
        assert set(await asyncio.gather(*asks)) == {b"hello"}
        assert origin.connections == 2


async def test_an_ask_that_is_cancelled_leaves_nothing_behind(make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher(per_origin=1)
    async with raw_origin(answer(), WHOLE) as origin:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.03):
                await body(fetcher, source(), profile(origin.port))
        assert await body(fetcher, source(), profile(origin.port)) == b"hello"
        assert len(fetcher._slots) == 0
