"""Room 1, READ: the text of an address ⇄ Order. Pure; one file a dialect.

A dialect's reader returns None for what it does not recognise and raises for what it recognises
but cannot read. Knows nothing of which sources are allowed.
"""

from collections.abc import Callable

from proxy.dialects import wrapped
from proxy.errors import BadAddress
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.settings import Settings

Reader = Callable[[Request, Settings], Order | None]

# In the order they are tried; the names are those of ``[dialects] enabled``.
DIALECTS: tuple[tuple[str, Reader], ...] = (("wrapped", wrapped.read),)


def read(request: Request, settings: Settings) -> Order:
    """Return what the request's target asks for, by the first enabled dialect that knows it.

    Raises BadAddress where none does, and whatever the dialect raises.
    """
    for name, reader in DIALECTS:
        if name in settings.dialects.enabled:
            order = reader(request, settings)
            if order is not None:
                return order
    raise BadAddress(f"no enabled dialect reads {request.target[:200]!r}")
