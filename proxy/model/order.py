"""What is wanted: a source and what to make of it. Every dialect is read into this."""

from dataclasses import dataclass

from proxy.model.signature import Signature
from proxy.model.transform import ORIGINAL, Transform


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an original lives: a WHATWG-normalised http(s) URL and the parts rules look at.

    ``url`` is the identity: no fragment, no trailing dot on the host, encodings as they came.
    """

    url: str
    scheme: str  # "http" or "https"
    host: str  # A-labels in lower case, or a literal: "192.0.2.1", "[2001:db8::1]"
    port: int
    path: str  # path and query: the request target at the origin
    literal: bool = False  # the host is an IP address, in whatever notation it came
    credentials: bool = False  # the URL carried a user name or password

    @property
    def authority(self) -> str:
        """Return host, and port where it is not the scheme's own: what the Host field says."""
        default = 443 if self.scheme == "https" else 80
        return self.host if self.port == default else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A source, what to make of it, and how it was asked."""

    source: Source
    transform: Transform = ORIGINAL
    preset: str | None = None  # the transform is this preset's, and nothing was added
    info: bool = False  # what is known of the picture is wanted, not the picture
    dialect: str = "wrapped"
    signature: Signature | None = None
    expires: float | None = None  # Unix seconds; the address is refused from then on
    otherwise: Source | None = None  # where the reader is sent should the ask fail

    @property
    def is_named(self) -> bool:
        """Tell whether this is one of the few things that have a name: no stranger mints more."""
        return self.preset is not None or (self.info and self.transform.is_original)
