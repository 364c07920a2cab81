"""The door that is this process: the server's own corridor over the same store.

Works beside a running server, or without one. Two settings are the mirror's own: it remembers
failures in its ledger, so what failed for a reader a minute ago is asked again; and it needs little
memory, for nothing is asked twice.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace

from proxy import clock
from proxy.dialects.address import parse_source
from proxy.errors import OriginTruncated, ProxyError, StoreUnavailable
from proxy.flow import pins
from proxy.images.sniff import sniff
from proxy.mirror.asking import WHOLE, Answer, Known, known_of
from proxy.model.body import Blob, Chunks, Held
from proxy.model.headers import Headers
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.model.trace import Trace
from proxy.settings import Settings
from proxy.wiring import Service, service

_MEMORY_BYTES = 16 << 20
_CUT = "the picture ends before its own end"
_log = logging.getLogger("proxy.mirror")


class Local:
    """A Door over a service of this process."""

    def __init__(self, parts: Service) -> None:
        self._parts = parts

    async def ask(self, target: str, accept: str = "") -> Answer:
        """Ask for a request target; never raises for what is answered."""
        request = _request(target, accept)
        trace = Trace(request_id="mirror", method="GET", target=target, started=clock.monotonic())
        try:
            return await _answer(await self._parts.flow.answer(request, trace))
        except ProxyError as failure:
            return Answer(
                status=int(failure.status),
                problem=failure.slug(),
                because=str(failure),
                retry_after_s=failure.retry_after_s,
            )
        except Exception as bug:  # noqa: BLE001  # as the server does: one picture does not end a run
            _log.exception("a bug: please report it")
            return Answer(
                status=500, problem=ProxyError.slug(), because=f"a bug: {type(bug).__name__}"
            )

    async def pin(self, source: str) -> bool:
        """Pin the original at ``source`` and its pictures; False where none is kept."""
        try:
            return await pins.pin(self._parts.store, parse_source(source))
        except StoreUnavailable as failing:
            _log.warning("%s: not pinned: %s", source, failing)
            return False

    async def is_pinned(self, source: str) -> bool:
        """Tell whether the index says so."""
        return (await self.known(f"/?{source}")).pinned

    async def known(self, target: str, accept: str = "") -> Known:
        """Tell what is known of a target; nothing is fetched or made."""
        try:
            return known_of(await self._parts.explainer.explain(_request(target, accept)))
        except ProxyError as unreadable:
            return Known(problem=unreadable.slug(), because=str(unreadable))


@asynccontextmanager
async def local(settings: Settings, *, picture_workers: int) -> AsyncIterator[Local]:
    """Open the door to a service of these settings; its picture workers are this process's own."""
    memory = min(settings.cache.memory, _MEMORY_BYTES)
    cache = settings.cache.model_copy(update={"memory": memory, "remember_failures": False})
    ours = settings.model_copy(update={"cache": cache})
    async with service(ours, picture_workers=picture_workers) as parts:
        yield Local(parts)


def _request(target: str, accept: str) -> Request:
    fields = (("Accept", accept), WHOLE) if accept else (WHOLE,)
    return Request(method="GET", target=target, headers=Headers(fields))


async def _answer(reply: Reply) -> Answer:
    """Read an answer to its end, as a reader would; raises what a body may raise."""
    body, length = reply.body, 0
    if isinstance(body, Chunks):
        async with aclosing(body.parts) as parts:
            async for part in parts:
                length += len(part)
    elif body is not None and not isinstance(body, Blob):
        length = body.length
    answer = Answer(
        status=int(reply.status),
        media_type=reply.headers.get("Content-Type") or "",
        length=length,
        cache=reply.headers.get("Cache-Status") or "",
    )
    if answer.good and not answer.kept and isinstance(body, Held) and await _is_cut(body):
        return replace(answer, problem=OriginTruncated.slug(), because=_CUT)
    return answer


async def _is_cut(body: Held) -> bool:
    """Tell whether a picture ends before its own end: such a one is shown, and never kept."""
    facts = await asyncio.to_thread(sniff, body.data, max_frames=1)
    return facts is not None and not facts.whole
