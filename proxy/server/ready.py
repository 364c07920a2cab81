"""A reply made beforehand: its head written but for what every second changes, its body a file.

Made of an answer that the ordinary handler has just given, line for line: nothing about it is
decided here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from email.utils import formatdate

from proxy.model.reply import Standing
from proxy.model.trace import Trace
from proxy.observe.access import Said
from proxy.stores.files import BlobFile, Loaded
from proxy.stores.leases import Lease

Lines = Iterable[tuple[str, str]]


class Head:
    """The bytes of a head. Age, time to live and Date are written in when one of them changes."""

    __slots__ = ("_from", "_made_at", "_template", "_to", "_until", "_written")

    def __init__(self, status_line: str, lines: Lines, standing: Standing) -> None:
        self._made_at, self._until = standing.made_at, standing.fresh_until
        self._template = _template(status_line, lines)
        self._from = self._to = 0.0  # the instants between which ``_written`` is right
        self._written = b""

    def at(self, now: float) -> bytes:
        """Return the head as it reads at an instant (Unix seconds)."""
        if not self._from <= now < self._to:
            second, age, left = int(now), int(now - self._made_at), int(self._until - now)
            date = formatdate(second, usegmt=True).encode()
            self._written = self._template % {b"date": date, b"age": age, b"ttl": left}
            self._from = now
            self._to = min(second + 1, self._made_at + age + 1, self._until - left)
        return self._written


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An answer for all who ask in the same words, from ``since`` to ``until`` (Unix seconds)."""

    head: Head
    body: Loaded | BlobFile | None  # None for a HEAD or a 304
    since: float
    until: float
    original: Lease
    served: Lease
    keys: tuple[str, ...]  # of the entries it is made of
    said: Said

    def holds(self, now: float) -> bool:
        """Tell whether it is still the answer; what was purged must have been heard of before.

        Not where the clock was set back to before it was made, nor where the body's file is not as
        it was verified.
        """
        return (
            self.since <= now < self.until
            and self.original.current
            and self.served.current
            and (self.body is None or self.body.is_sound)
        )


def ready(  # noqa: PLR0913  # what an answer is made of; all by name
    *,
    status_line: str,
    lines: Lines,
    trace: Trace,
    standing: Standing,
    body: Loaded | BlobFile | None,
    leases: tuple[Lease, Lease],
    now: float,
) -> Ready:
    """Return the reply that says again what was said just now: ``lines`` are its header lines."""
    original, served = leases
    trace = replace(trace, request_id="", sent_bytes=0 if body is None else body.length)
    return Ready(
        head=Head(status_line, lines, standing),
        body=body,
        since=now,
        until=standing.fresh_until,
        original=original,
        served=served,
        keys=tuple({original.entry.key, served.entry.key}),
        said=Said.of(trace),
    )


def _template(status_line: str, lines: Lines) -> bytes:
    """Return the head as a format for bytes."""
    written = [_literal(status_line)]
    for name, value in lines:
        match name:
            case "Age":
                said = b"%(age)d"
            case "Date":
                said = b"%(date)b"
            case "Cache-Status":
                before, _, after = value.partition("ttl=")
                said = _literal(before) + b"ttl=%(ttl)d" + _literal(after.lstrip("-0123456789"))
            case _:
                said = _literal(value)
        written.append(_literal(name) + b": " + said)
    return b"\r\n".join((*written, b"", b""))


def _literal(text: str) -> bytes:
    return text.encode().replace(b"%", b"%%")
