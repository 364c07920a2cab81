"""An order that passed the rules, with how its origin is to be asked."""

from dataclasses import dataclass

from proxy.model.headers import Headers
from proxy.model.order import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """How one origin is asked, and how long its answers last. All durations in seconds."""

    key: str = ""  # the ``[origins]`` key that matched; empty: the defaults
    referer: str = "auto"  # "auto", "none", "origin" or a URL
    user_agent: str
    headers: Headers = Headers()  # sent to this origin beside our own
    connect_to: str | None = None  # HOST[:PORT] to dial instead
    default_ttl: float
    min_ttl: float
    max_ttl: float
    ignore: frozenset[str] = frozenset()  # directives of this origin that are lifted
    pass_response_headers: frozenset[str] = frozenset()  # lower case; "*": all but a fixed list
    pass_request_headers: frozenset[str] = frozenset()  # the reader's, handed on; "*" likewise
    # Where else, in order: "https" or "http", HOST[:PORT], or a whole address that holds "{url}".
    fallbacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """A judged order."""

    order: Order
    profile: Profile
