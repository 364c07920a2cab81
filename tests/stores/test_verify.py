"""Everything is read, what is wrong is found and healed."""

from dataclasses import replace
from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from proxy.stores.protocols import Verified
from tests.stores.makers import blob_of, body, entry
from tests.stores.rooms import parts


async def test_every_kind_of_damage_is_found_and_healed(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        for n in range(250):
            await room.put(body(n, 2000))
            await room.index.put(entry(f"k{n}", blob_of(body(n, 2000))))
        await room.index.put(replace(entry("pinned"), pinned=True))
        room.blob(blob_of(body(1, 2000)).digest).write_bytes(body(2, 2000))
        room.blob(blob_of(body(2, 2000)).digest).unlink()
        await room.ask("UPDATE entries SET host = 'x' WHERE key IN ('k3', 'pinned')")
        orphan = await room.put(b"nobody knows me")
        room.clock.at = room.blob(orphan).stat().st_mtime + 100
        told: list[tuple[int, int]] = []
        found = await room.verification.run(lambda done, of: told.append((done, of)))
        assert found == Verified(checked=251, damaged=3, missing=1, orphans=2, healed=4)
        assert told[-1] == (251, 251)
        assert [done for done, _ in told] == sorted(done for done, _ in told)
        assert room.index.get("k1") is None
        assert room.index.get("pinned") == replace(entry("pinned"), pinned=True)
        again = await room.verification.run(lambda *_: None)
        assert again == Verified(checked=248, orphans=2)


async def test_a_disk_that_cannot_be_read_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        await room.put(body(1))
        await room.index.put(entry("a", blob_of(body(1))))

        def failing(*_: object) -> None:
            raise OSError(5, "the test says so")

        monkeypatch.setattr("proxy.stores.shelf.open_verified", failing)
        with pytest.raises(StoreUnavailable):
            await room.verification.run(lambda *_: None)
        assert room.index.get("a") is not None


async def test_rows_alone_are_mended(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        for n in range(3):
            await room.index.put(entry(f"k{n}"))
        await room.ask("UPDATE entries SET host = 'x' WHERE key = 'k1'")
        assert await room.verification.rows(pause_s=0) == 1
        assert await room.verification.rows(pause_s=0) == 0


async def test_a_pin_whose_row_became_anothers_is_put_back(tmp_path: Path) -> None:
    pinned = replace(entry("pinned"), pinned=True)
    async with parts(tmp_path) as room:
        await room.index.put(pinned)
        await room.ask("UPDATE entries SET key = 'pinnee'")
        await room.ask("DELETE FROM pins")
        assert await room.verification.rows(pause_s=0) == 1
        assert room.index.get("pinned") == pinned


async def test_a_pin_without_a_row_is_put_back_by_who_looks(tmp_path: Path) -> None:
    pinned = replace(entry("pinned"), pinned=True)
    async with parts(tmp_path) as room:
        await room.index.put(pinned)
        await room.ask("DELETE FROM entries")
        assert room.index.get("pinned") is None
        await room.ask("SELECT 1")
        assert room.index.get("pinned") == pinned
