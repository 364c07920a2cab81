"""Pins are written in three places at once."""

from pathlib import Path

from proxy.model.body import Blob
from proxy.stores.pinning import DiskPinning
from tests.stores.makers import entry
from tests.stores.rooms import parts


async def test_a_picture_is_pinned_with_its_original(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        pinning = DiskPinning(writer=room.writer, pins=room.pins)
        await room.index.put(entry("original"))
        await room.index.put(entry("picture", parent="original"))
        assert await pinning.pin(("picture", "nothing")) == 1
        assert await pinning.pin(("picture",)) == 1
        assert sorted(room.pins.read()) == ["original", "picture"]
        assert await room.ask("SELECT sum(pinned) FROM entries") == [(2,)]
        assert await pinning.unpin(("picture", "nothing")) == 1
        assert room.pins.read()["picture"] is None
        found = room.index.get("picture")
        assert found == entry("picture", parent="original")


async def test_a_body_replaced_is_written_down_again(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        pinning = DiskPinning(writer=room.writer, pins=room.pins)
        await room.index.put(entry("a"))
        await pinning.pin(("a",))
        size = room.directory.pins.stat().st_size
        kept = await room.index.put(entry("a"))
        assert kept is not None
        assert kept.pinned
        assert room.directory.pins.stat().st_size == size
        digest = await room.put(b"other")
        await room.index.put(entry("a", Blob(digest, 5)))
        row = room.pins.read()["a"]
        assert row is not None
        assert digest.encode() in row
