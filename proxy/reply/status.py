"""What the cache did, as Cache-Status (RFC 9211)."""

import re
from collections.abc import Iterator

from proxy.model.outcome import Outcome
from proxy.model.values import is_sendable
from proxy.reply.answer import Answer, Lines

CACHE = "image-proxy"  # our name in the list; an sf-token
_TOKEN = re.compile(r"[A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]*")  # RFC 8941 §3.3.4


def lines(answer: Answer) -> Lines:
    """Return the one line about this answer; what caches before us said opens it where it passes.

    The list begins at the origin (§2), so ours is the last member.
    """
    ours = "; ".join((CACHE, *_parameters(answer.outcome)))
    theirs = answer.original.head.headers.get("Cache-Status") or ""
    passes = answer.passes("Cache-Status") and is_sendable(theirs)
    return (("Cache-Status", f"{theirs}, {ours}" if passes else ours),)


def _parameters(outcome: Outcome) -> Iterator[str]:
    if outcome.hit:
        yield "hit"
    elif outcome.fwd is not None:  # §2.2: never beside hit; the next three only beside it
        yield f"fwd={outcome.fwd}"
        if outcome.fwd_status is not None:
            yield f"fwd-status={outcome.fwd_status}"
        if outcome.stored:
            yield "stored"
        if outcome.collapsed:
            yield "collapsed"
    if outcome.ttl is not None:
        yield f"ttl={outcome.ttl}"
    if outcome.detail is not None:
        yield f"detail={_token_or_string(outcome.detail)}"


def _token_or_string(text: str) -> str:
    if _TOKEN.fullmatch(text):
        return text
    visible = re.sub(r"[^\x20-\x7e]", "?", text)  # RFC 8941 §3.3.3 knows nothing else
    return '"' + re.sub(r'(["\\])', r"\\\1", visible) + '"'
