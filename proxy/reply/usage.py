"""The page at ``/``: how to ask. The old worker's shape, our words, nothing of the visitor's."""

from http import HTTPStatus

from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.reply.page import page
from proxy.settings import Access

_ADDRESS = "?http://host/path/picture.jpg"


def usage(request: Request, presets: tuple[str, ...], access: Access) -> Reply:
    """Return 200 with the page; ``presets`` are the names there are."""
    made = "".join(f"/{name}/{_ADDRESS}  the picture made as {name}\n" for name in presets)
    text = (
        "IMAGE-PROXY\n\n"
        "Usage:\n"
        f"/{_ADDRESS}  the original\n"
        f"{made}"
        f"/info/{_ADDRESS}  what is known of it, as JSON\n\n"
        "Everything after the first question mark is the address, as it stands.\n\n"
        "Limits:\n"
        "GET and HEAD only; pictures only; only the hosts this service's operator has allowed.\n"
    )
    return page(
        text,
        status=HTTPStatus.OK,
        media_type="text/plain; charset=utf-8",
        lines=(("Cache-Control", "public, max-age=300"),),
        request=request,
        access=access,
    )
