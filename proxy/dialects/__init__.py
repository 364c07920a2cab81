"""Room 1, READ: the text of an address ⇄ Order. Pure; one file a dialect.

A dialect's reader returns None for what it does not recognise and raises for what it recognises
but cannot read, or asks for what is not done here (NotOffered). Knows nothing of which sources are
allowed, and verifies no signature: it hands on what was signed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from proxy.dialects import cloudflare, cors_anywhere, imgproxy, photon, weserv, willnorris, wrapped
from proxy.errors import BadAddress, NotFound
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import Transform
from proxy.settings import Settings


class Dialect(NamedTuple):
    """One way to write addresses. ``name`` is the one in ``[dialects] enabled``."""

    name: str
    # Raises an AskError.
    read: Callable[[Request, Settings], Order | None]
    # The request target, unsigned, that is read as this order; None where it cannot be said.
    write: Callable[[Order], str | None]


# In the order they are tried (dialects.md): what is told by its query, by its first word (Photon's
# by a host name, too), by its form, and last what takes nearly any path.
DIALECTS: tuple[Dialect, ...] = (
    Dialect("wrapped", wrapped.read, wrapped.write),
    Dialect("weserv", weserv.read, weserv.write),
    Dialect("cloudflare", cloudflare.read, cloudflare.write),
    Dialect("photon", photon.read, photon.write),
    Dialect("imgproxy", imgproxy.read, imgproxy.write),
    Dialect("willnorris", willnorris.read, willnorris.write),
    Dialect("cors-anywhere", cors_anywhere.read, cors_anywhere.write),
)


def read(request: Request, settings: Settings) -> Order:
    """Return what the request's target asks for, by the first enabled dialect that knows it.

    Raises BadAddress where none does (NotFound where there is no query at all), and whatever the
    dialect raises.
    """
    for dialect in DIALECTS:
        if dialect.name in settings.dialects.enabled:
            order = dialect.read(request, settings)
            if order is not None:
                normal = _normal(order.transform)
                return order if normal is order.transform else replace(order, transform=normal)
    if "?" not in request.target:
        raise NotFound(f"nothing answers at {request.path[:200]!r} without an address")
    raise BadAddress(f"no enabled dialect reads {request.target[:200]!r}")


@lru_cache(maxsize=1024)  # readers ask for the same few, and this costs as much as the reading
def _normal(transform: Transform) -> Transform:
    """Return the normal form; the transform itself where it is that."""
    normal = transform.normal()
    return transform if normal == transform else normal
