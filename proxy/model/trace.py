"""What happened to one request: the one mutable noun. Only ``flow`` and ``server`` write it."""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class Trace:
    """Facts for one log line and the metrics. Durations in seconds of the monotonic clock."""

    request_id: str
    method: str
    target: str
    started: float
    route: str = "none"  # "original", "preset", "usage", "admin", "preflight", "none"
    status: int = 0
    sent_bytes: int = 0
    cache: str = ""  # Outcome.label
    host: str = ""
    client: str = ""  # who asked: the peer, or what a trusted proxy says of it
    error: str = ""  # the failure's slug and message
