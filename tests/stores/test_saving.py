"""The index is copied now and then, and comes back from its copy."""

import shutil
from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from proxy.stores.claims import try_lock
from proxy.stores.saving import EVERY_S, Saving
from tests.stores.makers import MIB, Clock, blob_of, body, entry, files, opened, put
from tests.stores.rooms import Parts, parts


def saving(room: Parts) -> Saving:
    return Saving(
        room.directory, writer=room.writer, space=room.space, pins=room.pins, now=room.clock
    )


async def test_the_index_is_copied_every_ten_minutes(tmp_path: Path) -> None:
    copy = tmp_path / "index.sqlite3.backup"
    async with parts(tmp_path) as room:
        await saving(room).tend()
        assert not copy.exists()
        room.clock.at += EVERY_S
        await saving(room).tend()
        assert copy.exists()
        first = copy.stat().st_ino
        await saving(room).tend()
        assert copy.stat().st_ino == first
        assert files(room.directory.drafts) == []
        assert await room.ask("SELECT * FROM reservations") == []


async def test_one_process_copies_at_a_time(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        assert try_lock(room.directory.locks / "save") is not None
        await saving(room).save()
        assert not (tmp_path / "index.sqlite3.backup").exists()


async def test_where_nothing_can_be_locked_the_store_is_unavailable(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        (room.directory.locks / "save").mkdir()
        with pytest.raises(StoreUnavailable):
            await saving(room).save()


async def test_copies_count_against_the_bound(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=8 * MIB) as room:
        before = (await room.writer.do(room.ledger.usage)).index
        await saving(room).save()
        assert (await room.writer.do(room.ledger.usage)).index > before
    async with parts(tmp_path / "tiny", bound=100_000) as room:
        await saving(room).save()
        assert not (tmp_path / "tiny" / "index.sqlite3.backup").exists()


@pytest.mark.parametrize("at_run_time", [False, True], ids=["at the start", "at run time"])
@pytest.mark.parametrize("damage", ["deleted", "garbled"])
async def test_a_lost_index_comes_back_from_its_copy(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: str, *, at_run_time: bool
) -> None:
    def lose() -> None:
        if damage == "deleted":
            (tmp_path / "index.sqlite3").unlink()
        else:
            text = bytearray((tmp_path / "index.sqlite3").read_bytes())
            text[:2000] = b"\xa5" * 2000
            (tmp_path / "new").write_bytes(text)
            shutil.move(tmp_path / "new", tmp_path / "index.sqlite3")

    clock = Clock()
    async with opened(tmp_path, now=clock) as store:
        for n in range(20):
            await put(store, f"k{n}", body(n))
    if not at_run_time:
        lose()
    async with opened(tmp_path, now=clock) as store:
        await put(store, "later", body(99))
        if at_run_time:
            lose()
            await store.tend()
        for n in range(20):
            assert await store.look_up(f"k{n}") == entry(f"k{n}", blob_of(body(n)))
            assert await store.read(blob_of(body(n))) == body(n)
        assert not store.state().degraded
    assert "replaced by its copy index.sqlite3.backup" in caplog.text


async def test_a_purge_is_in_the_next_copy(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        room.clock.at += EVERY_S
        await saving(room).tend()
        first = (tmp_path / "index.sqlite3.backup").stat().st_ino
        await room.ask("UPDATE totals SET saved_at = 0")  # as a purge does
        await saving(room).tend()
        assert (tmp_path / "index.sqlite3.backup").stat().st_ino != first
