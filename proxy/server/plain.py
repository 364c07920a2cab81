"""Reads the heads the fast lane may answer: plain GETs and HEADs, as browsers write them. Pure.

Strict where aiohttp's parser is lenient, so that what is read here is read alike there: a head that
is in doubt is no plain one. What may change an answer is either part of ``choice`` or makes the
head not plain; all else a reader sends has no say (``tests/server/test_fastlane.py`` watches what
the handler looks at).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAX_BYTES = 8 << 10  # a browser's head has some 600; and no line is longer than aiohttp takes
_MAX_FIELDS = 100
# Possessive: a head that fails fails at once.
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]++):[ \t]*+([\t -~\x80-\xff]*+)\r\n")
_BLOCK = re.compile(rb"(?:%b)++\r\n" % _FIELD.pattern)
_HOST = re.compile(rb"[A-Za-z0-9._:\[\]-]++")

# What an answer may be chosen by, each given once at most: dialects (Host), negotiation, hints,
# CORS and conditions.
CHOOSING = (
    b"host",
    b"accept",
    b"origin",
    b"save-data",
    b"sec-ch-dpr",
    b"sec-ch-width",
    b"if-none-match",
    b"if-modified-since",
)
# What frames a message, ends a connection, asks for more than a whole answer, or for less than
# what is kept.
EXCLUDED = frozenset(
    (
        b"authorization",
        b"cache-control",
        b"expect",
        b"if-match",
        b"if-range",
        b"if-unmodified-since",
        b"keep-alive",
        b"proxy-connection",
        b"range",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"via",
    )
)
_EXCLUDED_PREFIXES = (b"content-", b"http2-", b"sec-websocket-")
_CONNECTION, _FORWARDED = b"connection", b"x-forwarded-for"
# What aiohttp's parser refuses twice (its SINGLETON_HEADERS), beside what is excluded anyway.
_SINGLE = (b"etag", b"max-forwards", b"server", b"user-agent")
_ONCE = frozenset((*CHOOSING, *_SINGLE, _FORWARDED))


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain head, less its first line."""

    choice: bytes  # the values of CHOOSING, on a line each; two heads of one choice are one ask
    forwarded: bytes  # X-Forwarded-For, where it is given


def read(fields: bytes) -> Plain | None:
    """Read all of a head but its first line, the empty line at the end included."""
    if len(fields) > MAX_BYTES or not _BLOCK.fullmatch(fields):
        return None
    return read_fields(_FIELD.findall(fields))


def read_fields(fields: Iterable[tuple[bytes, bytes]]) -> Plain | None:
    """Return what (name, value) pairs say; None where they are of no plain ask."""
    found: dict[bytes, bytes] = {}
    n_fields = 0
    for written, value in fields:
        n_fields += 1
        name = written.lower()
        if name in _ONCE:
            if name in found:
                return None
            found[name] = value.strip(b" \t")
        elif (
            name in EXCLUDED
            or name.startswith(_EXCLUDED_PREFIXES)
            or (name == _CONNECTION and value.strip(b" \t").lower() != b"keep-alive")
        ):
            return None
    if n_fields > _MAX_FIELDS or not _HOST.fullmatch(found.get(b"host", b"")):
        return None
    lines = [found.get(name) for name in CHOOSING]
    # A field that is empty is not a field that is absent.
    choice = b"\n".join(b"-" if line is None else b"=" + line for line in lines)
    return Plain(choice, found.get(_FORWARDED, b""))
