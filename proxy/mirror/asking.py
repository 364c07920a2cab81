"""How the mirror asks for pictures: through the service's own corridor, here or over HTTP.

``local`` and ``remote`` fulfil the same Door and pass the same suite.
"""

from dataclasses import dataclass
from typing import Protocol


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
