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
from proxy.cache.keys import original_key, picture_key, variant_key
from proxy.cache.passing import passed_request
from proxy.cache.storing import Admission, admit
from proxy.cache.updating import freshen
from proxy.cache.vary import matches, selecting_of, varies_by_reader

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
    "matches",
    "may_serve_stale",
    "original_key",
    "passed_request",
    "picture_key",
    "selecting_of",
    "times_of",
    "variant_key",
    "varies_by_reader",
]
