"""Lists of a damaged or missing index."""

from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from proxy.stores.looking import DiskLooking, asked
from tests.stores.makers import entry
from tests.stores.rooms import parts


async def test_a_damaged_row_is_not_listed(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        looking = DiskLooking(room.file, verification=room.verification)
        for key in "abc":
            await room.index.put(entry(key))
        await room.ask("UPDATE entries SET media_type = 'x' WHERE key = 'b'")
        page = await looking.entries(prefix="", host="", limit=2, cursor="")
        assert page.entries == (entry("a"),)
        assert page.cursor is not None
        page = await looking.entries(prefix="", host="", limit=2, cursor=page.cursor)
        assert page == type(page)((entry("c"),), None)


async def test_a_missing_index_says_so(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        room.directory.index.unlink()
        with pytest.raises(StoreUnavailable):
            asked(room.file, lambda reader: reader.execute("SELECT 1").fetchall())
