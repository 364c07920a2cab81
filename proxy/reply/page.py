"""A page of our own: text written here, with the same permissions and prohibitions as a picture."""

from hashlib import sha256

from proxy.model.body import Held
from proxy.model.headers import Headers
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.reply import cors, security, vary
from proxy.reply.answer import Lines
from proxy.settings import Access


def page(  # noqa: PLR0913  # a page is as many things
    text: str,
    *,
    status: int,
    media_type: str,
    lines: Lines,
    request: Request | None,
    access: Access,
) -> Reply:
    """Return a reply of that text in UTF-8, ``lines`` beside what every answer carries."""
    data = text.encode()
    every = (
        *vary.lines_for(access),
        *cors.lines_for(request, access),
        *security.lines_for(media_type),
    )
    return Reply(
        status=status,
        headers=Headers((("Content-Type", media_type), *lines, *every)),
        body=Held(data, sha256(data).hexdigest()),
    )
