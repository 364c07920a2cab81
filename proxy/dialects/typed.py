"""An address as a person types or pastes it → the request target it stands for.

Pure. Whole addresses of ours and bare addresses of pictures look alike: what counts as ours is said
by ``[server] names``, ``[dialects] wrappers``, where we listen, and this machine's own names.
"""

import re
from urllib.parse import unquote, urlsplit

from proxy.model.headers import Headers
from proxy.model.request import Request
from proxy.settings import Settings

_OURSELVES = {"localhost", "127.0.0.1", "::1"}
_SCHEMES = ("http://", "https://")
_UP_TO_HOST = re.compile(r"[^/]*//[^/?#]*")


def request_of(text: str, settings: Settings) -> Request:
    """Return a GET of what ``text`` stands for; whether it can be read, the dialects say.

    ``/w=480/?http://…`` is a target as it stands, ``https://img.blog.example/w=480/?http://…`` one
    of ours, ``http://image.woshipm.com/a.jpg`` the original there; percent-encoded once or not.
    """
    written = text.strip()
    if not written.startswith("/") and not written.lower().startswith(_SCHEMES):
        written = unquote(written)
    if written.startswith("/"):
        return Request(method="GET", target=written)
    host = _host(written)
    names = {*settings.server.names, *settings.dialects.wrappers, settings.server.host, *_OURSELVES}
    if host in names or host in settings.dialects.photon_names:
        target = _UP_TO_HOST.sub("", written, count=1)
        target = target if target.startswith("/") else f"/{target}"
        return Request(method="GET", target=target, headers=Headers((("Host", host),)))
    return Request(method="GET", target=f"/?{written}")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # such as an unclosed bracket
        return ""
