"""A store with pictures in it, as a fetch would have put them there."""

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

from proxy import clock
from proxy.cache.keys import original_key
from proxy.dialects.address import parse_source
from proxy.images.sniff import sniff
from proxy.model.entry import Entry, Times
from proxy.settings import Cache, Settings
from proxy.stores.store import Store
from tests.stores.makers import entry as made
from tests.stores.makers import opened as store_at


def settings(folder: Path) -> Settings:
    """Return settings whose cache is ``folder``."""
    return Settings(cache=Cache(dir=str(folder), disk="64 MiB", memory="0 B"))


def opened(folder: Path) -> AbstractAsyncContextManager[Store]:
    """Open a store for the block."""
    return store_at(folder, now=clock.now)


async def stock(store: Store, source: str, data: bytes, *, pinned: bool = True) -> Entry:
    """Keep these bytes as the original at ``source``."""
    draft = await store.begin(len(data))
    await draft.write(data)
    facts = sniff(data, max_frames=8)
    times = Times(requested_at=clock.now(), received_at=clock.now())
    key, host = original_key(parse_source(source)), parse_source(source).host
    entry = replace(
        made(key, await draft.commit()),
        source=source,
        host=host,
        times=times,
        facts=facts,
        media_type=facts.format.media_type if facts else "video/mp4",
    )
    assert await store.keep(entry)
    if pinned:
        await store.pin(key)
    return entry
