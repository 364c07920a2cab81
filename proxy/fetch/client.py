"""One hop to an origin: the only place that opens a ClientSession to one.

A redirect comes back as an arrival like any other; who follows it asks again. The shared session's
guard has no exceptions; an origin with ``connect_to`` has a session of its own (design §7).
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from proxy.errors import OriginTimeout, TooManyBytes
from proxy.fetch.addresses import judge
from proxy.fetch.attempt import Attempt, tracing
from proxy.fetch.body import arriving
from proxy.fetch.connector import (
    INTERNET,
    Wire,
    connector,
    ending_with_connection,
    system_roots,
)
from proxy.fetch.dialling import dialled, split
from proxy.fetch.failures import FOREIGN, translated
from proxy.fetch.framing import Framing, judge_head, read_head
from proxy.fetch.guard import only
from proxy.fetch.headers import request_headers
from proxy.fetch.resolver import Resolver
from proxy.fetch.slots import Slots
from proxy.model.arrival import Arrival
from proxy.model.entry import Head, Times
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.permit import Profile
from proxy.settings import Fetch

# The head of an answer. Precedents: nginx proxy_buffer_size 8k, Varnish http_max_hdr 64.
MAX_LINE_BYTES = 8190
MAX_FIELDS = 128
_OUR_OWN = ("Accept", "Accept-Encoding", "User-Agent")  # never aiohttp's


class Fetcher:
    """Asks origins, within ``[fetch]``'s deadlines and caps (``total`` is the caller's).

    ``pseudonym`` is our name in Via, ``now`` the time in Unix seconds, ``accept`` what to accept
    instead of pictures, ``wire`` what lies between us and the origins. Who gave the resolver
    closes it.
    """

    def __init__(  # noqa: PLR0913  # what a fetcher is made of; all but one by name
        self,
        settings: Fetch,
        *,
        resolver: Resolver,
        pseudonym: str,
        now: Callable[[], float],
        accept: str | None = None,
        wire: Wire = INTERNET,
    ) -> None:
        self._settings = settings
        self._resolver = resolver
        self._pseudonym = pseudonym
        self._now = now
        self._accept = accept
        self._wire = wire
        self._trusting = wire.tls  # None until an origin is asked that wants the system's roots
        self._slots = Slots(settings.per_origin)
        self._sessions: dict[str | None, aiohttp.ClientSession] = {}  # by connect_to; None: shared

    @asynccontextmanager
    async def get(
        self,
        source: Source,
        profile: Profile,
        conditions: Headers = Headers(),
        *,
        passed: Headers = Headers(),
    ) -> AsyncGenerator[Arrival, None]:
        """Ask for ``source`` once and give its answer; the connection is free when the block ends.

        ``conditions`` are sent as they are (If-None-Match, …), so are the client's fields that go
        on, ``passed``. Raises AddressNotAllowed, any
        OriginError but OriginStatus and TooManyRedirects, and TooManyBytes for a declared length.
        """
        where = source.authority
        async with self._slots.hold(where):
            requested_at = self._now()
            response = await self._ask(source, profile, conditions, passed)
            try:
                times = Times(requested_at=requested_at, received_at=self._now())
                head, framing = self._judged(response, conditions, where)
                with ending_with_connection(response):
                    async with aclosing(self._chunks(response, where)) as chunks:
                        yield Arrival(
                            head=head,
                            times=times,
                            chunks=chunks,
                            length=framing.length,
                            framed=framing.framed,
                        )
            finally:
                # A body read to its end has given the connection back already; else it is cut.
                response.close()

    async def close(self) -> None:
        """Close every connection."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()

    async def _ask(
        self, source: Source, profile: Profile, conditions: Headers, passed: Headers
    ) -> aiohttp.ClientResponse:
        """Return the answer once its head is here."""
        target = dialled(source, profile.connect_to)
        lines = request_headers(
            source,
            profile,
            pseudonym=self._pseudonym,
            accept=self._accept,
            conditions=conditions,
            passed=passed,
        )
        deadline = asyncio.timeout(self._settings.connect)
        attempt = Attempt(
            deadline=deadline,
            connect_s=self._settings.connect,
            first_byte_s=self._settings.first_byte,
            where=source.authority,
        )
        try:
            async with deadline:
                return await self._session(profile.connect_to).get(
                    # yarl drops the question mark of an empty query; nothing here can keep it.
                    URL(target.url, encoded=True),
                    headers=CIMultiDict(lines),
                    server_hostname=target.server_name,
                    ssl=await self._trusted(source),
                    allow_redirects=False,
                    trace_request_ctx=attempt,
                    middlewares=(attempt.once,),
                )
        except TimeoutError as exc:
            raise OriginTimeout(f"{source.authority}: no {attempt.waiting_for} in time") from exc
        except FOREIGN as exc:
            raise translated(exc, source.authority) from exc

    async def _trusted(self, source: Source) -> ssl.SSLContext | bool:
        """Return who may vouch for the origin."""
        if source.scheme != "https":
            return True
        if self._trusting is None:  # asks at the same time make one each; the last one's is kept
            self._trusting = await asyncio.to_thread(system_roots)
        return self._trusting

    def _judged(
        self, response: aiohttp.ClientResponse, conditions: Headers, where: str
    ) -> tuple[Head, Framing]:
        """Return what the head says; raises OriginProtocol, OriginEncoding, TooManyBytes."""
        head = read_head(response.status, response.raw_headers)
        http_11 = response.version == aiohttp.HttpVersion11
        framing = judge_head(head, conditions=conditions, http_11=http_11)
        if framing.length is not None and framing.length > self._settings.max_bytes:
            raise TooManyBytes(
                f"{where}: declares {framing.length} bytes, {self._settings.max_bytes} are accepted"
            )
        return head, framing

    def _chunks(self, response: aiohttp.ClientResponse, where: str) -> AsyncGenerator[bytes, None]:
        return arriving(
            response.content,
            max_bytes=self._settings.max_bytes,
            pace=self._wire.pace,
            where=where,
        )

    def _session(self, connect_to: str | None) -> aiohttp.ClientSession:
        """Return the session for one way of dialling; made on first use, on the running loop."""
        if connect_to not in self._sessions:
            judged = judge if connect_to is None else only(split(connect_to)[0])
            self._sessions[connect_to] = aiohttp.ClientSession(
                connector=connector(judged, self._resolver, self._wire),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(),  # none of aiohttp's: attempt.py and body.py
                auto_decompress=False,
                trust_env=False,
                skip_auto_headers=_OUR_OWN,
                trace_configs=[tracing()],
                max_line_size=MAX_LINE_BYTES,
                max_field_size=MAX_LINE_BYTES,
                max_headers=MAX_FIELDS,
            )
        return self._sessions[connect_to]
