"""Step 3, DECIDE: what HTTP's rules say of a response and an ask (RFC 9111). Pure.

Knows nothing of stores, sockets or pictures; ``now`` is always an argument.
"""

from proxy.cache.decision import (
    Decision,
    Fetch,
    Fresh,
    Refuse,
    Stale,
    Validate,
    decide,
    may_serve_stale,
)
from proxy.cache.freshness import Lifetime, current_age, lifetime, times_of
from proxy.cache.heads import kept_headers
from proxy.cache.keys import original_key, picture_key
from proxy.cache.storing import Admission, admit
from proxy.cache.updating import freshen

__all__ = [
    "Admission",
    "Decision",
    "Fetch",
    "Fresh",
    "Lifetime",
    "Refuse",
    "Stale",
    "Validate",
    "admit",
    "current_age",
    "decide",
    "freshen",
    "kept_headers",
    "lifetime",
    "may_serve_stale",
    "original_key",
    "picture_key",
    "times_of",
]
