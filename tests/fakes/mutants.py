"""Heads that were hurt, in bits, bytes, lines, words and joints: the same for the same seed."""

import random
from collections.abc import Callable, Sequence
from typing import Any

# Words that mean something to a parser, a cache or us; spliced in as lines or into values.
NAMES = (
    *(b"Host", b"Accept", b"Origin", b"Save-Data", b"Sec-CH-DPR", b"Sec-CH-Width", b"Range"),
    *(b"If-None-Match", b"If-Modified-Since", b"If-Match", b"If-Range", b"If-Unmodified-Since"),
    *(b"Cache-Control", b"Pragma", b"Authorization", b"Cookie", b"Via", b"Connection", b"TE"),
    *(b"Keep-Alive", b"Proxy-Connection", b"Upgrade", b"HTTP2-Settings", b"Expect", b"Trailer"),
    *(b"Content-Length", b"Transfer-Encoding", b"Content-Type", b"Content-Encoding", b"ETag"),
    *(b"Sec-WebSocket-Key", b"User-Agent", b"Max-Forwards", b"Server", b"X-Forwarded-For"),
    *(b"Accept-Encoding", b"Accept-Language", b"Referer", b"DNT", b"X-HTTP-Method-Override"),
    *(b"Forwarded", b"Date", b"X-A", b"", b" ", b"X A"),
)
VALUES = (
    *(b"", b"0", b"1", b"-1", b"x", b"*", b'"x"', b'W/"x"', b"close", b"keep-alive", b"upgrade"),
    *(b"chunked", b"identity", b"gzip", b"h2c", b"websocket", b"100-continue", b"trailers"),
    *(b"bytes=0-1", b"no-cache", b"max-age=0", b"only-if-cached", b"image/webp", b"image/avif"),
    *(b"*/*", b"image/webp;q=0", b"https://blog.example", b"null", b"on", b"2", b"100"),
    *(b"Wed, 17 Nov 2021 00:00:00 GMT", b"1.1 image-proxy", b"us.example", b"i0.wp.com", b"\xff"),
    *(b"Keep-Alive, close", b"127.0.0.1", b"a\tb", b"a, b", b"\xc3\xa9", b" x ", b"x\t"),
)
_ODD = (b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\x00", b" ", b"\t", b":", b",", b"\x7f", b"\x80")
_LINES = (b"GET ", b"HEAD ", b"POST ", b" HTTP/1.1", b" HTTP/1.0", b"http://", b"%2F", b"#", b"?")
_ANY = (*_ODD, *_LINES, *VALUES)

Hurt = Callable[["Mutants", bytes], bytes]


class Mutants:
    """Makes heads of ``bases``; the same ones for the same seed."""

    def __init__(self, bases: Sequence[bytes], seed: int) -> None:
        self.bases = bases
        self.chance = random.Random(seed)  # noqa: S311  # it hides nothing

    def next(self) -> bytes:
        """Return a head with one to four things done to it."""
        head: bytes = self.pick(self.bases)
        for _ in range(1 + int(self.chance.expovariate(1.2)) % 4):
            head = self.pick(HURTS)(self, head)
        return head

    def pick(self, of: Sequence[Any]) -> Any:  # noqa: ANN401  # of what it was given
        """Return one of some; faster than ``choice``."""
        return of[int(self.chance.random() * len(of))]

    def at(self, data: Sequence[int]) -> int:
        """Return a place within."""
        return int(self.chance.random() * len(data))


def _flipped(mutants: Mutants, head: bytes) -> bytes:
    hurt = bytearray(head or b"x")
    hurt[mutants.at(hurt)] ^= 1 << int(mutants.chance.random() * 8)
    return bytes(hurt)


def _inserted(mutants: Mutants, head: bytes) -> bytes:
    at = mutants.at(head)
    odd: bytes = mutants.pick(_ANY)
    return head[:at] + odd + head[at:]


def _one_byte_more(mutants: Mutants, head: bytes) -> bytes:
    at = mutants.at(head)
    return head[:at] + bytes((int(mutants.chance.random() * 256),)) + head[at:]


def _deleted(mutants: Mutants, head: bytes) -> bytes:
    at = mutants.at(head)
    return head[:at] + head[at + 1 + int(mutants.chance.expovariate(0.4)) :]


def _cut(mutants: Mutants, head: bytes) -> bytes:
    return head[: mutants.at(head)]


def _joined(mutants: Mutants, head: bytes) -> bytes:
    other: bytes = mutants.pick(mutants.bases)
    return head + other[: mutants.at(other)] if mutants.chance.random() < 0.5 else head + other


def _line_more(mutants: Mutants, head: bytes) -> bytes:
    lines = head.split(b"\r\n")
    line = mutants.pick(NAMES) + mutants.pick((b": ", b":", b":\t", b" : ")) + mutants.pick(VALUES)
    lines.insert(1 + int(mutants.chance.random() * max(1, len(lines) - 2)), line)
    return b"\r\n".join(lines)


def _lines_swapped(mutants: Mutants, head: bytes) -> bytes:
    lines = head.split(b"\r\n")
    one, two = mutants.at(head) % len(lines), mutants.at(head) % len(lines)
    lines[one], lines[two] = lines[two], lines[one]
    return b"\r\n".join(lines)


def _line_twice(mutants: Mutants, head: bytes) -> bytes:
    lines = head.split(b"\r\n")
    lines.insert(1 + mutants.at(head) % len(lines), mutants.pick(lines))
    return b"\r\n".join(lines)


def _line_less(mutants: Mutants, head: bytes) -> bytes:
    lines = head.split(b"\r\n")
    del lines[mutants.at(head) % len(lines)]
    return b"\r\n".join(lines)


def _other_value(mutants: Mutants, head: bytes) -> bytes:
    lines = head.split(b"\r\n")
    at = mutants.at(head) % len(lines)
    lines[at] = lines[at].partition(b":")[0] + b": " + mutants.pick(VALUES)
    return b"\r\n".join(lines)


def _other_case(mutants: Mutants, head: bytes) -> bytes:
    lines = head.split(b"\r\n")
    at = mutants.at(head) % len(lines)
    lines[at] = lines[at].swapcase()
    return b"\r\n".join(lines)


def _untouched(_mutants: Mutants, head: bytes) -> bytes:
    return head


HURTS: tuple[Hurt, ...] = (
    *(_flipped, _inserted, _one_byte_more, _deleted, _cut, _joined, _line_more, _line_more),
    *(_lines_swapped, _line_twice, _line_less, _other_value, _other_case, _untouched),
)
