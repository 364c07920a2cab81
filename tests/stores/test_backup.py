"""Copies of the index are whole or not there."""

from contextlib import closing
from pathlib import Path

from proxy.stores.backup import Copies, fault
from tests.stores.makers import entry
from tests.stores.rooms import parts


def garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 5] = b"\xa5" * 8192
    path.write_bytes(data)


async def test_the_newest_good_copy_is_taken(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        copies = Copies(room.directory.index)
        assert copies.good(thorough=True) is None
        assert copies.take(tmp_path / "to", thorough=False) is None
        for n in range(3):
            await room.index.put(entry(f"k{n}"))
            assert copies.make(room.directory.draft()) == ""
        assert copies.good(thorough=True) == copies.newest
        garble(copies.newest)
        assert fault(copies.newest, thorough=False) != ""
        assert copies.take(tmp_path / "to", thorough=False) == copies.older
        assert (tmp_path / "to").read_bytes() == copies.older.read_bytes()
        garble(copies.older)
        assert copies.good(thorough=True) is None


async def test_a_damaged_index_leaves_the_copies_alone(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        copies = Copies(room.directory.index)
        for n in range(200):
            await room.index.put(entry(f"k{n}"))
        assert copies.make(room.directory.draft()) == ""
        with closing(room.file.open()) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        before = copies.newest.read_bytes()
        garble(room.directory.index)
        draft = room.directory.draft()
        assert copies.make(draft) != ""
        assert not draft.exists()
        assert copies.newest.read_bytes() == before


def test_what_is_no_index_is_no_copy(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "text").write_text("text" * 3000)
    assert "version" in fault(tmp_path / "empty", thorough=True)
    assert fault(tmp_path / "text", thorough=True) != ""
