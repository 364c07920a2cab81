"""cors-anywhere's addresses: ``/URL``, the original at a URL written behind the first slash.

    address = "/" ["http:" ("/" / "//") / "https:" ("/" / "//")] host [":" port] "/" *any
    host    = a name with a dot in it / an IPv4 or bracketed IPv6 address

    /https://h/x.jpg?a=1      /image.woshipm.com/wp-files/2021/11/x.jpg

All behind that slash, its query included, is the source; nothing is decoded. Without a scheme it is
http, https at port 443. A slash that was merged on the way is put back (worker.md 2b, last line).
"""

import re

from proxy.dialects.address import parse_source
from proxy.dialects.echo import confirmed
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.settings import Settings

_ABSOLUTE = re.compile(r"(https?:)//?", re.IGNORECASE)
# What no host is called: /favicon.ico and /robots.txt end where a host would.
_HOST = re.compile(
    r"(?:[^/?\\:]+\.(?:[a-z]{2,63}|xn--[a-z0-9-]+)\.?|[0-9]+(?:\.[0-9]+){3}|\[[0-9a-f:.]+\])"
    r"(?::([0-9]*))?/",
    re.IGNORECASE | re.ASCII,
)


def read(request: Request, _settings: Settings) -> Order | None:
    """Return what is asked, or None where no address stands there; raises BadAddress."""
    text = request.target.removeprefix("/")
    absolute, bare = _ABSOLUTE.match(text), _HOST.match(text)
    if absolute:
        url = f"{absolute[1]}//{text[absolute.end() :]}"
    elif bare:
        url = f"{'https' if bare[1] == '443' else 'http'}://{text}"
    else:
        return None
    return Order(source=parse_source(url), dialect="cors-anywhere")


def write(order: Order) -> str | None:
    """Return the target that is read as this order; None for all but an original."""
    return confirmed(f"/{order.source.url}", order, read)
