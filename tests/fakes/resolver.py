"""A resolver that says what a test tells it to, behind the real guard."""

import asyncio
from collections.abc import Mapping, Sequence

from proxy.errors import OriginNotFound

SILENT: tuple[str, ...] = ("…",)  # a lookup that never ends


class FakeResolver:
    """Answers each name with its lists of addresses in turn; the last one stays.

    ``otherwise`` is where every other name leads; by default none of them exists.
    """

    def __init__(
        self,
        names: Mapping[str, Sequence[tuple[str, ...]]] | None = None,
        otherwise: tuple[str, ...] = (),
    ) -> None:
        self._otherwise = otherwise
        self._names: dict[str, list[tuple[str, ...]]] = {}
        self.asked: list[str] = []
        self.tell(names or {})

    def tell(self, names: Mapping[str, Sequence[tuple[str, ...]]]) -> None:
        """Take the lists of these names instead of all told before, and forget who asked."""
        self._names = {name: list(turns) for name, turns in names.items()}
        self.asked.clear()

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:  # noqa: ARG002  # Resolver's
        """Return the next list for ``host``; OriginNotFound where it is empty."""
        self.asked.append(host)
        turns = self._names.get(host, [self._otherwise])
        addresses = turns.pop(0) if len(turns) > 1 else turns[0]
        if addresses == SILENT:
            await asyncio.Event().wait()
        if not addresses:
            raise OriginNotFound(f"{host} does not resolve: not in this test")
        return addresses
