"""What a client asked, as it stood on the wire."""

from dataclasses import dataclass

from proxy.model.headers import Headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; ``target`` is the raw request target, nothing decoded."""

    method: str
    target: str
    headers: Headers = Headers()
    peer: str | None = None  # the connection's IP address as text; None on a socket that has none

    @property
    def path(self) -> str:
        """Return everything before the first question mark."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """Return everything after the first question mark, raw; empty where there is none."""
        return self.target.partition("?")[2]
