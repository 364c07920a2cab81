"""The door that is a running service, over HTTP: what a reader asks, and the admin's ``/-/pin``."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from proxy.errors import OriginTruncated, ServiceUnreachable
from proxy.mirror.asking import WHOLE, Answer, Known, known_of

_URN = "urn:image-proxy:"
_CONNECT_S, _LOOK_S = 5.0, 10.0
# A fetch (60 s), its turn among others, and a making (60 s) at the usual settings.
_TOTAL_S = 180.0
_PART_BYTES = 64 << 10
_PROBLEM_BYTES = 64 << 10  # of ours a few hundred
_STRANGERS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    status: int
    fields: CIMultiDictProxy[str]
    length: int
    start: bytes  # as much of the body as a problem or facts take
    cut: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        """Return the JSON object that was answered; an empty one where it is none."""
        try:
            found = json.loads(self.start)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Remote:
    """A Door to the service at ``base``, an address without a trailing slash."""

    def __init__(
        self,
        session: aiohttp.ClientSession,  # noqa: TID251  # to ourselves, never to an origin
        base: str,
        token: str,
    ) -> None:
        self._session = session
        self._base = base
        self._admits = {"Authorization": f"Bearer {token}"} if token else {}

    async def ask(self, target: str, accept: str = "") -> Answer:
        """Ask for a request target; raises ServiceUnreachable where nobody answers at all."""
        heard = await self._heard("GET", target, accept=accept)
        problem, because = _problem(heard)
        if heard.cut and not problem:
            problem, because = OriginTruncated.slug(), "the answer was cut"
        return Answer(
            status=heard.status,
            problem=problem,
            because=because,
            retry_after_s=_seconds(heard.fields.get("Retry-After", "")),
            media_type=heard.fields.get("Content-Type", ""),
            length=heard.length,
            cache=heard.fields.get("Cache-Status", ""),
        )

    async def pin(self, source: str) -> bool:
        """Pin the original at ``source`` and its pictures; False where none is kept.

        Raises ServiceUnreachable where the service lets us pin nothing.
        """
        heard = await self._heard("POST", "/-/pin", body=json.dumps({"source": source}).encode())
        if heard.status in _STRANGERS:
            raise ServiceUnreachable(
                f"{self._base}/-/pin: {heard.status}: pinning there needs its [admin] token"
            )
        n_pinned = heard.facts.get("pinned")
        return heard.status == HTTPStatus.OK and isinstance(n_pinned, int) and n_pinned > 0

    async def is_pinned(self, source: str) -> bool:
        """Tell whether the service's index says so."""
        return (await self.known(f"/?{source}")).pinned

    async def known(self, target: str, accept: str = "") -> Known:
        """Tell what the service knows of a target; nothing, where it does not tell strangers."""
        heard = await self._heard("GET", f"/-/explain?{target}", accept=accept)
        if heard.status == HTTPStatus.OK:
            return known_of(heard.facts)
        problem, because = _problem(heard)
        if heard.status in _STRANGERS and not problem.startswith("unknown"):
            return Known()
        return Known(problem=problem, because=because)

    async def look(self) -> None:
        """Make sure that a service of ours is there; raises ServiceUnreachable."""
        try:
            async with asyncio.timeout(_LOOK_S):
                heard = await self._heard("GET", "/-/health")
        except TimeoutError as late:
            raise ServiceUnreachable(f"{self._base}: no answer in {_LOOK_S:g} s") from late
        if heard.status != HTTPStatus.OK or heard.facts.get("status") != "ok":
            raise ServiceUnreachable(
                f"{self._base}/-/health: {heard.status}: no image-proxy answers there"
            )

    async def _heard(
        self, method: str, target: str, *, accept: str = "", body: bytes | None = None
    ) -> _Heard:
        """Ask once and read all of the answer, of which only the start is kept."""
        admits = self._admits if target.startswith("/-/") else {}
        fields = CIMultiDict(
            {**admits, **({"Accept": accept} if accept else {}), WHOLE[0]: WHOLE[1]}
        )
        url = URL(self._base + target, encoded=True)
        length, start, cut = 0, b"", False
        try:
            async with self._session.request(
                method, url, headers=fields, data=body, allow_redirects=False
            ) as response:
                try:
                    async for part in response.content.iter_chunked(_PART_BYTES):
                        length += len(part)
                        start += part[: max(0, _PROBLEM_BYTES - len(start))]
                except aiohttp.ClientPayloadError:
                    cut = True
                return _Heard(
                    status=response.status,
                    fields=response.headers,
                    length=length,
                    start=start,
                    cut=cut,
                )
        except TimeoutError as late:
            raise ServiceUnreachable(f"{self._base}: no answer in time") from late
        except (aiohttp.ClientError, OSError, UnicodeError) as failure:
            raise ServiceUnreachable(f"{self._base}: {failure}") from failure


@asynccontextmanager
async def remote(url: str, token: str) -> AsyncIterator[Remote]:
    """Open the door to the service at ``url``; an empty token is not sent.

    Raises ServiceUnreachable where no service of ours answers.
    """
    deadline = aiohttp.ClientTimeout(total=_TOTAL_S, sock_connect=_CONNECT_S)
    async with aiohttp.ClientSession(  # noqa: TID251  # to ourselves, never to an origin
        timeout=deadline, skip_auto_headers=("Accept",), auto_decompress=False
    ) as session:
        door = Remote(session, url.rstrip("/"), token)
        await door.look()
        yield door


def _problem(heard: _Heard) -> tuple[str, str]:
    """Return the slug and the public sentence of our own refusal or failure; empty: none."""
    kind = str(heard.facts.get("type", "")) if heard.length <= _PROBLEM_BYTES else ""
    ours = kind.startswith(_URN) and "problem+json" in heard.fields.get("Content-Type", "")
    return (kind.removeprefix(_URN), str(heard.facts.get("title", ""))) if ours else ("", "")


def _seconds(text: str) -> float | None:
    return float(text) if text.isascii() and text.isdigit() else None
