"""Rule: we neither ask ourselves nor answer what has passed through us before (508).

An address that wraps another one in our name was unwrapped by its dialect; what is left, a redirect
into ourselves for instance, would ask us again.
"""

import re

from proxy.errors import LoopDetected
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.rules.policy import Policy

_PORT = re.compile(r":[0-9]*\Z")


def refuse_ourselves(source: Source, policy: Policy) -> None:
    """Raise LoopDetected where the host is one of ``[server] names``, at any port."""
    if source.host in policy.names:
        raise LoopDetected(f"{source.host} is one of our own names")


def refuse_returning(headers: Headers, policy: Policy) -> None:
    """Raise LoopDetected where a request's Via names us as a recipient (RFC 9110 §7.6.3).

    Commas within comments are taken for list separators: a client that writes our name behind one
    refuses itself, and no real entry is missed. Two services without names share a pseudonym and
    cannot stand in a row.
    """
    via = headers.get("Via")
    for entry in () if via is None else via.split(","):
        words = entry.split(maxsplit=2)  # received-protocol, received-by, comment
        if len(words) > 1 and _PORT.sub("", words[1].lower()) == policy.pseudonym:
            raise LoopDetected(f"Via says {entry.strip()[:200]!r}: this request comes back to us")
