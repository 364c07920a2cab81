"""How the mirror asks for pictures: through the service's own corridor, here or over HTTP.

``local`` and ``remote`` fulfil the same Door and pass the same suite.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

# A field of every ask (RFC 7240): only an answer held until it is whole says whether it is stored.
WHOLE = ("Prefer", "whole")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one ask."""

    status: int
    problem: str = ""  # the slug of our refusal or failure: "origin-status", "host-not-allowed" …
    because: str = ""  # the operator's sentence, where it is known
    retry_after_s: float | None = None
    media_type: str = ""
    length: int = 0  # bytes of the body
    cache: str = ""  # Cache-Status

    @property
    def good(self) -> bool:
        """Tell whether a picture was answered."""
        return 200 <= self.status < 300 and not self.problem  # noqa: PLR2004  # RFC 9110 §15.3

    @property
    def kept(self) -> bool:
        """Tell whether what was answered stands in the store (RFC 9211 §2)."""
        ours = self.cache.rpartition(",")[2].split(";")
        return not {"hit", "stored"}.isdisjoint(part.strip() for part in ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an address before it is asked."""

    pinned: bool = False  # its original
    fresh: bool = False  # its original: who asks for it does not make us ask the publisher
    made: bool = False  # its picture is kept, or the original stands in for it
    problem: str = ""  # the slug of the refusal it would meet
    because: str = ""


class Door(Protocol):
    """Where the mirror asks."""

    async def ask(self, target: str, accept: str = "") -> Answer:
        """Ask for a request target (``/thumbnail/?http://…``); never raises for what is answered.

        Raises ServiceUnreachable where nobody answers at all.
        """

    async def pin(self, source: str) -> bool:
        """Pin the original at ``source`` and its pictures; False where none is kept."""

    async def is_pinned(self, source: str) -> bool:
        """Tell whether the index says so."""

    async def known(self, target: str, accept: str = "") -> Known:
        """Tell what is known of a target; nothing is fetched or made.

        Raises ServiceUnreachable.
        """


def known_of(facts: Mapping[str, Any]) -> Known:
    """Read what ``/-/explain`` says, as JSON has it; what it does not say is not so."""
    refusal, kept, picture = (facts.get(name) or {} for name in ("refusal", "cache", "picture"))
    return Known(
        pinned=kept.get("pinned") is True,
        fresh=kept.get("state") == "fresh",
        made=picture.get("state") in ("stored", "the original stands in"),
        problem=str(refusal.get("type", "")),
        because=str(refusal.get("because", "")),
    )
