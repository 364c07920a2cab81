"""The access log: one line a request. As JSON it is written here, as text by ``logs``.

Structlog takes 19 µs for a line, this 3, and 1 where most of it was said before. Lines of hits are
written together, after a second at most; any other line takes those before it along, so that they
stand in their order. Keys: contracts/service.md, "Names for dashboards".
"""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from stat import S_ISREG
from typing import TextIO

import structlog

from proxy.model.trace import Trace
from proxy.observe.logs import is_text, quoted
from proxy.observe.tally import Labels, Tally, labels_of
from proxy.settings import Log

_MAX_TARGET = 2048  # characters of a target in a line: an attacker writes it, an operator reads it
_MAX_HELD = 64 << 10  # characters
# So much a pipe takes as one piece, whoever else writes to it (POSIX).
_PIPE_BUF = 4096


@dataclass(frozen=True, slots=True)
class Said:
    """What the lines about an answer have in common, written down once."""

    trace: Trace
    labels: Labels
    start: str
    end: str
    length: int  # characters

    @classmethod
    def of(cls, trace: Trace) -> "Said":
        """Take all of a trace but who asked, when, and how long it took."""
        start, end = _start(trace), _end(trace)
        return cls(trace, labels_of(trace), start, end, len(start) + len(end))


class AccessLog:
    """The lines of one process, to ``stream`` or else stderr; ``tally`` counts the requests."""

    def __init__(self, settings: Log, tally: Tally, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._tally = tally
        self._as_text = is_text(settings, self._stream)
        self._on = settings.access and settings.level in ("debug", "info")
        self._noted: list[tuple[Said, str, float, float]] = []
        self._held = 0  # characters, nearly
        self._piece = _MAX_HELD if _is_file(self._stream) else _PIPE_BUF
        self._ids = _request_ids()

    def answered(self, trace: Trace, seconds: float, now: float) -> None:
        """Count a request, which took ``seconds`` until ``now`` (Unix seconds); write its line."""
        self._tally.add(labels_of(trace), seconds)
        if not self._on:
            return
        self.flush()
        if self._as_text:
            _write_text(trace, seconds)
            return
        error = f', "error": {quoted(trace.error)}' if trace.error else ""
        before, after = _lead(now)
        line = (
            f"{before}{int(now % 1 * 1e6):06d}{after}{quoted(trace.request_id)}{_start(trace)}"
            f"{_ms(int(seconds * 1e5 + 0.5))}{_end(trace)}{quoted(trace.client)}{error}}}\n"
        )
        self._write([line])

    def again(self, said: Said, client: str, seconds: float, now: float) -> None:
        """Have a request counted, and its line written, before long; ``client`` is ``quoted``.

        ``now`` is when it was asked, in Unix seconds.
        """
        self._noted.append((said, client, seconds, now))
        self._held += said.length
        if self._held >= _MAX_HELD:
            self.flush()

    def flush(self) -> None:
        """Count and write what was noted."""
        noted, self._noted, self._held = self._noted, [], 0
        if not self._on or self._as_text:
            for said, _, seconds, _ in noted:
                self._tally.add(said.labels, seconds)
                if self._on:
                    _write_text(replace(said.trace, request_id=next(self._ids)), seconds)
        elif noted:
            self._write(self._lines(noted))

    def _lines(self, noted: list[tuple[Said, str, float, float]]) -> list[str]:
        second, before, after, lines = -1, "", "", list[str]()
        ids, count = self._ids, self._tally.add
        for said, client, seconds, now in noted:
            count(said.labels, seconds)
            if int(now) != second:
                second = int(now)
                before, after = _lead(now)
            hundredths = int(seconds * 1e5 + 0.5)
            took = _TOOK[hundredths] if hundredths < len(_TOOK) else _ms(hundredths)
            micros = int((now - second) * 1e6)
            lines.append(
                f'{before}{micros:06d}{after}"{next(ids)}"{said.start}{took}{said.end}{client}}}\n'
            )
        return lines

    def _write(self, lines: list[str]) -> None:
        """Write lines. A stream that takes nothing loses them: no answer waits for a log."""
        data = "".join(lines).encode()
        out = getattr(self._stream, "buffer", None)
        with suppress(OSError, ValueError):  # a reader that left; a stream that was closed
            for piece in _pieces(data, self._piece):
                if out is not None:
                    out.write(piece)
                else:
                    self._stream.write(piece.decode())
                self._stream.flush()


def _lead(now: float) -> tuple[str, str]:
    """Return what stands before an instant's microseconds, and behind them up to a request_id."""
    at = datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f'{{"ts": "{at}.', 'Z", "level": "info", "event": "request", "request_id": '


def _ms(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


_TOOK = tuple(map(_ms, range(1000)))  # what hits take


def _start(trace: Trace) -> str:
    target = quoted(trace.target[:_MAX_TARGET])
    return (
        f', "method": {quoted(trace.method)}, "target": {target}, "status": {trace.status}, '
        f'"bytes": {trace.sent_bytes}, "ms": '
    )


def _end(trace: Trace) -> str:
    return f', "cache": {quoted(trace.cache)}, "host": {quoted(trace.host)}, "client": '


def _is_file(stream: TextIO) -> bool:
    """Tell whether a stream is a file, which takes any piece as one; a pipe does not."""
    try:
        return S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):  # StringIO has no descriptor
        return False


def _pieces(data: bytes, most: int) -> Iterator[bytes]:
    """Part data between lines, into pieces that no other process's can come between."""
    at = 0
    while at < len(data):
        to = len(data)
        if to - at > most:
            to = data.rfind(b"\n", at, at + most) + 1 or data.find(b"\n", at) + 1
        yield data[at:to]
        at = to


def _request_ids() -> Iterator[str]:
    """Give 16 random hex digits each, drawn from the kernel by the hundred."""
    while True:
        drawn = os.urandom(1024).hex()
        yield from (drawn[at : at + 16] for at in range(0, len(drawn), 16))


def _write_text(trace: Trace, seconds: float) -> None:
    fields: dict[str, object] = {
        "request_id": trace.request_id,
        "method": trace.method,
        "target": trace.target[:_MAX_TARGET],
        "status": trace.status,
        "bytes": trace.sent_bytes,
        "ms": round(seconds * 1000, 2),
        "cache": trace.cache,
        "host": trace.host,
        "client": trace.client,
    }
    if trace.error:
        fields["error"] = trace.error
    structlog.get_logger("proxy.access").info("request", **fields)
