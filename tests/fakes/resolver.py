"""A resolver that says what a test tells it to, behind the real guard."""

import asyncio
from collections.abc import Mapping, Sequence

from proxy.errors import OriginNotFound

SILENT: tuple[str, ...] = ("…",)  # a lookup that never ends


class FakeResolver:
    """Answers each name with its lists of addresses in turn; the last one stays."""

    def __init__(self, names: Mapping[str, Sequence[tuple[str, ...]]] | None = None) -> None:
        self._names = {name: list(turns) for name, turns in (names or {}).items()}
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int) -> tuple[str, ...]:  # noqa: ARG002  # Resolver's
        """Return the next list for ``host``; a name not told of does not exist."""
        self.asked.append(host)
        turns = self._names.get(host, [()])
        addresses = turns.pop(0) if len(turns) > 1 else turns[0]
        if addresses == SILENT:
            await asyncio.Event().wait()
        if not addresses:
            raise OriginNotFound(f"{host} does not resolve: not in this test")
        return addresses
