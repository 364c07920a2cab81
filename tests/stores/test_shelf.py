"""Blobs and their rows change together, and nobody deletes another's."""

import os
from functools import partial
from pathlib import Path

import pytest

from proxy.model.body import Blob
from proxy.stores import shelf
from proxy.stores.shelf import Damaged, Identity
from tests.stores.makers import blob_of, body, entry, files
from tests.stores.rooms import parts

DATA = body(1)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(DATA[:-1], id="cut"),
        pytest.param(b"", id="emptied"),
        pytest.param(DATA + b"x", id="grown"),
        pytest.param(bytes(len(DATA)), id="zeroed"),
        pytest.param(body(2), id="swapped"),
        pytest.param(DATA[:-1] + bytes([DATA[-1] ^ 1]), id="one bit flipped"),
    ],
)
def test_damaged_bytes_are_not_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "blob"
    path.write_bytes(content)
    damaged = Damaged(Identity.of(path.stat()))
    assert shelf.read(str(path), blob_of(DATA).digest, len(DATA)) == damaged
    assert shelf.open_verified(str(path), blob_of(DATA).digest, len(DATA)) == damaged


def test_good_and_missing_bytes_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    assert shelf.read(str(path), blob_of(DATA).digest, len(DATA)) == Damaged(None)
    assert shelf.open_verified(str(path), blob_of(DATA).digest, len(DATA)) == Damaged(None)
    path.write_bytes(DATA)
    assert shelf.read(str(path), blob_of(DATA).digest, len(DATA)) == DATA
    handle = shelf.open_verified(str(path), blob_of(DATA).digest, len(DATA))
    assert isinstance(handle, int)
    assert os.read(handle, len(DATA) + 1) == DATA
    os.close(handle)


async def test_a_draft_becomes_a_blob_and_leaves_no_draft(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        digest = await room.put(DATA)
        assert room.blob(digest).read_bytes() == DATA
        assert files(room.directory.drafts) == []
        size = shelf.disk_bytes(room.blob(digest).stat())
        assert await room.ask("SELECT blobs, blob_bytes FROM totals") == [(1, size)]
        await room.put(DATA)
        assert await room.ask("SELECT blobs, blob_bytes FROM totals") == [(1, size)]


async def test_a_draft_that_is_gone_becomes_nothing(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        assert not await room.space.publish(blob_of(DATA).digest, room.directory.draft())
        assert await room.ask("SELECT blobs FROM totals") == [(0,)]


async def test_dropping_takes_empty_folders_along(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        digest = await room.put(DATA)
        await room.writer.do(lambda c: shelf.drop(c, room.directory, digest))
        await room.writer.do(lambda c: shelf.drop(c, room.directory, digest))
        assert list(room.directory.blobs.iterdir()) == []
        assert await room.ask("SELECT blobs, blob_bytes FROM totals") == [(0, 0)]


async def test_a_damaged_digest_leads_nowhere(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(lambda c: shelf.drop(c, room.directory, "../" * 3 + "index.sqlite3"))
        assert room.directory.index.exists()


async def test_a_damaged_blob_goes_with_its_rows(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        digest = await room.put(DATA)
        for key, parent in (("alone", None), ("original", None), ("picture", "original")):
            await room.index.put(entry(key, blob_of(DATA), parent=parent))
        damaged = Damaged(Identity.of(room.blob(digest).stat()))
        await room.writer.do(lambda c: shelf.discard(c, room.directory, digest, damaged))
        assert files(room.directory.blobs) == []
        assert await room.ask("SELECT key FROM entries") == [("original",)]


async def test_a_healed_blob_is_not_taken_for_the_damaged_one(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        digest = await room.put(DATA)
        damaged = Damaged(Identity.of(room.blob(digest).stat()))
        await room.put(DATA)  # another process was quicker
        for seen in (damaged, Damaged(None)):
            discard = partial(shelf.discard, directory=room.directory, digest=digest, damaged=seen)
            await room.writer.do(discard)
        assert room.blob(digest).read_bytes() == DATA


async def test_a_healed_blob_knows_the_rows_that_name_it(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        digest = await room.put(DATA)
        await room.index.put(entry("original", blob_of(DATA)))
        await room.index.put(entry("picture", None, parent="original"))
        await room.writer.do(lambda c: shelf.drop(c, room.directory, digest))
        await room.put(DATA)
        assert await room.ask("SELECT names FROM blobs") == [(1,)]


async def test_reconciling_makes_rows_and_files_agree(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        digest = await room.put(DATA)
        await room.index.put(entry("a", blob_of(DATA)))
        prefix = digest[:2]
        await room.writer.do(
            lambda c: c.execute("UPDATE blobs SET names = 9, disk_bytes = 1").rowcount
        )
        missing = prefix + "0" * 62
        await room.writer.do(
            lambda c: c.execute("INSERT INTO blobs VALUES (?, 4096, 0, 0)", (missing,)).rowcount
        )
        orphan = room.blob(prefix + "f" * 62)
        orphan.parent.mkdir(parents=True)
        orphan.write_bytes(b"nobody knows me")
        await room.writer.do(lambda c: shelf.reconcile(c, room.directory, prefix))
        found = await room.ask("SELECT digest, names, disk_bytes FROM blobs")
        size = shelf.disk_bytes(room.blob(digest).stat())
        assert sorted(found) == sorted([(digest, 1, size), (orphan.name, 0, 4096)])
        assert await room.ask("SELECT blobs, blob_bytes FROM totals") == [(2, size + 4096)]


def test_blocks_that_are_told_late_count_by_length() -> None:
    told_late = os.stat_result((0o600, 1, 1, 1, 0, 0, 5000, 0, 0, 0))
    assert shelf.blocks(5000) == 8192
    assert told_late.st_size == 5000
    assert Blob("", 0).length == shelf.blocks(0)
