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

from proxy.model.body import Blob, Chunks, Held, Placed, Stored
from proxy.model.purge import Purged, Scope, Selector
from proxy.stores.protocols import MAX_PICTURES, HostUse, Verified
from proxy.stores.store import Store
from tests.stores.makers import MIB, Clock, blob_of, body, entry, held_of, opened, put


def bytes_at(placed: Placed) -> bytes:
    """Return what another process would read there."""
    return Path(placed.path).read_bytes()


async def streamed(store: Store, stored: Stored) -> bytes | None:
    """Return a body as it is sent: whole, or in parts."""
    body = await store.opened(stored)
    if isinstance(body, Chunks):
        assert body.length == stored.length
        async with aclosing(body.parts) as parts:
            return b"".join([part async for part in parts])
    return None if body is None else body.data


PLACES = (
    ("a1", "http://a.example/wp/1.jpg", "a.example"),
    ("a2", "http://a.example/wp/2.jpg", "a.example"),
    ("a3", "http://a.example/x/3.jpg", "a.example"),
    ("b", "http://b.example/wp/1.jpg", "b.example"),
)
SELECTORS = [
    pytest.param(Selector(Scope.SOURCE, PLACES[0][1]), {"a2", "a3", "b"}, id="a source"),
    pytest.param(Selector(Scope.HOST, "a.example"), {"b"}, id="a host"),
    pytest.param(Selector(Scope.PREFIX, "http://a.example/wp/"), {"a3", "b"}, id="a prefix"),
    pytest.param(Selector(Scope.SOURCE, "http://a.example/wp/"), {"a1", "a2", "a3", "b"}, id="no"),
    pytest.param(Selector(Scope.ALL), set(), id="all"),
]


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

    @pytest.mark.parametrize("n_bytes", [1, 25_000, 300_000, 2 * MIB])
    @pytest.mark.parametrize("end", ["commit", "abort"])
    async def test_who_follows_a_body_reads_it_at_his_own_pace_and_past_its_end(
        self, store: Store, n_bytes: int, end: str
    ) -> None:
        data, read = body(1, n_bytes), b""
        draft = await store.begin(n_bytes)
        following = draft.follow()
        assert following.read(0, 65_536) == b""
        for at in range(0, n_bytes, 65_536):
            await draft.write(data[at : at + 65_536])
            read += following.read(len(read), 40_000)  # ever further behind
        assert data.startswith(read)
        await (draft.commit() if end == "commit" else draft.abort())
        await store.purge(Selector(Scope.ALL))
        while part := following.read(len(read), 40_000):
            read += part
        assert read == data
        following.close()
        following.close()

    async def test_who_stops_following_hinders_nothing(self, store: Store) -> None:
        draft = await store.begin(MIB)
        following = draft.follow()
        await draft.write(body(1, MIB // 2))
        following.close()
        await draft.write(body(1, MIB)[MIB // 2 :])
        assert await store.read(await draft.commit()) == body(1, MIB)

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

    @pytest.mark.parametrize("n_bytes", [0, 25_000, MIB])
    async def test_a_body_in_memory_is_kept_with_its_entry(
        self, store: Store, n_bytes: int
    ) -> None:
        assert await store.keep(entry("a", held_of(body(1, n_bytes))))
        assert await store.look_up("a") == entry("a", blob_of(body(1, n_bytes)))
        assert await store.read(blob_of(body(1, n_bytes))) == body(1, n_bytes)
        assert store.state().originals == 1

    async def test_a_body_in_memory_over_the_bound_stays_with_its_entry(self, store: Store) -> None:
        held = held_of(body(1, 9 * MIB))
        assert not await store.keep(entry("a", held))
        assert await store.read(held) == body(1, 9 * MIB)
        assert await store.read(blob_of(body(1, 9 * MIB))) is None

    async def test_bodies_kept_with_their_entries_stay_within_the_bound(self, store: Store) -> None:
        for n in range(40):
            assert await store.keep(entry(f"k{n}", held_of(body(n, 400_000))))
        assert store.state().disk_bytes <= 8 * MIB
        assert await store.look_up("k39") is not None
        assert await store.look_up("k0") is None

    async def test_a_body_for_another_process_is_given_or_placed(self, store: Store) -> None:
        await put(store, "a", body(1))
        placed = await store.place(blob_of(body(1)))
        assert (bytes_at(placed) if isinstance(placed, Placed) else placed) == body(1)
        assert await store.place(held_of(body(2))) == body(2)

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

    async def test_a_pinned_key_stays_pinned_until_it_is_unpinned(self, store: Store) -> None:
        await put(store, "original", body(1))
        await put(store, "picture", body(2), parent="original")
        assert await store.pin("picture", "nothing") == 1
        await put(store, "picture", body(3), parent="original")
        for n in range(40):
            await put(store, f"k{n}", body(n, 400_000))
        for key in ("original", "picture"):
            found = await store.look_up(key)
            assert found is not None
            assert found.pinned
        assert await store.unpin("picture", "original", "nothing") == 2
        for n in range(40):
            await put(store, f"l{n}", body(100 + n, 400_000))
        assert await store.look_up("picture") is None

    async def test_a_forgotten_pin_is_a_pin_again_when_it_is_kept_again(self, store: Store) -> None:
        await put(store, "a", body(1))
        await store.pin("a")
        await store.forget("a")
        await put(store, "a", body(1))
        found = await store.look_up("a")
        assert found is not None
        assert found.pinned

    @pytest.mark.parametrize(("selector", "left"), SELECTORS)
    async def test_a_purge_removes_what_is_selected(
        self, store: Store, selector: Selector, left: set[str]
    ) -> None:
        for key, source, host in PLACES:
            await store.keep(replace(entry(key), source=source, host=host))
            await store.keep(replace(entry(f"{key}p", parent=key), source=source, host=host))
            await store.note(f"{key}n", {"n": 1}, until=2e6, source=source, host=host)
        await store.pin("a1")
        purged = await store.purge(selector)
        assert purged == Purged(originals=4 - len(left), pictures=4 - len(left))
        found = {key for key, _, _ in PLACES if await store.look_up(key) is not None}
        assert found == left
        assert {key for key, _, _ in PLACES if await store.look_up(f"{key}p")} == left
        assert {key for key, _, _ in PLACES if store.noted(f"{key}n")} == left

    async def test_a_purge_takes_the_body_and_the_pin(self, store: Store) -> None:
        await put(store, "a", body(1))
        await store.pin("a")
        await store.purge(Selector(Scope.SOURCE, entry("a").source))
        assert await store.read(blob_of(body(1))) is None
        await put(store, "a", body(1))
        found = await store.look_up("a")
        assert found is not None
        assert not found.pinned

    async def test_what_was_asked_for_before_a_purge_is_not_kept(self, store: Store) -> None:
        began = store.sequence()
        draft = await store.begin(None)
        await draft.write(b"old")
        stored = await draft.commit()
        await store.purge(Selector(Scope.SOURCE, entry("a").source))
        assert not await store.keep(entry("a", stored), began)
        assert not await store.keep(entry("a", held_of(b"old")), began)
        assert await store.read(blob_of(b"old")) is None
        assert await store.look_up("a") is None
        assert await store.read(stored) is None
        assert await store.keep(entry("b"), began)
        assert await store.keep(entry("a"), store.sequence())
        assert not await store.note("n", {}, until=2e6, source=entry("a").source, began=began)

    async def test_a_note_is_known_until_it_expires(self, tmp_path: Path) -> None:
        clock = Clock(100.0)
        async with opened(tmp_path, now=clock, backend=self.backend) as store:
            assert store.noted("a") is None
            assert await store.note("a", {"n": 1}, until=200.0, host="h")
            assert await store.note("a", {"n": 2, "why": ["dns"]}, until=200.0, host="h")
            assert store.noted("a") == {"n": 2, "why": ["dns"]}
            await store.forget_note("a")
            await store.forget_note("a")
            assert store.noted("a") is None
            await store.note("a", {}, until=200.0)
            clock.at = 200.0
            assert store.noted("a") is None

    async def test_entries_are_listed_page_by_page(self, store: Store) -> None:
        for key, source, host in reversed(PLACES):
            await store.keep(replace(entry(key), source=source, host=host))
        listed: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await store.entries(limit=2, cursor=cursor)
            listed += [found.key for found in page.entries]
            cursor = page.cursor
        assert listed == ["a1", "a2", "a3", "b"]
        assert [e.key for e in (await store.entries(host="b.example")).entries] == ["b"]
        page = await store.entries(prefix="http://a.example/wp/", host="a.example")
        assert [e.key for e in page.entries] == ["a1", "a2"]
        with pytest.raises(ValueError, match="no cursor"):
            await store.entries(cursor="odd")

    async def test_hosts_are_counted(self, store: Store) -> None:
        await put(store, "a", body(1))
        await put(store, "p", body(2, 100), parent="a")
        await store.keep(replace(entry("b"), host="b.example"))
        assert await store.hosts() == (
            HostUse(host="b.example", originals=1),
            HostUse(host="image.woshipm.com", originals=1, pictures=1, body_bytes=25_100),
        )

    async def test_a_sound_store_is_verified(self, store: Store) -> None:
        for n in range(3):
            await put(store, f"k{n}", body(n))
        told: list[tuple[int, int]] = []
        found = await store.verify(lambda done, of: told.append((done, of)))
        assert found == Verified(checked=3)
        assert told[-1] == (3, 3)

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
