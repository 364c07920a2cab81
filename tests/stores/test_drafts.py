"""A draft survives the disk it is written on."""

import asyncio
import errno
import os
import threading
from hashlib import sha256
from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from proxy.model.body import Held
from proxy.stores.drafts import HELD_BYTES, SPOOL_BYTES, DiskDraft
from tests.stores.makers import MIB, blob_of, body, files
from tests.stores.rooms import Parts, failing, parts

DATA = body(1, 3 * SPOOL_BYTES + 7)
HELD = Held(DATA, sha256(DATA).hexdigest())


async def write(draft: DiskDraft, data: bytes) -> None:
    for at in range(0, len(data), 65_536):
        await draft.write(data[at : at + 65_536])


async def left(room: Parts) -> list[object]:
    """Return what an ended draft must not leave: temporary files, reservations."""
    return [*files(room.directory.drafts), *await room.ask("SELECT draft FROM reservations")]


@pytest.mark.parametrize("length", [0, 25_000, HELD_BYTES])
async def test_a_small_body_is_in_memory_until_its_end(tmp_path: Path, length: int) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        draft.expect(length)
        await write(draft, body(1, length))
        assert await left(room) == []
        assert await draft.commit() == blob_of(body(1, length))
        assert await left(room) == []


@pytest.mark.parametrize("after", [0, 1, 2], ids=["at once", "in the middle", "at the end"])
async def test_a_disk_that_fills_up_gives_the_body_back(
    tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        await write(draft, DATA[: after * SPOOL_BYTES])
        monkeypatch.setattr(os, "pwrite", failing(errno.ENOSPC))
        await write(draft, DATA[after * SPOOL_BYTES :])
        assert bytes(draft.view()) == DATA
        assert await draft.commit() == HELD
        assert "No space left" in room.health.reason
        assert await left(room) == []


async def test_a_disk_that_takes_part_of_a_write_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: whole(file, data[:1000], at))
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        await write(draft, DATA)
        assert await draft.commit() == blob_of(DATA)
        assert room.blob(HELD.digest).read_bytes() == DATA


async def test_a_drafts_folder_that_vanished_gives_the_body_back(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        await write(draft, DATA)
        for path in files(room.directory.drafts):
            path.unlink()
        assert await draft.commit() == HELD


async def test_bytes_the_disk_lost_are_not_made_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        await write(draft, DATA[:SPOOL_BYTES])
        monkeypatch.setattr(os, "pwrite", failing(errno.EIO))
        monkeypatch.setattr(os, "pread", failing(errno.EIO))
        with pytest.raises(StoreUnavailable):
            await write(draft, DATA[SPOOL_BYTES:])
        monkeypatch.undo()
        await draft.abort()
        assert await left(room) == []


async def test_on_a_degraded_disk_nothing_is_tried(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        room.health.failed(OSError("gone"))
        draft = DiskDraft(room.space)
        draft.expect(MIB)
        await write(draft, DATA)
        assert await left(room) == []
        assert await draft.commit() == HELD


async def test_room_for_all_that_is_declared_is_reserved_before_any_of_it_is_on_disk(
    tmp_path: Path,
) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        draft.expect(2 * MIB)
        await draft.write(DATA[: SPOOL_BYTES - 1])
        assert await left(room) == []
        await draft.write(DATA[SPOOL_BYTES - 1 :])
        enough = "SELECT disk_bytes BETWEEN 2 * 1048576 AND 3 * 1048576 FROM reservations"
        assert await room.ask(enough) == [(1,)]
        await draft.abort()
        assert await left(room) == []


async def test_a_body_longer_than_declared_asks_for_more_room(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=4 * MIB) as room:
        draft = DiskDraft(room.space)
        draft.expect(HELD_BYTES + 1)
        data = body(1, 5 * MIB)
        await write(draft, data)
        assert await left(room) == []
        assert await draft.commit() == Held(data, sha256(data).hexdigest())
        assert room.health.reason == ""


async def test_a_view_of_a_large_body_outlives_its_draft(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        await write(draft, DATA)
        view = draft.view()
        assert isinstance(view, memoryview)
        await draft.abort()
        assert view == DATA
        assert await left(room) == []


async def test_a_writer_cancelled_while_the_disk_works_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, began = threading.Event(), threading.Event()
    whole = os.pwrite

    def slow(file: int, data: bytes, at: int) -> int:
        began.set()
        assert goes_on.wait(5)
        return whole(file, data, at)

    monkeypatch.setattr(os, "pwrite", slow)
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        task = asyncio.ensure_future(draft.write(DATA))
        assert await asyncio.to_thread(began.wait, 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        ending = asyncio.ensure_future(draft.abort())
        await asyncio.sleep(0)
        assert not ending.done()
        goes_on.set()
        await ending
        assert await left(room) == []


# Who follows a draft.


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("first", ["draft", "reader"])
async def test_the_last_to_leave_closes_the_file(tmp_path: Path, first: str) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        await write(draft, DATA[:7])
        following = draft.follow()
        before = descriptors()
        await write(draft, DATA[7:])
        assert descriptors() == before + 1
        if first == "draft":
            await draft.commit()
            assert descriptors() == before + 1
            following.close()
        else:
            following.close()
            assert descriptors() == before + 1
            await draft.commit()
        assert descriptors() == before
        assert await left(room) == []


@pytest.mark.parametrize("after", [0, 1, 2], ids=["at once", "in the middle", "at the end"])
async def test_a_reader_goes_on_in_memory_where_the_disk_fills_up(
    tmp_path: Path, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        following = draft.follow()
        await write(draft, DATA[: after * SPOOL_BYTES])
        read = following.read(0, 1000)
        monkeypatch.setattr(os, "pwrite", failing(errno.ENOSPC))
        await write(draft, DATA[after * SPOOL_BYTES :])
        read += following.read(len(read), 1000)
        assert await draft.commit() == HELD
        while part := following.read(len(read), 100_000):
            read += part
        assert read == DATA
        following.close()


async def test_a_disk_that_lost_what_is_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        draft = DiskDraft(room.space)
        following = draft.follow()
        await write(draft, DATA)
        await draft.commit()
        for broken in (failing(errno.EIO), lambda *_: b""):
            monkeypatch.setattr(os, "pread", broken)
            with pytest.raises(StoreUnavailable):
                following.read(0, 1000)
        following.close()
