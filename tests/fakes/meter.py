"""A meter that remembers what it was told."""


class RememberingMeter:
    """Passes for proxy.flow.meter.Meter."""

    def __init__(self) -> None:
        self.asks: list[str] = []
        self.makings: list[tuple[str, str]] = []

    def fetched(self, outcome: str, seconds: float) -> None:
        """Remember an ask of an origin."""
        assert seconds >= 0
        self.asks.append(outcome)

    def made(self, form: str, outcome: str, seconds: float) -> None:
        """Remember a making."""
        assert seconds >= 0
        self.makings.append((form, outcome))
