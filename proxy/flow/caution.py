"""What failed lately is not asked again: failures by source, breakers by origin.

Knows the order of the rules (``cache.failures``, ``cache.breaker``) and the store's notes, which
all processes share. ``jitter`` gives numbers from −1 to 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from proxy.cache.breaker import CLOSED, Breaker, after
from proxy.cache.failures import Remembered, again, remember
from proxy.errors import OriginUnreachable, ProxyError
from proxy.model.order import Source
from proxy.stores.store import Store

_KEPT_S = 600.0  # an origin's failures in a row are counted for so long after the last one

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
        self._trying: set[str] = set()  # origins whose tripped breaker an ask of ours is trying

    def refuse_repeated(self, key: str) -> None:
        """Raise the failure that is remembered for ``key``, if one is."""
        failed = _read(Remembered, self._store.noted(_failure_of(key)))
        if failed is not None and self._remember and self._now() < failed.until:
            raise again(failed)

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

    def admit(self, key: str, source: Source) -> None:
        """Let one ask of an origin pass; ``learn`` must follow it, however it ends.

        Raises the failure remembered for ``key``, or OriginUnreachable where the origin is left
        alone.
        """
        self.refuse_repeated(key)
        breaker = _read(Breaker, self._store.noted(_breaker_of(source))) or CLOSED
        tried = breaker.is_tripped and source.authority in self._trying
        if breaker.is_open(self._now()) or tried:
            raise OriginUnreachable(
                f"{source.authority} is left alone after {breaker.failures} failures in a row"
            )
        if breaker.is_tripped:
            self._trying.add(source.authority)

    async def learn(self, key: str, source: Source, failure: ProxyError | None) -> None:
        """Note how an ask of an origin ended: in ``failure``, or None where it was answered."""
        self._trying.discard(source.authority)
        await self.remember(key, failure, url=source.url, host=source.host)
        await self._learn_of_origin(source, failure)

    async def _learn_of_origin(self, source: Source, failure: ProxyError | None) -> None:
        name, now = _breaker_of(source), self._now()
        before = _read(Breaker, self._store.noted(name)) or CLOSED
        then = after(before, failure, now)
        if then == before:
            return
        if then == CLOSED:
            await self._store.forget_note(name)
        else:
            until = max(now, then.open_until) + _KEPT_S
            await self._store.note(name, asdict(then), until=until, host=source.host)


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
