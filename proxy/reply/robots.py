"""``/robots.txt`` (RFC 9309): crawlers fetch pictures from their publishers, not through us."""

from http import HTTPStatus

from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.reply.page import page
from proxy.settings import Access


def robots(request: Request, access: Access) -> Reply:
    """Return 200 with the rule that disallows all."""
    return page(
        "User-agent: *\nDisallow: /\n",
        status=HTTPStatus.OK,
        media_type="text/plain; charset=utf-8",
        lines=(("Cache-Control", "public, max-age=86400"),),
        request=request,
        access=access,
    )
