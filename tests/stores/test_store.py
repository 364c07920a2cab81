"""The memory tier over a backend."""

from dataclasses import replace
from pathlib import Path

import pytest

from proxy.model.body import Held
from proxy.stores import BACKENDS
from tests.stores.makers import MIB, blob_of, body, entry, files, opened, put

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


async def test_a_held_entry_is_found_though_the_index_has_no_row(tmp_path: Path) -> None:
    held = entry("a", Held(b"data", "digest"))
    async with opened(tmp_path, memory=MIB) as store:
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
        assert not store._upkeep.done()
    assert store._upkeep.done()
