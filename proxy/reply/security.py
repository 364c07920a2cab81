"""What a browser must not do with our answers (contracts/service.md, "Type").

A foreign file on our domain stays a picture: never sniffed into a page, never run, never framed
with rights; other sites may show it and read its timing.
"""

from proxy.reply.answer import Answer, Lines

_NOTHING = "default-src 'none'; sandbox"
_POLICIES = {"image/svg+xml": f"{_NOTHING}; style-src 'unsafe-inline'"}  # SVG styles itself


def lines(answer: Answer) -> Lines:
    """Return the lines for the served body's type."""
    return lines_for(answer.served.media_type)


def lines_for(media_type: str) -> Lines:
    """Return the lines for a body of that type."""
    kind = media_type.partition(";")[0].strip().lower()
    return (
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", _POLICIES.get(kind, _NOTHING)),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        ("Timing-Allow-Origin", "*"),
    )
