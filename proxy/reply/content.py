"""What the body is: Content-Type, by the bytes as they were judged before us."""

import re

from proxy.model.values import is_sendable
from proxy.reply.answer import Answer, Lines

_CHARSET = re.compile(r"[ \t]*;[ \t]*charset=[\"A-Za-z0-9_.:-]{1,40}[ \t]*", re.IGNORECASE)


def lines(answer: Answer) -> Lines:
    """Return the type of the served body; nothing where there is none (a 204).

    Where the type is the origin's word, its charset goes with it: no bytes tell one.
    """
    kind, served = answer.served.media_type, answer.served
    theirs = served.head.headers.get("Content-Type") or ""
    name, semicolon, parameter = theirs.partition(";")
    by_word = served.facts is None and name.strip(" \t").lower() == kind
    if by_word and _CHARSET.fullmatch(semicolon + parameter):
        kind = theirs
    return (("Content-Type", kind),) if is_sendable(kind) else ()
