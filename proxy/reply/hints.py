"""Which client hints would be heeded next time (RFC 8942 §3.1)."""

from proxy.reply.answer import Answer, Lines

_PREFIX = "Sec-CH-"


def lines(answer: Answer) -> Lines:
    """Return Accept-CH where the picture was, or would have been, chosen by hints."""
    wanted = [name for name in answer.varies if name.startswith(_PREFIX)]
    return (("Accept-CH", ", ".join(wanted)),) if wanted else ()
