"""What flow reports about work that no single request owns: fetches and makings."""

from typing import Protocol


class Meter(Protocol):
    """Counts work by its outcome. ``seconds`` is how long it took."""

    def fetched(self, outcome: str, seconds: float) -> None:
        """Count one ask of an origin: "ok", "not-modified" or a failure's slug."""

    def made(self, form: str, outcome: str, seconds: float) -> None:
        """Count one picture made: its format, "ok" or a failure's slug."""
