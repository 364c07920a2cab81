"""What failed lately is not asked again: failures by source, breakers by origin.

Knows the order of the rules (``cache.failures``, ``cache.breaker``) and the store's notes, which
all processes share. ``jitter`` gives numbers from −1 to 1.
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from proxy.cache.breaker import CLOSED, Breaker, after
from proxy.cache.failures import Remembered, again, remember
from proxy.errors import OriginUnreachable, ProxyError
from proxy.model.order import Source
from proxy.stores.store import Store

_KEPT_S = 600.0  # failures in a row are counted for so long after the last one
_MOST = 4096  # origins whose failures are counted; with every host allowed they are anybody's

_State = TypeVar("_State", Remembered, Breaker)


class Caution:
    """Stands before every ask of an origin. ``remember_failures`` False: only breakers count."""

    def __init__(
        self,
        store: Store,
        *,
        remember_failures: bool,
        now: Callable[[], float],
        jitter: Callable[[], float],
    ) -> None:
        self._store = store
        self._remember = remember_failures
        self._now = now
        self._jitter = jitter
        # Counted here, and told to the other processes when it opens or closes: many failures may
        # end while one note is written.
        self._breakers: OrderedDict[str, Breaker] = OrderedDict()
        self._trying: set[str] = set()  # breakers that an ask of ours is trying

    def refuse_repeated(self, key: str) -> None:
        """Raise the failure that is remembered for ``key``, if one is."""
        failed = _read(Remembered, self._store.noted(_failure_of(key)))
        now = self._now()
        if failed is not None and self._remember and failed.holds(now):
            failure = again(failed)
            failure.retry_after_s = math.ceil(failed.until - now)
            raise failure

    async def remember(self, key: str, failure: ProxyError | None, *, url: str, host: str) -> None:
        """Note how a work of ``key`` ended, for ``url`` at ``host``; None: it succeeded."""
        name = _failure_of(key)
        before = _read(Remembered, self._store.noted(name))
        if failure is None:
            if before is not None:
                await self._store.forget_note(name)
        elif self._remember:
            kept = remember(failure, before, now=self._now(), jitter=self._jitter())
            if kept is not None:
                until = kept.until + _KEPT_S  # so that the next failure knows it is not the first
                await self._store.note(name, asdict(kept), until=until, source=url, host=host)

    def admit(self, key: str, source: Source) -> bool:
        """Let one ask of an origin pass; ``learn`` or ``leave`` must follow it.

        Returns whether the ask tries an origin that was left alone. Raises the failure remembered
        for ``key``, or OriginUnreachable where the origin is left alone now.
        """
        self.refuse_repeated(key)
        name = _breaker_of(source)
        breaker = self._state_of(name)
        if breaker.is_open(self._now()) or (breaker.is_tripped and name in self._trying):
            raise OriginUnreachable(
                f"{source.authority} is left alone after {breaker.failures} failures in a row"
            )
        if breaker.is_tripped:
            self._trying.add(name)
        return breaker.is_tripped

    async def learn(
        self, key: str, source: Source, failure: ProxyError | None, *, tries: bool
    ) -> None:
        """Note how an ask ended: in ``failure``, or None where it was answered."""
        self.leave(source, tries=tries)
        name, now = _breaker_of(source), self._now()
        before = self._state_of(name)
        then = after(before, failure, now)
        self._breakers.pop(name, None)
        if then != CLOSED:
            self._breakers[name] = then
            if len(self._breakers) > _MOST:
                self._breakers.popitem(last=False)
        if then.is_tripped and then != before:
            until = then.open_until + _KEPT_S
            await self._store.note(name, asdict(then), until=until, host=source.host)
        elif before.is_tripped and then == CLOSED:
            await self._store.forget_note(name)
        await self.remember(key, failure, url=source.url, host=source.host)

    def leave(self, source: Source, *, tries: bool) -> None:
        """End an ask of which nothing is known: it was cancelled."""
        if tries:
            self._trying.discard(_breaker_of(source))

    def _state_of(self, name: str) -> Breaker:
        """Return the later of what we counted and what another process opened."""
        noted = _read(Breaker, self._store.noted(name))
        counted = self._breakers.get(name, CLOSED)
        if noted is None:  # another process may have closed it, a purge forgotten it
            return CLOSED if counted.is_tripped else counted
        return noted if noted.since > counted.since else counted


def _failure_of(key: str) -> str:
    return f"failure {key}"


def _breaker_of(source: Source) -> str:
    return f"breaker {source.scheme} {source.authority}"


def _read(kind: type[_State], noted: Mapping[str, object] | None) -> _State | None:
    """Return what was noted; None where it is of another release."""
    if noted is None:
        return None
    fields: dict[str, Any] = dict(noted)  # our own words, through JSON
    try:
        return kind(**fields)
    except TypeError:
        return None
