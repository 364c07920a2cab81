"""Several pictures of one original, made of one decode. Who wants one more joins until it begins.

Knows who waits for what; not how a picture is made.
"""

import asyncio
from collections.abc import Mapping

from proxy.errors import ProxyError
from proxy.model.picture import Facts, Variant

VARIANTS_MAX = 8  # one deadline bounds them all


class Batch:
    """The pictures wanted of one original. ``work`` is the task that makes them."""

    def __init__(self, facts: Facts | None = None) -> None:
        self.facts = facts  # the original's, where they are known
        self.work: asyncio.Task[None] | None = None
        self._wanted: dict[Variant, asyncio.Future[bytes]] = {}
        self._readers = 0
        self._left = False

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Return what is wanted so far."""
        return tuple(self._wanted)

    def takes(self, variant: Variant) -> bool:
        """Tell whether one more may join."""
        room = variant in self._wanted or len(self._wanted) < VARIANTS_MAX
        return room and not self._left

    async def join(self, variant: Variant) -> bytes:
        """Return the bytes of ``variant``, or raise why there are none.

        When the last reader leaves, the work is cancelled.
        """
        if variant not in self._wanted:
            self._wanted[variant] = asyncio.get_running_loop().create_future()
        self._readers += 1
        try:
            return await asyncio.shield(self._wanted[variant])
        finally:
            self._readers -= 1
            if not self._readers and self.work is not None:
                self._left = True
                self.work.cancel()  # nothing, where it is done

    def settle(self, results: Mapping[Variant, bytes | BaseException]) -> None:
        """Give each reader what was made for him; whoever left gets nothing."""
        for variant, result in results.items():
            future = self._wanted[variant]
            if future.done():
                continue
            if isinstance(result, BaseException):
                future.set_exception(result)
                future.exception()  # the last reader may have left
            else:
                future.set_result(result)

    def fail(self, failure: BaseException) -> None:
        """Tell every reader that is still waiting the same."""
        self.settle(dict.fromkeys(self._wanted, failure))


def by_variant(
    variants: tuple[Variant, ...], results: list[bytes | ProxyError]
) -> Mapping[Variant, bytes | ProxyError]:
    """Return what was made, by what was asked."""
    return dict(zip(variants, results, strict=True))
