"""Where a reader is sent instead of an error: the address he asked for himself, judged before."""

from http import HTTPStatus

from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.reply.page import page
from proxy.settings import Access


def elsewhere(url: str, request: Request, access: Access) -> Reply:
    """Return 302 to ``url``; not to be kept, because the ask may succeed the next time."""
    return page(
        "",
        status=HTTPStatus.FOUND,
        media_type="text/plain; charset=utf-8",
        lines=(("Location", url), ("Cache-Control", "no-store")),
        request=request,
        access=access,
    )
