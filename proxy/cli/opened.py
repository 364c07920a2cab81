"""Opens the store for a command, beside the server's processes, and says what came of it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from proxy import clock
from proxy.cli.figures import visible
from proxy.errors import StoreUnavailable
from proxy.settings import Settings
from proxy.stores.store import Store

AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Say it as JSON.")]


@asynccontextmanager
async def store_of(chosen: Settings) -> AsyncIterator[Store]:
    """Open what is kept; nothing, where nothing ever was: looking at it is not to make it."""
    backend = "disk" if _is_there(chosen) else "memory"
    store = await Store.open(chosen.cache, now=clock.now, tasks=None, backend=backend)
    try:
        yield store
    finally:
        await store.close()


def with_store(chosen: Settings, work: Callable[[Store], Awaitable[int]]) -> int:
    """Return the exit code of some work on the store; 1 where there is none to be used."""

    async def done() -> int:
        if not _is_there(chosen):
            raise StoreUnavailable("there is no such directory: nothing was ever kept")
        async with store_of(chosen) as store:
            return await work(store)

    try:
        return asyncio.run(done())
    except (StoreUnavailable, PermissionError) as failing:
        complain(f"cache.dir: {chosen.cache.dir}: {visible(str(failing))}")
        return 1


def say(line: str) -> None:
    """Print a line of the command's answer."""
    print(line)  # noqa: T201  # the command's answer


def complain(line: str) -> None:
    """Print what the command complains of."""
    print(line, file=sys.stderr)  # noqa: T201  # the command's complaint


def _is_there(chosen: Settings) -> bool:
    return Path(chosen.cache.dir).expanduser().exists()
