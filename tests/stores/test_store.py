"""The memory tier over a backend."""

from dataclasses import replace
from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from proxy.model.body import Held
from proxy.model.purge import Scope, Selector
from proxy.settings import Cache
from proxy.stores import BACKENDS
from proxy.stores.store import Store
from tests.stores.makers import MIB, Clock, blob_of, body, entry, files, held_of, opened, put

each_backend = pytest.mark.parametrize("backend", [name for name, _ in BACKENDS])


@each_backend
async def test_what_was_kept_is_recalled(tmp_path: Path, backend: str) -> None:
    async with opened(tmp_path, memory=MIB, backend=backend) as store:
        assert store.recall("a") is None
        await put(store, "a", body(1))
        assert store.recall("a") == entry("a", blob_of(body(1)))
        await store.forget("a")
        assert store.recall("a") is None


@each_backend
async def test_a_found_entry_is_recalled_from_then_on(tmp_path: Path, backend: str) -> None:
    async with opened(tmp_path, memory=MIB, backend=backend) as store:
        await store._backend.index.put(entry("a"))
        assert store.recall("a") is None
        assert await store.look_up("a") == entry("a")
        assert store.recall("a") == entry("a")


async def test_looking_up_goes_past_the_memory(tmp_path: Path) -> None:
    async with opened(tmp_path, memory=MIB) as one, opened(tmp_path, memory=MIB) as two:
        await one.keep(entry("a"))
        await two.keep(replace(entry("a"), media_type="image/png"))
        assert one.recall("a") == entry("a")
        assert await one.look_up("a") == two.recall("a")
        assert one.recall("a") == two.recall("a")
        await two.forget("a")
        assert await one.look_up("a") is None
        assert one.recall("a") is None


async def test_a_body_read_once_is_read_from_memory(tmp_path: Path) -> None:
    async with opened(tmp_path, memory=MIB) as store:
        await put(store, "a", body(1))
        assert await store.read(blob_of(body(1))) == body(1)
        for path in files(tmp_path / "blobs"):
            path.unlink()
        assert await store.read(blob_of(body(1))) == body(1)
        assert 25_000 < store.state().memory_bytes <= MIB


async def test_a_body_committed_just_now_is_not_read_from_disk(tmp_path: Path) -> None:
    async with opened(tmp_path, memory=MIB) as store:
        stored = blob_of(body(1))
        await put(store, "a", body(1))
        store.remember(stored, body(1))
        store.remember(Held(body(2), blob_of(body(2)).digest), body(2))  # its entry has it already
        for path in files(tmp_path / "blobs"):
            path.unlink()
        assert await store.opened(stored) == Held(body(1), stored.digest)
        assert await store.read(blob_of(body(2))) is None


async def test_a_held_entry_is_found_though_the_index_has_no_row(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    held = entry("a", held_of(b"data"))
    async with opened(tmp_path / "file" / "cache", memory=MIB) as store:
        assert not await store.keep(held)
        assert await store.look_up("a") == held
        assert store.recall("a") == held


async def test_where_the_index_cannot_be_asked_memory_answers(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with opened(tmp_path / "file" / "cache", memory=MIB) as store:
        assert not await store.keep(entry("a"))
        assert await store.look_up("a") == entry("a")


async def test_upkeep_ends_with_the_store(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        upkeep = store._upkeep
        assert upkeep is not None
        assert not upkeep.done()
    assert upkeep.done()


async def test_a_purge_elsewhere_is_obeyed_at_the_next_look(tmp_path: Path) -> None:
    async with opened(tmp_path, memory=MIB) as one, opened(tmp_path, memory=MIB) as two:
        await put(one, "a", body(1))
        await one.keep(entry("b", held_of(b"b")))
        await put(one, "c", body(3))
        assert await two.look_up("a") == two.recall("a")
        await two.purge(Selector(Scope.SOURCE, entry("a").source))
        assert two.recall("a") is None
        assert one.recall("a") is None
        await two.purge(Selector(Scope.SOURCE, entry("b").source))
        assert await one.look_up("b") is None
        assert one.recall("c") is not None
        assert one.sequence() == two.sequence() == 2


async def test_a_pin_elsewhere_is_found(tmp_path: Path) -> None:
    async with opened(tmp_path, memory=MIB) as one, opened(tmp_path, memory=MIB) as two:
        await put(one, "a", body(1))
        await two.pin("a")
        assert await put(one, "a", body(2))
        found = one.recall("a")
        assert found is not None
        assert found.pinned


async def test_notes_are_known_while_the_disk_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with opened(tmp_path / "file" / "cache", memory=MIB) as store:
        assert not await store.note("a", {"n": 1}, until=2e6, host="h")
        assert store.noted("a") == {"n": 1}
        with pytest.raises(StoreUnavailable):
            await store.purge(Selector(Scope.HOST, "h"))
        assert store.noted("a") is None


async def test_a_store_is_looked_at_without_upkeep(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await put(store, "a", body(1))
        before = (tmp_path / "index.sqlite3").stat().st_ino
        settings = Cache(dir=str(tmp_path), disk="64 MiB", memory="0 B")
        looked = await Store.open(settings, now=Clock(), tasks=None)
        assert [found.key for found in (await looked.entries()).entries] == ["a"]
        await looked.close()
        assert (tmp_path / "index.sqlite3").stat().st_ino == before
        assert not (tmp_path / "index.sqlite3.backup").exists()


async def test_a_lease_ends_with_a_purge_elsewhere_once_it_is_heard_of(tmp_path: Path) -> None:
    async with opened(tmp_path, memory=MIB) as one, opened(tmp_path, memory=MIB) as two:
        await put(one, "a", body(1))
        await put(one, "b", body(2))
        leases = [one.lease(found) for key in "ab" if (found := one.recall(key)) is not None]
        await two.purge(Selector(Scope.SOURCE, entry("a").source))
        one.hear()
        assert [lease.current for lease in leases] == [False, True]


async def test_a_lease_ends_when_another_body_is_kept_or_the_entry_is_pinned(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, memory=MIB) as store:
        await put(store, "a", body(1))
        first = await store.look_up("a")
        assert first is not None
        lease = store.lease(first)
        await put(store, "a", body(2))
        assert not lease.current
        second = await store.look_up("a")
        assert second is not None
        pinned = store.lease(second)
        await store.pin("a")
        assert not pinned.current


async def test_a_body_in_memory_alone_is_in_no_file(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await put(store, "a", body(1))
        assert await store.file(Held(b"a", "a")) is None
        file = await store.file(blob_of(body(1)))
        assert file is not None
        assert file.length == len(body(1))
