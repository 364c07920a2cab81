"""Photon's addresses (i0.wp.com): ``/photon/HOST/PATH?…``, ``/HOST/PATH?…`` on a name of its own.

    target    = ["/photon"] "/" host path ["?" parameter *("&" parameter)]
    parameter = key ["=" value]       ; done in the order in which the keys first stand there

    ssl                       the source is https, unless 0
    q                         the source's query, encoded
    w, h                      pixels or percent; both: within that box, with crop=1 cut to it
    fit, resize, lb=W,H       within the box; exactly the box, cut; exactly the box, black bars
    crop=X,Y,W,H              percent, or pixels: 10px; of what there is at that moment
    zoom                      1 to 10, in steps of ½ below 2, of 1 above; for w, h, fit and resize
    brightness, contrast      -255 to 255, -100 to 100
    filter                    grayscale, blurgaussian
    quality, strip            1 to 100 (lossless); nothing but the picture is kept in any case

    /photon/h/x.jpg?w=300&ssl=1 · /photon/h/x.jpg?resize=400,220 · /photon/h/x.jpg?crop=12,25,60,60
    /photon/h/x.jpg           without a parameter: the original

Follows cfg/photon (index.php) and WordPress's Site Accelerator API. As there, what is no number is
no ask, and unknown keys are nobody's. The format is chosen by Accept. Only resize enlarges, and not
where zoom stands; the steps in which Photon takes zoom back, and its limit of 1000 pixels when it
enlarges, hang on the original and are not copied. Refused: colorize, smooth, ulb=true, other
filters, a second size, a crop between w and h.
"""

import re
from urllib.parse import quote, unquote, unquote_plus

from proxy.dialects import photon_print, photon_terms
from proxy.dialects.address import parse_source
from proxy.dialects.echo import confirmed
from proxy.errors import BadAddress
from proxy.model.order import Order, Source
from proxy.model.request import Request
from proxy.settings import Settings

_PREFIX = "/photon/"
_PORT = re.compile(r":[0-9]*\Z", re.ASCII)
_SCHEME = re.compile(r"https?:", re.IGNORECASE | re.ASCII)


def read(request: Request, settings: Settings) -> Order | None:
    """Return what is asked, or None for another path on a name that is not Photon's.

    Raises BadAddress, also for a crop that is none, and NotOffered for what is not done here.
    """
    address = _address(request, settings)
    if address is None:
        return None
    found = _parameters(request.query)
    transform = photon_terms.read(found).normal()
    return Order(source=_source(address, found), transform=transform, dialect="photon")


def write(order: Order) -> str | None:
    """Return the request target, on any name, that is read as this order; None if none is."""
    path, asked, query = order.source.path.partition("?")
    terms = photon_print.write(order.transform)
    if asked:
        terms.append(f"q={quote(query, safe='')}")
    if order.source.scheme == "https":
        terms.append("ssl=1")
    target = f"{_PREFIX}{order.source.authority}{path}"
    return confirmed(f"{target}?{'&'.join(terms)}" if terms else target, order, read)


def _address(request: Request, settings: Settings) -> str | None:
    """Return host and path of the source; None where the address is not Photon's."""
    if request.path.startswith(_PREFIX):
        return request.path.removeprefix(_PREFIX)
    host = _PORT.sub("", request.headers.get("host") or "").lower().removesuffix(".")
    named = host in settings.dialects.photon_names and request.path != "/"
    return request.path.removeprefix("/") if named else None


def _source(address: str, found: dict[str, str]) -> Source:
    if _SCHEME.match(address):
        raise BadAddress(f"{address[:200]!r} has a scheme, where Photon's addresses have none")
    scheme = "https" if found.get("ssl", "0") != "0" else "http"
    query = f"?{found['q']}" if "q" in found else ""
    return parse_source(f"{scheme}://{address}{query}")


def _parameters(query: str) -> dict[str, str]:
    """Return the last value of each key, decoded, in the order the keys first stand there."""
    found: dict[str, str] = {}
    for item in query.split("&"):
        key, _, value = item.partition("=")
        if key:
            found[unquote(key)] = unquote_plus(value)
    return found
