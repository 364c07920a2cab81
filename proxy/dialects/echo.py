"""An address is only as good as what it is read as: what a dialect wrote is read again.

Keeps each ``write`` simple: it says what it can, and what was lost on the way shows here.
"""

from collections.abc import Callable

from proxy.errors import AskError
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.settings import Settings

_SETTINGS = Settings()  # an address that needs more than the defaults is not everybody's


def confirmed(
    target: str, order: Order, read: Callable[[Request, Settings], Order | None]
) -> str | None:
    """Return the target where it is read as the order, in whatever dialect and by whatever name."""
    try:
        heard = read(Request(method="GET", target=target), _SETTINGS)
    except AskError:
        return None
    return target if heard is not None and _meaning(heard) == _meaning(order) else None


def _meaning(order: Order) -> tuple[object, ...]:
    wanted = (order.source, order.transform.normal(), order.info)
    return (*wanted, order.expires, order.otherwise)
