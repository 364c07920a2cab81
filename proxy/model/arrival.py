"""An origin's answer while it arrives."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from proxy.model.entry import Head, Times


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One hop's answer: the head is whole, the body arrives by ``chunks``.

    ``chunks`` raises OriginTruncated where the framing breaks, TooManyBytes over the cap and
    OriginTimeout at a deadline. A close-delimited body (``framed`` False) may have been cut
    without a trace: only its own end marker can tell.
    """

    head: Head
    times: Times
    chunks: AsyncIterator[bytes]
    length: int | None  # the declared Content-Length in bytes
    framed: bool  # by length or chunks; False: the end of the connection is the end of the body
