"""Room 1, READ: the text of an address ⇄ Order. Pure; one file a dialect.

A dialect's reader returns None for what it does not recognise and raises for what it recognises
but cannot read, or asks for what is not done here (NotOffered). Knows nothing of which sources are
allowed, and verifies no signature: it hands on what was signed.
"""

from dataclasses import replace
from functools import cache, lru_cache
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from proxy.errors import BadAddress, NotFound
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.model.transform import Transform
from proxy.settings import Settings


class _Module(Protocol):
    """What each dialect's own file offers."""

    def read(self, request: Request, settings: Settings, /) -> Order | None: ...
    def write(self, order: Order, /) -> str | None: ...


class Dialect(NamedTuple):
    """One way to write addresses. ``name`` is the one in ``[dialects] enabled``.

    ``where`` is its module, loaded on use: most services read one dialect.
    """

    name: str
    where: str

    def read(self, request: Request, settings: Settings) -> Order | None:
        """Return what is asked for, None where this dialect does not know it.

        Raises an AskError.
        """
        return _loaded(self.where).read(request, settings)

    def write(self, order: Order) -> str | None:
        """Return the request target, unsigned, that is read as this order; None: it cannot be."""
        return _loaded(self.where).write(order)


# In the order they are tried (dialects.md): what is told by its query, by its first word (Photon's
# by a host name, too), by its form, and last what takes nearly any path.
DIALECTS: tuple[Dialect, ...] = (
    Dialect("wrapped", "proxy.dialects.wrapped"),
    Dialect("weserv", "proxy.dialects.weserv"),
    Dialect("cloudflare", "proxy.dialects.cloudflare"),
    Dialect("photon", "proxy.dialects.photon"),
    Dialect("imgproxy", "proxy.dialects.imgproxy"),
    Dialect("willnorris", "proxy.dialects.willnorris"),
    Dialect("cors-anywhere", "proxy.dialects.cors_anywhere"),
)


def load(settings: Settings) -> None:
    """Load the enabled dialects now, so that no request waits for one."""
    for dialect in DIALECTS:
        if dialect.name in settings.dialects.enabled:
            _loaded(dialect.where)


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


@cache
def _loaded(where: str) -> _Module:
    return cast("_Module", import_module(where))
