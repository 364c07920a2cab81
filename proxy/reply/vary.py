"""Which fields of the request an answer depends on (RFC 9110 §12.5.5), in one line."""

from proxy.reply.answer import Answer, Lines
from proxy.settings import Access


def lines(answer: Answer) -> Lines:
    """Return the line for one answer: Accept only where a format was chosen by it."""
    return lines_for(answer.access, *(("Accept",) if answer.negotiated else ()))


def lines_for(access: Access, *names: str) -> Lines:
    """Return one Vary of these names, and Origin where only listed origins may read.

    Origin stands on every such answer, asked with one or not: a copy made for a plain ``<img>``
    must not be reused for a script's read.
    """
    found = names if "*" in access.readers else (*names, "Origin")
    return (("Vary", ", ".join(found)),) if found else ()
