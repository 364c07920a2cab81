"""A source put outside of eviction: its original and whatever was made of it.

Knows what belongs to a source; how a pin is written, the store knows.
"""

from http import HTTPStatus

from proxy.cache.keys import original_key
from proxy.model.order import Source
from proxy.stores.store import Store

_PAGE = 100


async def pin(store: Store, source: Source) -> bool:
    """Pin a source's original and its pictures; False where there is no good original to pin.

    An origin's error that is kept for a while is nothing to keep for ever. Raises StoreUnavailable.
    """
    key = original_key(source)
    original = await store.look_up(key)
    if original is None or original.body is None or not _succeeded(original.head.status):
        return False
    keys, cursor = [key], ""
    while True:
        page = await store.entries(prefix=source.url, limit=_PAGE, cursor=cursor)
        own = [entry.key for entry in page.entries if entry.source == source.url]
        keys += [found for found in own if found != key]
        # Sorted by source: behind the first that is longer comes none of ours.
        if page.cursor is None or len(own) < len(page.entries):
            break
        cursor = page.cursor
    return await store.pin(*keys) > 0


def _succeeded(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
