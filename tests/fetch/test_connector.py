"""TLS as it is: names, roots, pools; and what aiohttp's connections need to be told.

Certificates are made on the spot; without openssl those tests are skipped.
"""

import asyncio

import pytest

from proxy.errors import OriginTimeout, OriginTls, OriginTruncated, ProxyError
from proxy.fetch.connector import INTERNET, Wire
from tests.fakes.certificate import Certificate, needs_openssl, self_signed
from tests.fakes.raw_origin import Answer, End, answer, raw_origin
from tests.fakes.resolver import FakeResolver
from tests.fakes.sockets import Rerouted
from tests.fetch.conftest import MakeFetcher, body, profile, source

WHOLE = answer(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"), "a.example", "b.example")


@needs_openssl
async def test_a_connection_for_one_tls_name_is_not_used_for_another(
    make_fetcher: MakeFetcher, certificate: Certificate
) -> None:
    fetcher = make_fetcher(wire=Wire(tls=certificate.trusting()))
    async with raw_origin(WHOLE, tls=certificate.server()) as origin:
        for host in ("a.example", "b.example", "a.example"):
            asked = source(host=host, scheme="https")
            assert await body(fetcher, asked, profile(origin.port)) == b"hello"
    assert origin.server_names == ["a.example", "b.example"]


@needs_openssl
async def test_the_shared_session_insists_on_the_url_s_own_name(
    make_fetcher: MakeFetcher, certificate: Certificate
) -> None:
    resolver = FakeResolver({"a.example": [("93.184.216.34",)]})
    async with raw_origin(WHOLE, tls=certificate.server()) as origin:
        wire = Wire(tls=certificate.trusting(), open_socket=Rerouted(origin.port))
        asked = source(host="a.example", scheme="https")
        assert await body(make_fetcher(resolver, wire), asked, profile()) == b"hello"
    assert origin.server_names == ["a.example"]


@needs_openssl
async def test_a_certificate_for_another_host_is_refused(
    make_fetcher: MakeFetcher, certificate: Certificate
) -> None:
    fetcher = make_fetcher(wire=Wire(tls=certificate.trusting()))
    async with raw_origin(WHOLE, tls=certificate.server()) as origin:
        with pytest.raises(OriginTls):
            await body(fetcher, source(host="c.example", scheme="https"), profile(origin.port))
    assert origin.requests == []


@needs_openssl
async def test_a_certificate_nobody_vouches_for_is_refused(
    make_fetcher: MakeFetcher, certificate: Certificate
) -> None:
    asked = source(host="a.example", scheme="https")
    async with raw_origin(WHOLE, tls=certificate.server()) as origin:
        with pytest.raises(OriginTls):
            await body(make_fetcher(), asked, profile(origin.port))
    assert origin.requests == []


@needs_openssl
async def test_whom_the_system_trusts_is_trusted_whether_or_not_aiohttp_knows(
    make_fetcher: MakeFetcher, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))  # after aiohttp was imported
    asked = source(host="a.example", scheme="https")
    fetcher = make_fetcher()
    async with raw_origin(WHOLE, tls=certificate.server()) as origin:
        asks = (body(fetcher, asked, profile(origin.port)) for _ in range(3))
        assert await asyncio.gather(*asks) == [b"hello"] * 3
        assert await body(fetcher, asked, profile(origin.port)) == b"hello"


@pytest.mark.parametrize(
    ("sent", "failure"),
    [
        pytest.param(WHOLE, OriginTimeout, id="a handshake that stalls"),
        pytest.param(answer(), OriginTimeout, id="silence"),
    ],
)
async def test_tls_is_within_the_connect_deadline(
    make_fetcher: MakeFetcher, sent: Answer, failure: type[ProxyError]
) -> None:
    async with raw_origin(sent) as origin:  # waits for a head that a handshake never is
        with pytest.raises(failure):
            await body(make_fetcher(connect=0.05), source(scheme="https"), profile(origin.port))


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(answer(CHUNKED, b"zz\r\n", gap_s=0.01), id="no chunk size"),
        pytest.param(answer(CHUNKED, b"5\r\nhelloXX\r\n", gap_s=0.01), id="a chunk that is longer"),
        pytest.param(answer(CHUNKED, b"", end=End.CLOSE, gap_s=0.01), id="no last chunk"),
    ],
)
async def test_a_malformed_body_fails_at_once(make_fetcher: MakeFetcher, sent: Answer) -> None:
    assert INTERNET.pace.window_s > 1  # it is not the pace that ends it
    async with raw_origin(sent) as origin:
        with pytest.raises(OriginTruncated):
            await body(make_fetcher(), source(), profile(origin.port))
