# ruff: noqa: D102  # a test's name is its sentence
"""What every backend must do. A backend's test module names it: class TestX(BackendSuite)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
import pytest_asyncio

from proxy.model.body import Blob, Chunks, Held, Stored
from proxy.stores.protocols import MAX_PICTURES
from proxy.stores.store import Store
from tests.stores.makers import MIB, Clock, blob_of, body, entry, opened, put


async def streamed(store: Store, stored: Stored) -> bytes | None:
    """Return a body as it is sent: whole, or in parts."""
    body = await store.opened(stored)
    if isinstance(body, Chunks):
        assert body.length == stored.length
        async with aclosing(body.parts) as parts:
            return b"".join([part async for part in parts])
    return None if body is None else body.data


class BackendSuite:
    """The suite; ``backend`` is a name in BACKENDS."""

    backend: ClassVar[str]

    @pytest_asyncio.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[Store]:
        """Open a store over the backend, without a memory tier, bounded at 8 MiB."""
        async with opened(tmp_path, disk=8 * MIB, now=Clock(), backend=self.backend) as store:
            yield store

    async def test_an_entry_comes_back_as_it_was_kept(self, store: Store) -> None:
        assert await put(store, "a", body(1))
        assert await store.look_up("a") == entry("a", blob_of(body(1)))
        assert await store.look_up("b") is None

    async def test_an_entry_without_body_and_facts_is_kept(self, store: Store) -> None:
        bare = replace(entry("a"), facts=None)
        assert await store.keep(bare)
        assert await store.look_up("a") == bare

    @pytest.mark.parametrize("n_bytes", [0, 1, 25_000, 300_000, 2 * MIB])
    async def test_a_body_comes_back_as_it_was_written(self, store: Store, n_bytes: int) -> None:
        data = body(1, n_bytes)
        for length in (n_bytes, None):
            draft = await store.begin(length)
            for at in range(0, n_bytes, 65_536):
                await draft.write(data[at : at + 65_536])
                assert bytes(draft.view()) == data[: at + 65_536]
            stored = await draft.commit()
            assert stored == blob_of(data)
            assert await store.read(stored) == data
            assert await streamed(store, stored) == data

    async def test_an_aborted_body_is_nowhere(self, store: Store) -> None:
        draft = await store.begin(None)
        await draft.write(body(1, MIB))
        await draft.abort()
        await draft.abort()
        assert await store.read(blob_of(body(1, MIB))) is None

    async def test_aborting_after_commit_takes_nothing_back(self, store: Store) -> None:
        draft = await store.begin(None)
        await draft.write(b"whole")
        stored = await draft.commit()
        await draft.abort()
        assert await store.read(stored) == b"whole"

    async def test_a_later_entry_replaces_the_earlier_one(self, store: Store) -> None:
        await put(store, "a", body(1))
        await put(store, "a", body(2))
        assert await store.look_up("a") == entry("a", blob_of(body(2)))
        assert store.state().originals == 1

    async def test_forgetting_leaves_a_body_that_another_entry_names(self, store: Store) -> None:
        await put(store, "a", body(1))
        await put(store, "b", body(1))
        await store.forget("a")
        assert await store.look_up("a") is None
        assert await store.read(blob_of(body(1))) == body(1)
        await store.forget("b")
        await store.forget("b")
        assert await store.read(blob_of(body(1))) is None

    async def test_an_entry_is_not_kept_without_its_blob(self, store: Store) -> None:
        assert not await store.keep(entry("a", Blob("0" * 64, 5)))
        assert await store.look_up("a") is None

    async def test_a_held_body_stays_with_its_entry(self, store: Store) -> None:
        held = Held(b"five!", "digest")
        assert not await store.keep(entry("a", held))
        assert await store.read(held) == b"five!"

    async def test_at_most_64_pictures_of_one_original(self, store: Store) -> None:
        await put(store, "original", body(0))
        for n in range(MAX_PICTURES + 6):
            await put(store, f"p{n}", body(n, 100), parent="original")
        assert store.state().pictures == MAX_PICTURES
        assert await store.look_up(f"p{MAX_PICTURES + 5}") is not None
        assert await store.look_up("original") is not None

    async def test_what_was_used_last_goes_last(self, tmp_path: Path) -> None:
        clock = Clock()
        async with opened(tmp_path, disk=8 * MIB, now=clock, backend=self.backend) as store:
            for n in range(40):
                clock.at += 1
                assert await put(store, f"k{n}", body(n, 400_000))
                assert await store.look_up("k0") is not None
            assert await store.look_up("k39") is not None
            assert await store.look_up("k1") is None
            assert store.state().disk_bytes <= 8 * MIB

    async def test_using_a_picture_keeps_its_original(self, tmp_path: Path) -> None:
        clock = Clock()
        async with opened(tmp_path, disk=8 * MIB, now=clock, backend=self.backend) as store:
            await put(store, "original", body(1000))
            await put(store, "picture", body(1001), parent="original")
            for n in range(40):
                clock.at += 1
                await store.look_up("picture")
                assert await put(store, f"k{n}", body(n, 400_000))
            assert await store.look_up("original") is not None

    async def test_a_pinned_entry_is_not_evicted(self, store: Store) -> None:
        draft = await store.begin(None)
        await draft.write(b"pinned")
        await store.keep(replace(entry("pinned", await draft.commit()), pinned=True))
        for n in range(40):
            await put(store, f"k{n}", body(n, 400_000))
        assert await store.look_up("pinned") is not None

    async def test_a_body_over_the_bound_is_held(self, store: Store) -> None:
        draft = await store.begin(9 * MIB)
        await draft.write(body(1, 9 * MIB))
        assert await draft.commit() == Held(body(1, 9 * MIB), blob_of(body(1, 9 * MIB)).digest)
        assert not store.state().degraded

    async def test_one_at_a_time_holds_a_claim(self, store: Store) -> None:
        inside = 0

        async def work() -> None:
            nonlocal inside
            async with store.claim("key"):
                assert inside == 0
                inside += 1
                await asyncio.sleep(0)
                inside -= 1

        await asyncio.gather(*(work() for _ in range(4)), self.other(store))

    async def other(self, store: Store) -> None:
        """Another key is not waited for."""
        async with store.claim("key 2"), asyncio.timeout(1), store.claim("key 3"):
            pass

    async def test_a_cancelled_wait_leaves_the_claim_to_others(self, store: Store) -> None:
        async with store.claim("key"):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02), store.claim("key"):
                    pytest.fail("two hold it")
        async with asyncio.timeout(1), store.claim("key"):
            pass
