"""Bodies from disk are right or not there."""

import errno
import os
from contextlib import aclosing, suppress
from pathlib import Path

import pytest

from proxy.stores.blobs import DiskBlobs
from tests.stores.makers import blob_of, body
from tests.stores.rooms import failing, parts


@pytest.mark.parametrize("n_bytes", [25_000, 300_000], ids=["inline", "in a thread"])
async def test_a_damaged_body_is_removed_and_heals(tmp_path: Path, n_bytes: int) -> None:
    async with parts(tmp_path) as room:
        blobs, data = DiskBlobs(room.space), body(1, n_bytes)
        digest = await room.put(data)
        room.blob(digest).write_bytes(body(2, n_bytes))
        assert await blobs.read(blob_of(data)) is None
        assert await room.ask("SELECT * FROM blobs") == []
        assert not room.blob(digest).exists()
        await room.put(data)
        assert await blobs.read(blob_of(data)) == data
        assert room.health.reason == ""


async def test_a_disk_that_fails_to_read_removes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        digest = await room.put(body(1))
        monkeypatch.setattr(os, "read", failing(errno.EIO))
        assert await DiskBlobs(room.space).read(blob_of(body(1))) is None
        monkeypatch.undo()
        assert "Input/output error" in room.health.reason
        assert room.blob(digest).exists()


async def test_a_large_body_reserves_all_its_room_with_its_first_part(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        draft = await DiskBlobs(room.space).begin(1_000_000)
        await draft.write(body(1, 300_000))
        assert await room.ask("SELECT disk_bytes >= 1000000 FROM reservations") == [(1,)]
        await draft.abort()
        assert await room.ask("SELECT * FROM reservations") == []


@pytest.mark.parametrize("n_bytes", [25_000, 300_000], ids=["inline", "in a thread"])
async def test_a_body_is_opened_as_a_file_once_verified(tmp_path: Path, n_bytes: int) -> None:
    async with parts(tmp_path) as room:
        blobs, data = DiskBlobs(room.space), body(1, n_bytes)
        digest = await room.put(data)
        file = await blobs.file(blob_of(data))
        assert file is not None
        assert os.pread(file.handle, n_bytes + 1, 0) == data
        room.blob(digest).write_bytes(body(2, n_bytes))
        assert await blobs.file(blob_of(data)) is None
        assert await room.ask("SELECT * FROM blobs") == []
        assert not file.is_sound


async def test_a_process_without_descriptors_left_has_no_failing_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        await room.put(body(1))
        monkeypatch.setattr(os, "open", failing(errno.EMFILE))
        assert await DiskBlobs(room.space).file(blob_of(body(1))) is None
        monkeypatch.undo()
        assert room.health.reason == ""


async def streamed(blobs: DiskBlobs, data: bytes) -> bytes | None:
    parts_ = await blobs.stream(blob_of(data))
    return None if parts_ is None else b"".join([part async for part in parts_])


async def test_a_large_file_is_verified_once_while_it_does_not_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        blobs, data = DiskBlobs(room.space), body(1, 2_000_000)
        path = room.blob(await room.put(data))
        os.utime(path, (room.clock.at - 60, room.clock.at - 60))
        assert await streamed(blobs, data) == data
        monkeypatch.setattr("proxy.stores.blobs.open_file", failing(errno.EIO))
        assert await streamed(blobs, data) == data
        assert room.health.reason == ""
        monkeypatch.undo()
        path.write_bytes(body(2, 2_000_000))
        assert await streamed(blobs, data) is None
        assert await room.ask("SELECT * FROM blobs") == []


def n_open(data: bytes) -> int:
    """Count the descriptors this process has of a body's file."""
    digest, found = blob_of(data).digest, 0
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found += handle.readlink().name == digest
    return found


async def test_a_stream_that_nobody_reads_leaves_no_file_open(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        blobs, data = DiskBlobs(room.space), body(1, 2_000_000)
        await room.put(data)
        unread, begun = await blobs.stream(blob_of(data)), await blobs.stream(blob_of(data))
        assert unread is not None
        assert begun is not None
        assert len(await anext(begun)) > 0
        assert n_open(data) == 2
        await unread.aclose()
        await begun.aclose()
        del unread  # what was never begun holds its file as long as it is there itself
        await room.ask("SELECT 1")  # the loop holds what a thread returned for one turn more
        assert n_open(data) == 0


@pytest.mark.parametrize(
    "code", [errno.EAGAIN, errno.EOPNOTSUPP], ids=["not cached", "cannot tell"]
)
async def test_what_is_not_at_hand_is_waited_for_in_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    async with parts(tmp_path) as room:
        data = body(1, 1_000_000)
        await room.put(data)
        monkeypatch.setattr(os, "preadv", failing(code))
        stream = await DiskBlobs(room.space).stream(blob_of(data))
        assert stream is not None
        async with aclosing(stream) as arriving:
            assert b"".join([part async for part in arriving]) == data
