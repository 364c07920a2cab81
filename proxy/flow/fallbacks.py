"""Where else a picture may be had, once its origin has lost it: other addresses, an archive.

Each is judged like any source; what the rules do not admit is passed over. Asked by whoever asks:
readers' posts break where the mirror's do.
"""

from proxy.dialects.address import parse_source
from proxy.errors import (
    BadAddress,
    LoopDetected,
    NotAllowed,
    NotServedType,
    OriginNotFound,
    OriginStatus,
    OriginTimeout,
    OriginTls,
    OriginUnreachable,
    ProxyError,
)
from proxy.flow.ladder import REFUSALS, is_refusal
from proxy.model.order import Source
from proxy.model.permit import Permit
from proxy.rules import judge_source
from proxy.rules.policy import Policy

# Gone, or refused on every rung: no other ask of this origin will do.
LOST = frozenset({404, 410}) | REFUSALS
# Dead; or bought by somebody who answers every address with a page of his own.
_DEAD = (OriginUnreachable, OriginNotFound, OriginTimeout, OriginTls, NotServedType)


def is_lost(failure: ProxyError) -> bool:
    """Tell whether the origin will not give the picture, so that it is looked for elsewhere."""
    gone = isinstance(failure, OriginStatus) and failure.status in LOST
    return gone or is_refusal(failure) or isinstance(failure, _DEAD)


def places(permit: Permit, policy: Policy) -> tuple[Source, ...]:
    """Return where else to ask, in the operator's order."""
    source = permit.order.source
    found: dict[str, Source] = {}
    for fallback in permit.profile.fallbacks:
        try:
            place = parse_source(_address(fallback, source))
            judge_source(place, policy)
        except (BadAddress, NotAllowed, LoopDetected):
            continue
        own_archive = "{url}" in fallback and place.host == source.host
        if place.url != source.url and not own_archive:
            found.setdefault(place.url, place)
    return tuple(found.values())


def _address(fallback: str, source: Source) -> str:
    if "{url}" in fallback:
        return fallback.replace("{url}", source.url)
    if fallback in ("http", "https"):
        return f"{fallback}://{source.host}{source.path}"
    return f"{source.scheme}://{fallback}{source.path}"
