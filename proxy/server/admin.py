"""What the operator and the container look at: ``/-/health``, ``/-/ready``, ``/-/metrics``."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from ipaddress import ip_address

from prometheus_client import CONTENT_TYPE_LATEST

from proxy.errors import AdminOnly, NotFound
from proxy.model.body import Held
from proxy.model.headers import Headers
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.observe import metrics
from proxy.wiring import Service

_RELAYED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


class Admin:
    """The answers under ``/-/``. ``ready`` is set once the server takes requests."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._token = service.settings.admin.token
        self.ready = False

    def routes(self) -> Mapping[str, Callable[[Request], Awaitable[Reply]]]:
        """Return what answers at which path."""
        return {
            "/-/health": self.health,
            "/-/ready": self.readiness,
            "/-/metrics": self.metrics,
        }

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
        """Return the metrics of all processes, summed."""
        self.refuse_strangers(request)
        return _reply(200, CONTENT_TYPE_LATEST, metrics.page())

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


def _json(status: int, value: object) -> Reply:
    return _reply(status, "application/json", json.dumps(value).encode() + b"\n")


def _reply(status: int, media_type: str, data: bytes) -> Reply:
    headers = Headers(
        (
            ("Content-Type", media_type),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        )
    )
    return Reply(status=status, headers=headers, body=Held(data, sha256(data).hexdigest()))
