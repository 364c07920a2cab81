"""A page, feed or sitemap the operator names, by one guarded GET.

Its host need not be in ``[access] hosts``, since no stranger asks for it; private addresses stay
forbidden but where an origin's ``connect_to`` leads there. Redirects are followed the same way.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus

from proxy import clock
from proxy.dialects.address import parse_source
from proxy.errors import OriginStatus, OriginTimeout, TooManyRedirects
from proxy.fetch.client import Fetcher
from proxy.fetch.connector import INTERNET, Wire
from proxy.fetch.resolver import Resolver, SystemResolver
from proxy.model.arrival import Arrival
from proxy.rules.credentials import refuse_credentials
from proxy.rules.policy import Policy
from proxy.rules.profiles import terms_of
from proxy.settings import Settings

MAX_BYTES = 16 << 20  # of one document
_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,text/*;q=0.9,*/*;q=0.5"
_FOLLOWED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was answered. ``url`` is where the redirects ended."""

    url: str
    media_type: str  # as it was said, without parameters, in lower case
    data: bytes


class Pages:
    """Gets pages, each whole."""

    def __init__(self, settings: Settings, *, fetcher: Fetcher) -> None:
        self._policy = Policy.of(settings)
        self._fetcher = fetcher
        self._redirects = settings.fetch.redirects
        self._total_s = settings.fetch.total

    async def get(self, url: str) -> Page:
        """Return the page at ``url``.

        Raises BadAddress, NotAllowed, TooManyBytes and what is called OriginError.
        """
        try:
            async with asyncio.timeout(self._total_s):
                return await self._followed(url)
        except TimeoutError as late:
            raise OriginTimeout(f"{url}: over fetch.total, {self._total_s:g} s") from late

    async def _followed(self, url: str) -> Page:
        source = parse_source(url)
        for _ in range(self._redirects + 1):
            refuse_credentials(source, self._policy)
            profile = terms_of(source, self._policy).profile
            async with self._fetcher.get(source, profile) as arrival:
                location = arrival.head.headers.get("Location")
                if arrival.head.status not in _FOLLOWED or location is None:
                    return await _read(source.url, arrival)
            source = parse_source(location, base=source)
        raise TooManyRedirects(f"{url}: over fetch.redirects")


@asynccontextmanager
async def pages(
    settings: Settings, *, resolver: Resolver | None = None, wire: Wire = INTERNET
) -> AsyncIterator[Pages]:
    """Open what pages are got with. ``resolver`` is the system's by default."""
    asked = resolver or SystemResolver()
    fetch = settings.fetch.model_copy(update={"max_bytes": MAX_BYTES})
    fetcher = Fetcher(
        fetch,
        resolver=asked,
        pseudonym=Policy.of(settings).pseudonym,
        now=clock.now,
        accept=_ACCEPT,
        wire=wire,
    )
    try:
        yield Pages(settings, fetcher=fetcher)
    finally:
        await fetcher.close()
        if isinstance(asked, SystemResolver) and resolver is None:
            asked.close()


async def _read(url: str, arrival: Arrival) -> Page:
    if arrival.head.status != HTTPStatus.OK:
        raise OriginStatus(arrival.head.status, f"{url}: answered {arrival.head.status}")
    data = b"".join([chunk async for chunk in arrival.chunks])
    said = arrival.head.headers.get("Content-Type") or ""
    return Page(url=url, media_type=said.partition(";")[0].strip().lower(), data=data)
