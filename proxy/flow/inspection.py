"""What came from an origin, judged by its bytes: a picture, a notice, a page, nothing.

Knows the order of images and rules; not where the bytes lie, nor whether they are kept.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from proxy.errors import (
    MakingTimeout,
    NotServedType,
    OriginProtocol,
    OriginStatus,
    OriginTruncated,
    PictureError,
)
from proxy.images.sniff import sniff
from proxy.model.arrival import Arrival
from proxy.model.dates import retry_after_s
from proxy.model.picture import Facts, Format
from proxy.rules.placeholders import (
    Placeholders,
    is_suspect,
    refuse_lookalike,
    refuse_placeholder,
)
from proxy.rules.types import served_type
from proxy.settings import Settings

_BODILESS = {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}
# Larger bodies are sniffed and hashed in a thread: the worst take 40 ms a MiB (images/sniff.py).
_INLINE_BYTES = 1 << 20

_T = TypeVar("_T")


class Inspection:
    """Looks at bodies. One for a server process."""

    def __init__(
        self,
        settings: Settings,
        *,
        clean: Callable[[bytes], Awaitable[bytes]],
        fingerprint: Callable[[bytes], Awaitable[int]],
    ) -> None:
        self._types = settings.access.types
        self._placeholders = Placeholders.of(settings.access.placeholders)
        self._max_frames = settings.images.max_frames
        self.clean = clean  # an SVG of all that runs or loads
        self._fingerprint = fingerprint  # how a picture looks

    async def sniffed(self, data: bytes | memoryview) -> Facts | None:
        """Return the facts of a picture; None where the bytes are none we serve."""
        return await aside(partial(sniff, max_frames=self._max_frames), data)

    def recognised(self, arrival: Arrival, start: bytes) -> tuple[Facts, str] | None:
        """Return the facts and the type of a body by its first bytes; None where those will not do.

        Never an SVG, which is cleaned first, nor what may look like a placeholder. A placeholder
        known to the byte may have any length: its last bytes must wait for the whole.
        """
        facts = sniff(start, max_frames=self._max_frames)
        if facts is None or facts.format is Format.SVG or not arrival.length:
            return None
        if is_suspect(facts, arrival.length, self._placeholders):
            return None
        declared = arrival.head.headers.get("Content-Type")
        try:
            return facts, served_type(declared, facts, start, self._types)
        except NotServedType:
            return None

    async def refuse_placeholders(self, data: bytes | memoryview, facts: Facts | None) -> None:
        """Raise OriginRefused for a known placeholder; what cannot be looked at is none."""
        known = self._placeholders
        await aside(partial(refuse_placeholder, known=known), data)
        if is_suspect(facts, len(data), known):
            with suppress(PictureError, MakingTimeout):
                refuse_lookalike(await self._fingerprint(bytes(data)), known)

    def judge(self, arrival: Arrival, facts: Facts | None, start: bytes, led: str) -> str:
        """Return the type to send, or raise what the answer is instead of a served one.

        ``led`` says where redirects led: to a login, often.
        """
        status = arrival.head.status
        if not start and status in _BODILESS:
            return ""
        try:
            media_type = served_type(
                arrival.head.headers.get("Content-Type"), facts, start, self._types
            )
        except NotServedType as nothing:
            if status >= HTTPStatus.BAD_REQUEST:
                answered = refused(arrival, f"the origin answered {status}; {nothing}")
                raise answered from nothing
            if status >= HTTPStatus.MULTIPLE_CHOICES:
                raise OriginProtocol(f"the origin answered {status}, not followed") from nothing
            raise NotServedType(f"{nothing}{led}") from nothing
        if facts is not None and not facts.whole and not arrival.framed:
            raise OriginTruncated("closed before the picture's end")
        return media_type


def refused(arrival: Arrival, message: str) -> OriginStatus:
    """Return an error status as a failure, with when the origin may be asked again."""
    head, now = arrival.head, arrival.times.received_at
    return OriginStatus(head.status, message, retry_after_s(head.headers.get("Retry-After"), now))


async def aside(work: Callable[[bytes | memoryview], _T], data: bytes | memoryview) -> _T:
    """Do quick work here and slow work in a thread."""
    return work(data) if len(data) <= _INLINE_BYTES else await asyncio.to_thread(work, data)
