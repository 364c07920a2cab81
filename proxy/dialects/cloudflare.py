"""Cloudflare's addresses: ``/cdn-cgi/image/OPTIONS/SOURCE``; options: ``cloudflare_options.py``.

    target  = "/cdn-cgi/image/" options "/" source     ; the target's query is the source's
    source  = URL / path                               ; as it is; a path is of [dialects] base

    /cdn-cgi/image/width=480/http://image.woshipm.com/wp-files/2021/11/x.jpg   at most 480 wide
    /cdn-cgi/image/w=900,h=420,fit=cover,g=0.5x0.33/http://h/x.jpg             exactly that box
    /cdn-cgi/image/fit=scale-down,w=1920,f=auto/http://h/x.png?v=2             v=2 is the source's
    /cdn-cgi/image/format=json/http://h/x.jpg                   what is known of the original
    /cdn-cgi/image/trim=20;30;20;0,w=200/uploads/a.jpg          of [dialects] base

Follows cloudflare-docs (Transform via URL, partials/images) of 2026.
"""

import re

from proxy.dialects import cloudflare_options, cloudflare_print
from proxy.dialects.address import parse_source
from proxy.dialects.echo import confirmed
from proxy.errors import BadAddress
from proxy.model.order import Order, Source
from proxy.model.request import Request
from proxy.settings import Settings

_PREFIX = "/cdn-cgi/image/"
_SCHEME = re.compile(r"https?:/", re.IGNORECASE | re.ASCII)


def read(request: Request, settings: Settings) -> Order | None:
    """Return what is asked, or None for another path.

    Raises BadOption, BadAddress, and NotOffered for an option that is not done here.
    """
    if not request.target.startswith(_PREFIX):
        return None
    options, _, address = request.target.removeprefix(_PREFIX).partition("/")
    asked = cloudflare_options.read(options)
    base = parse_source(settings.dialects.base) if settings.dialects.base else None
    source = _source(address, base)
    ours = base is not None and f".{source.host}".endswith(f".{base.host}")  # theirs: the same zone
    return Order(
        source=source,
        transform=asked.transform,
        info=asked.info,
        dialect="cloudflare",
        otherwise=source if asked.redirected and ours else None,
    )


def write(order: Order) -> str | None:
    """Return the request target that is read as this order; None where there is none."""
    options = "format=json" if order.info else cloudflare_print.write(order.transform)
    return confirmed(f"{_PREFIX}{options}/{order.source.url}", order, read)


def _source(text: str, base: Source | None) -> Source:
    if _SCHEME.match(text):
        return parse_source(text)
    if not text:
        raise BadAddress("there is no source after the options")
    if base is None:
        raise BadAddress(f"{text[:200]!r} is a path, and [dialects] base is not set")
    return parse_source(f"/{text.lstrip('/')}", base)
