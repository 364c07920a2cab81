"""What of a source is pinned, over both backends."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from proxy.cache.keys import original_key
from proxy.dialects.address import parse_source
from proxy.flow.pins import pin
from proxy.model.entry import Head
from proxy.stores.store import Store
from tests.stores.makers import Clock, body, entry, opened

SOURCE = parse_source("http://image.woshipm.com/a.jpg")
KEY = original_key(SOURCE)


@pytest_asyncio.fixture(params=["disk", "memory"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path, now=Clock(), backend=request.param) as made:
        yield made


async def put(
    store: Store, key: str, seed: int, *, source: str = SOURCE.url, status: int = 200
) -> None:
    draft = await store.begin(None)
    await draft.write(body(seed))
    parent = None if key.startswith(("o-", "v-")) else KEY
    made = entry(key, await draft.commit(), parent=parent)
    await store.keep(replace(made, source=source, head=Head(status=status)))


async def is_pinned(store: Store, key: str) -> bool:
    found = await store.look_up(key)
    return found is not None and found.pinned


async def test_the_original_and_all_that_was_made_of_it(store: Store) -> None:
    await put(store, KEY, 0)
    for number in range(5):
        await put(store, f"p-{number}", number + 1)
    longer = f"{SOURCE.url}?v=2"
    await put(store, "o-longer", 9, source=longer)
    assert await pin(store, SOURCE)
    for key in (KEY, *(f"p-{number}" for number in range(5))):
        assert await is_pinned(store, key)
    assert not await is_pinned(store, "o-longer")


async def test_more_than_a_page_of_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("proxy.flow.pins._PAGE", 2)
    await put(store, KEY, 0)
    for number in range(5):
        await put(store, f"p-{number}", number + 1)
    await put(store, "o-longer", 9, source=f"{SOURCE.url}x")
    assert await pin(store, SOURCE)
    assert all([await is_pinned(store, f"p-{number}") for number in range(5)])
    assert not await is_pinned(store, "o-longer")


async def test_what_is_not_kept_or_no_good_is_not_pinned(store: Store) -> None:
    assert not await pin(store, SOURCE)
    await put(store, KEY, 0, status=404)
    assert not await pin(store, SOURCE)
    assert not await is_pinned(store, KEY)
    await store.keep(replace(entry(KEY), source=SOURCE.url))  # a row without a body
    assert not await pin(store, SOURCE)
