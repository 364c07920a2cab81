"""What an operator names to purge or list: the text of an address, a host, a prefix → Selector.

An address is read as a reader's is, wrapped or not, so that any way to write it selects the same.
"""

import re
from typing import assert_never

from proxy.dialects import wrapped
from proxy.dialects.address import parse_source
from proxy.errors import BadAddress, LoopDetected
from proxy.model.purge import EVERYTHING, Scope, Selector
from proxy.model.request import Request
from proxy.settings import Settings

_BEYOND_A_HOST = re.compile(r"[/?#@\\ ]")


def read(scope: Scope, text: str, settings: Settings) -> Selector:
    """Return what is selected, printed as the store prints it; raises BadAddress.

    A prefix is the beginning of an address with its host whole: ``http://h`` is ``http://h/``.
    """
    match scope:
        case Scope.SOURCE | Scope.PREFIX:
            return Selector(scope, _address(text, settings))
        case Scope.HOST:
            return Selector(scope, _host(text))
        case Scope.ALL:
            return EVERYTHING
        case _ as never:
            assert_never(never)


def _address(text: str, settings: Settings) -> str:
    try:
        order = wrapped.read(Request(method="GET", target=f"/?{text.strip()}"), settings)
    except LoopDetected as exc:
        raise BadAddress(str(exc)) from exc
    if order is None:
        raise BadAddress(f"{text[:200]!r} is no http or https address")
    return order.source.url


def _host(text: str) -> str:
    """Return a host as an address holds it; of all ports, so without one."""
    plain = text and not _BEYOND_A_HOST.search(text)
    source = parse_source(f"http://{text}/") if plain else None
    if source is None or source.port != 80:  # noqa: PLR2004  # http's own: none was written
        raise BadAddress(f"{text[:200]!r} is no host without scheme, port and path")
    return source.host
