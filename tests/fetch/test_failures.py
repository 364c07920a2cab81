"""Foreign failures in our own terms."""

import socket
import ssl
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest

from proxy.errors import (
    AddressNotAllowed,
    BadAddress,
    OriginNotFound,
    OriginProtocol,
    OriginTimeout,
    OriginTls,
    OriginTruncated,
    OriginUnreachable,
    ProxyError,
)
from proxy.fetch.addresses import judge
from proxy.fetch.failures import translated
from proxy.fetch.guard import AddressRefused

KEY = cast("Any", SimpleNamespace(host="h", port=80, ssl=True, is_ssl=True, real_url="u"))


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (TimeoutError(), OriginTimeout),
        (aiohttp.ServerTimeoutError(), OriginTimeout),
        (aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("x")), OriginTls),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError("x")), OriginTls),
        (ssl.SSLError("x"), OriginTls),
        (aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(1, "x")), OriginNotFound),
        (aiohttp.ClientConnectorError(KEY, ConnectionRefusedError(111, "x")), OriginUnreachable),
        (aiohttp.ServerDisconnectedError(), OriginUnreachable),
        (aiohttp.ClientOSError(104, "reset"), OriginUnreachable),
        (ConnectionResetError(), OriginUnreachable),
        (aiohttp.ClientPayloadError(), OriginTruncated),
        (aiohttp.ClientResponseError(KEY, ()), OriginProtocol),
        (aiohttp.InvalidUrlClientError("127.1"), AddressNotAllowed),
        (aiohttp.InvalidURL("x"), BadAddress),
        (aiohttp.ClientConnectorError(KEY, AddressRefused(judge("::1"))), AddressNotAllowed),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_translated(foreign: Exception, ours: type[ProxyError]) -> None:
    assert type(translated(foreign, "h:80")) is ours


def test_the_operator_reads_which_address_was_refused_and_why() -> None:
    refused = aiohttp.ClientConnectorError(KEY, AddressRefused(judge("10.0.0.1")))
    assert str(translated(refused, "h")) == "h leads to 10.0.0.1: private use, RFC 1918"


def test_what_an_origin_sent_stays_one_plain_line() -> None:
    quoting = aiohttp.ClientPayloadError("bad:\r\n  \x1b[31m" + "x" * 1000)
    words = str(translated(quoting, "h"))
    assert words.startswith("h: bad: ?[31mx")
    assert len(words) < 350


def test_a_failure_without_words_is_named() -> None:
    assert str(translated(ConnectionResetError(), "h")) == "h: ConnectionResetError"
