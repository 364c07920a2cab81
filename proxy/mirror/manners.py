"""How one publisher is asked: so many at a time, with a pause between, and left alone when it asks.

Knows no picture and no HTTP. Times are seconds of the clock it is given.
"""

import asyncio
from collections.abc import Awaitable, Callable

_FIRST_S, _LONGEST_S = 2.0, 60.0  # of backing off, doubled by each failure in a row
_PATIENCE_S = 120.0  # who says he needs longer is asked again in another run
_LOST = 4  # sources in a row that stay without an answer: the publisher is down


class Manners:
    """Towards one host. ``sleep`` and ``now`` are the caller's clock."""

    def __init__(
        self,
        delay_s: float,
        *,
        now: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._delay_s = delay_s
        self._now = now
        self._sleep = sleep
        # When it was last settled, and for how long: a clock set back must not stop us for a day.
        self._since, self._hold_s = now(), 0.0
        self._turns = asyncio.Lock()
        self._failures = 0  # in a row
        self._lost = 0
        self._gave_up = False

    async def turn(self) -> bool:
        """Wait until the host may be asked once; False: it is left alone from now on."""
        async with self._turns:
            while not self._gave_up and (wait_s := self._wait_s()) > 0:
                await self._sleep(wait_s)
            self._hold(self._delay_s)
            return not self._gave_up

    def failed(self, retry_after_s: float | None) -> None:
        """Hold back for as long as the host says, else twice as long as last time."""
        wait_s = min(_FIRST_S * 2.0 ** min(self._failures, 10), _LONGEST_S)
        if retry_after_s is not None:
            wait_s = retry_after_s
        self._failures += 1
        self._gave_up |= wait_s > _PATIENCE_S
        if wait_s > self._wait_s():
            self._hold(wait_s)

    def answered(self) -> None:
        """Note that the host answered something."""
        self._failures = self._lost = 0

    def lost(self) -> None:
        """Note that a source was left without an answer, after all tries."""
        self._lost += 1
        self._gave_up |= self._lost >= _LOST

    def _hold(self, seconds: float) -> None:
        self._since, self._hold_s = self._now(), seconds

    def _wait_s(self) -> float:
        passed_s = self._now() - self._since
        return self._hold_s - passed_s if passed_s >= 0 else 0.0
