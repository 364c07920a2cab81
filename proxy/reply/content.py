"""What the body is: Content-Type, by the bytes as they were judged before us."""

from proxy.model.values import is_sendable
from proxy.reply.answer import Answer, Lines


def lines(answer: Answer) -> Lines:
    """Return the type of the served body; nothing where there is none (a 204)."""
    kind = answer.served.media_type
    return (("Content-Type", kind),) if is_sendable(kind) else ()
