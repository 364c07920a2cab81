"""Which origins' scripts may read an answer (Fetch standard, CORS protocol). Never credentials."""

from proxy.model.request import Request
from proxy.reply.answer import Answer, Lines
from proxy.settings import Access

# What we send and a script could not read otherwise.
_EXPOSED = ", ".join(
    (
        *("Accept-Ranges", "Age", "Allow", "Cache-Status", "Content-Length", "Content-Range"),
        *("Date", "ETag", "Retry-After"),
    )
)


def lines(answer: Answer) -> Lines:
    """Return the lines for one answer."""
    return lines_for(answer.request, answer.access)


def lines_for(request: Request | None, access: Access) -> Lines:
    """Return the permission to read, or nothing where the asking origin is not listed.

    ``request`` is None where it could not be read.
    """
    reader = _reader(request, access)
    if reader is None:
        return ()
    return (
        ("Access-Control-Allow-Origin", reader),
        ("Access-Control-Expose-Headers", _EXPOSED),
    )


def _reader(request: Request | None, access: Access) -> str | None:
    """Return "*" where all may read, else the asking origin if it is listed."""
    if "*" in access.readers:
        return "*"
    origin = request.headers.get("Origin") if request else None
    return origin if origin in access.readers else None
