"""A whole service for tests: a publisher on loopback, and a server process in front of it.

The real thing throughout: real sockets, a real disk, real picture workers; only DNS is not asked
(``connect_to``).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from proxy import config
from proxy.fetch.connector import INTERNET, Wire
from proxy.fetch.resolver import Resolver
from proxy.server import process, supervisor
from proxy.settings import Settings

HOST = "image.woshipm.com"


def settings_for(cache: Path, origin_port: int, more: Mapping[str, Any] | None = None) -> Settings:
    """Return settings with everything small, the cache in ``cache``, HOST at ``origin_port``."""
    base: dict[str, Any] = {
        "cache": {"dir": str(cache), "disk": "64 MiB", "memory": "8 MiB"},
        "server": {"shutdown": "200ms"},
        "log": {"format": "json", "level": "warning", "access": False},
        "images": {"workers": 1},
        "origins": {HOST: {"connect_to": f"127.0.0.1:{origin_port}"}},
    }
    for section, keys in (more or {}).items():
        base[section] = {**base.get(section, {}), **keys}
    return config.load(None, environ={}, overrides=base)


@dataclass(frozen=True, slots=True)
class House:
    """A running service. ``base`` has no trailing slash."""

    base: str
    port: int
    client: aiohttp.ClientSession
    stop: asyncio.Event

    def get(self, target: str, **options: Any) -> Any:  # noqa: ANN401  # aiohttp's own
        """Ask for a raw target, nothing in it encoded again."""
        return self.client.get(URL(self.base + target, encoded=True), **options)


@asynccontextmanager
async def serving(
    settings: Settings, *, resolver: Resolver | None = None, wire: Wire = INTERNET
) -> AsyncIterator[House]:
    """Run one server process in this loop until the block ends, drain included."""
    with supervisor.bind("127.0.0.1", 0) as listening:  # closed where the block fails, too
        port = listening.getsockname()[1]
        stop, ready = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(
                process.run(
                    settings,
                    listening,
                    stop,
                    first=True,
                    picture_workers=1,
                    on_ready=ready.set,
                    resolver=resolver,
                    wire=wire,
                )
            )
            await ready.wait()
            try:
                async with aiohttp.ClientSession(auto_decompress=False) as client:
                    yield House(f"http://127.0.0.1:{port}", port, client, stop)
            finally:
                stop.set()
