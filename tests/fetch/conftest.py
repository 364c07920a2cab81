"""What every test of this room needs: a source, a profile, and a fetcher that is closed again."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from proxy.fetch.client import Fetcher
from proxy.fetch.connector import INTERNET, Wire
from proxy.fetch.resolver import Resolver
from proxy.model.arrival import Arrival
from proxy.model.headers import Headers
from proxy.model.order import Source
from proxy.model.permit import Profile
from proxy.settings import Fetch
from tests.fakes.resolver import FakeResolver

NOW = 1_700_000_000.0
MakeFetcher = Callable[..., Fetcher]


def source(
    path: str = "/a.png", *, host: str = "img.example", scheme: str = "http", port: int = 0
) -> Source:
    """Return a source; ``port`` 0 is the scheme's own."""
    port = port or (443 if scheme == "https" else 80)
    bare = Source(url="", scheme=scheme, host=host, port=port, path=path)
    return Source(
        url=f"{scheme}://{bare.authority}{path}", scheme=scheme, host=host, port=port, path=path
    )


def profile(port: int | None = None, **more: Any) -> Profile:  # noqa: ANN401  # any field of it
    """Return a profile; ``port`` is one on 127.0.0.1 to dial instead."""
    fields = {
        "user_agent": "test/1",
        "connect_to": None if port is None else f"127.0.0.1:{port}",
        "default_ttl": 60.0,
        "min_ttl": 0.0,
        "max_ttl": 60.0,
    }
    return Profile(**(fields | more))


async def body(fetcher: Fetcher, asked: Source, how: Profile) -> bytes:
    """Return a source's whole body."""
    async with fetcher.get(asked, how) as arrival:
        return b"".join([chunk async for chunk in arrival.chunks])


async def head(
    fetcher: Fetcher, asked: Source, how: Profile, conditions: Headers = Headers()
) -> Arrival:
    """Return an arrival whose body nobody reads."""
    async with fetcher.get(asked, how, conditions) as arrival:
        return arrival


@pytest.fixture
async def make_fetcher() -> AsyncIterator[MakeFetcher]:
    """Give a maker of fetchers; the keywords are those of ``[fetch]``."""
    made: list[Fetcher] = []

    def make(
        resolver: Resolver | None = None,
        wire: Wire = INTERNET,
        accept: str | None = None,
        **settings: Any,  # noqa: ANN401  # any key of [fetch]
    ) -> Fetcher:
        fetcher = Fetcher(
            Fetch.model_construct(**(Fetch().model_dump() | settings)),
            resolver=resolver or FakeResolver(),
            pseudonym="proxy.test",
            now=lambda: NOW,
            accept=accept,
            wire=wire,
        )
        made.append(fetcher)
        return fetcher

    yield make
    for fetcher in made:
        await fetcher.close()
