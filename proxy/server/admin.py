"""What the operator and the container look at: ``/-/health``, ``/-/ready``, ``/-/metrics``.

What an address means: ``/-/explain?ADDRESS``. And what the operator has done: ``POST /-/purge``,
``POST /-/pin``.
"""

import hmac
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST

from proxy.dialects import selection, typed
from proxy.dialects.address import parse_source
from proxy.errors import (
    AdminOnly,
    BadAddress,
    BadPin,
    BadPurge,
    NotFound,
    NotPinned,
    NotPurged,
    StoreUnavailable,
)
from proxy.flow import pins
from proxy.model.body import Held
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.purge import Scope, Selector
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.observe import metrics
from proxy.observe.access import AccessLog
from proxy.settings import Settings
from proxy.wiring import Service

Body = Callable[[], Awaitable[bytes]]

_RELAYED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
_log = logging.getLogger("proxy.server")


class Admin:
    """The answers under ``/-/``. ``ready`` is set once the server takes requests."""

    def __init__(self, service: Service, log: AccessLog) -> None:
        self._service = service
        self._log = log  # counts what it writes
        self._token = service.settings.admin.token
        self.ready = False

    def routes(self) -> Mapping[str, Callable[[Request], Awaitable[Reply]]]:
        """Return what answers at which path."""
        return {
            "/-/health": self.health,
            "/-/ready": self.readiness,
            "/-/metrics": self.metrics,
            "/-/explain": self.explain,
        }

    def posted(self) -> Mapping[str, Callable[[Request, Body], Awaitable[Reply]]]:
        """Return what is done by POST at which path."""
        return {"/-/purge": self.purge, "/-/pin": self.pin}

    async def health(self, _request: Request) -> Reply:
        """Tell that the process answers at all."""
        return _json(200, {"status": "ok"})

    async def readiness(self, _request: Request) -> Reply:
        """Tell whether requests should come here: 503 while starting or draining."""
        store = self._service.store.state()
        checks = {
            "store": store.reason if store.degraded else "ok",
            "pictures": "ok",
        }
        if not self.ready:
            return _json(503, {"status": "unavailable", "checks": checks})
        status = "ok" if all(check == "ok" for check in checks.values()) else "degraded"
        return _json(200, {"status": status, "checks": checks})

    async def metrics(self, request: Request) -> Reply:
        """Return the metrics of all processes, summed; of others as they were a second ago."""
        self.refuse_strangers(request)
        self._log.flush()
        self._service.metrics.flush()
        return _reply(200, CONTENT_TYPE_LATEST, metrics.page())

    async def explain(self, request: Request) -> Reply:
        """Tell what the address after the question mark means, for who sends these header fields.

        Raises what an unreadable address raises.
        """
        self.refuse_strangers(request)
        asked = typed.request_of(request.query, self._service.settings)
        headers = Headers((*asked.headers, *request.headers.without("Host")))
        return _json(200, await self._service.explainer.explain(replace(asked, headers=headers)))

    async def purge(self, request: Request, body: Body) -> Reply:
        """Let go of what the body names, in every process, and tell how much it was.

        The body is not read before the token fits; without a token set there is no purge.
        """
        if not self._token:
            raise NotFound("nobody may purge while no [admin] token is set")
        self.refuse_strangers(request)
        selector = _selector(await body(), self._service.settings)
        try:
            purged = await self._service.store.purge(selector)
        except StoreUnavailable as failing:
            raise NotPurged(f"{selector.scope} {selector.value}: {failing}") from failing
        counts = {"originals": purged.originals, "pictures": purged.pictures}
        named = f"{selector.scope} {selector.value}".rstrip()
        _log.info("purged %s: %d originals, %d pictures", named, *counts.values())
        return _json(200, counts)

    async def pin(self, request: Request, body: Body) -> Reply:
        """Put what the body names outside of eviction, and tell how many sources it was.

        As with a purge the token comes first. A source that is not kept is not counted.
        """
        if not self._token:
            raise NotFound("nobody may pin while no [admin] token is set")
        self.refuse_strangers(request)
        sources = _sources(await body(), self._service.settings)
        store, n_pinned = self._service.store, 0
        try:
            for source in sources:
                n_pinned += await pins.pin(store, source)
        except StoreUnavailable as failing:
            raise NotPinned(f"{len(sources)} sources: {failing}") from failing
        _log.info("pinned %d of %d sources", n_pinned, len(sources))
        return _json(200, {"pinned": n_pinned})

    def refuse_strangers(self, request: Request) -> None:
        """Raise unless the token fits; where none is set, unless the peer is this machine."""
        if self._token:
            scheme, _, given = (request.headers.get("Authorization") or "").partition(" ")
            # Bytes that are no UTF-8 arrive as surrogates.
            fits = hmac.compare_digest(given.encode(errors="surrogateescape"), self._token.encode())
            if scheme.lower() != "bearer" or not fits:  # RFC 9110 §11.1: a scheme has no case
                raise AdminOnly("no or a wrong token")
        elif not _is_local(request):
            raise NotFound("admin addresses answer only this machine while no token is set")


def _is_local(request: Request) -> bool:
    """Tell whether a loopback peer asks for itself, not on behalf of another."""
    if request.peer is None or any(name in request.headers for name in _RELAYED):
        return False
    try:
        address = ip_address(request.peer)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _selector(body: bytes, settings: Settings) -> Selector:
    """Read a purge's body; raises BadPurge."""
    try:
        wish = json.loads(body)
    except (ValueError, RecursionError) as exc:  # no JSON, no UTF-8, or 16 KiB of brackets
        raise BadPurge(f"the body is no JSON: {body[:200]!r}") from exc
    if not isinstance(wish, dict) or len(wish) != 1:
        raise BadPurge(f"the body is no object with one key: {body[:200]!r}")
    ((name, value),) = wish.items()
    if name not in set(Scope):
        raise BadPurge(f"{name[:200]!r} is none of {', '.join(Scope)}")
    scope = Scope(name)
    if value is not True if scope is Scope.ALL else not isinstance(value, str):
        wanted = "true" if scope is Scope.ALL else "a text"
        raise BadPurge(f"{name} is to be {wanted}, not {body[:200]!r}")
    try:
        return selection.read(scope, "" if value is True else value, settings)
    except BadAddress as exc:
        raise BadPurge(f"{name}: {exc}") from exc


def _sources(body: bytes, settings: Settings) -> tuple[Source, ...]:
    """Read a pin's body; raises BadPin."""
    try:
        wish = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise BadPin(f"the body is no JSON: {body[:200]!r}") from exc
    match wish:
        case {"source": str(one), **others} if not others:
            named = [one]
        case {"sources": list(many), **others} if not others:
            named = many
        case _:
            raise BadPin(f"neither one source nor a list of sources: {body[:200]!r}")
    if not all(isinstance(text, str) for text in named):
        raise BadPin(f"sources are texts: {body[:200]!r}")
    try:
        read = [selection.read(Scope.SOURCE, text, settings).value for text in named]
    except BadAddress as exc:
        raise BadPin(str(exc)) from exc
    return tuple(parse_source(url) for url in read)


def _json(status: int, value: object) -> Reply:
    return _reply(
        status, "application/json", json.dumps(value, ensure_ascii=False).encode() + b"\n"
    )


def _reply(status: int, media_type: str, data: bytes) -> Reply:
    headers = Headers(
        (
            ("Content-Type", media_type),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        )
    )
    return Reply(status=status, headers=headers, body=Held(data, sha256(data).hexdigest()))
