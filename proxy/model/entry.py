"""What is kept: a stored response, or a picture made from one."""

from dataclasses import dataclass
from enum import StrEnum

from proxy.model.body import Stored
from proxy.model.headers import Headers
from proxy.model.picture import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When a response was asked for, came, and says it was made (Unix seconds)."""

    requested_at: float
    received_at: float
    date: float | None = None  # the Date header; None if absent or unreadable
    age_s: float = 0.0  # the Age header: seconds spent in caches before ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status and field lines of a response."""

    status: int
    headers: Headers = Headers()


class Kind(StrEnum):
    """The two kinds of entry (design §5)."""

    ORIGINAL = "original"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the index, with its body.

    An original holds the origin's head and times. A picture's lifetime is its original's.
    """

    key: str
    kind: Kind
    source: str  # the original's URL, for both kinds: purge and lists go by it
    host: str
    head: Head
    times: Times
    body: Stored | None  # None where the status allows none (204)
    media_type: str  # what we send, judged by the bytes
    facts: Facts | None  # None where the bytes are no picture
    selecting: Headers = Headers()  # the fields Vary names, as they were sent (RFC 9111 §4.1)
    parent: str | None = None  # a picture's original, by key
    pinned: bool = False
    came_from: str = ""  # the address the body came from, where it is a fallback and not ``source``
