"""What aiohttp, ssl and the system raise, in our own terms: the one table of this boundary.

The first row that fits decides, so the narrower class stands above the wider.
"""

import ssl

import aiohttp

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
from proxy.fetch.guard import AddressRefused

# What talking to an origin may raise. Anything else is a bug of ours and stays what it is.
FOREIGN = (aiohttp.ClientError, OSError)

TABLE: tuple[tuple[type[Exception], type[ProxyError]], ...] = (
    (TimeoutError, OriginTimeout),
    (aiohttp.ClientConnectorCertificateError, OriginTls),
    (aiohttp.ClientSSLError, OriginTls),
    (ssl.SSLError, OriginTls),
    (aiohttp.ClientConnectorDNSError, OriginNotFound),
    (aiohttp.ClientPayloadError, OriginTruncated),
    (aiohttp.ClientResponseError, OriginProtocol),  # the parser's word
    (aiohttp.InvalidUrlClientError, AddressNotAllowed),  # 2130706433, 127.1: libc would read them
    (aiohttp.InvalidURL, BadAddress),
    (aiohttp.ClientError, OriginUnreachable),
    (OSError, OriginUnreachable),
)
_MAX_WORDS = 300


def translated(exc: Exception, where: str) -> ProxyError:
    """Return our failure for a foreign one; ``where`` names the origin in its message."""
    refused = getattr(exc, "os_error", None)  # ClientConnectorError's cause
    if isinstance(refused, AddressRefused):
        verdict = refused.verdict
        return AddressNotAllowed(f"{where} leads to {verdict.address}: {verdict.reason}")
    failure = next((ours for foreign, ours in TABLE if isinstance(exc, foreign)), OriginUnreachable)
    return failure(f"{where}: {_plain(str(exc)) or type(exc).__name__}")


def _plain(words: str) -> str:
    """Return one bounded line: a parser quotes what the origin sent, and logs show it."""
    line = " ".join(words.split())[:_MAX_WORDS]
    return "".join(letter if letter.isprintable() else "?" for letter in line)
