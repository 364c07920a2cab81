"""The bound holds, whoever asks and whatever the clock says."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from proxy.stores.ledger import Verdict
from proxy.stores.rows import to_row
from tests.stores.makers import MIB, blob_of, body, entry
from tests.stores.rooms import Parts, parts

BOUND = 8 * MIB


async def reserve(room: Parts, draft: str, n_bytes: int) -> Verdict:
    return await room.writer.do(partial(room.ledger.reserve, draft=draft, n_bytes=n_bytes))


async def total(room: Parts) -> int:
    return (await room.writer.do(room.ledger.usage)).total


async def fill(room: Parts, n_bodies: int, *, named: bool = True) -> None:
    for n in range(n_bodies):
        await room.put(body(n, 100_000))
        if named:
            await room.index.put(entry(f"k{n}", blob_of(body(n, 100_000))))


async def test_room_is_granted_until_there_is_none(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=BOUND) as room:
        assert await reserve(room, "too large", BOUND) is Verdict.REFUSED
        assert await reserve(room, "a", 4 * MIB) is Verdict.GRANTED
        assert await reserve(room, "b", 4 * MIB) is Verdict.FULL
        assert await reserve(room, "a", MIB) is Verdict.GRANTED  # instead of the four
        assert await reserve(room, "b", 4 * MIB) is Verdict.GRANTED
        await room.writer.do(partial(room.ledger.release, draft="b"))
        assert await reserve(room, "c", 4 * MIB) is Verdict.GRANTED


async def test_two_processes_share_one_bound(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=BOUND) as one, parts(tmp_path, bound=BOUND) as two:
        assert await reserve(one, "a", 4 * MIB) is Verdict.GRANTED
        assert await reserve(two, "b", 4 * MIB) is Verdict.FULL
        assert await total(one) == await total(two)


async def test_what_a_dead_process_had_reserved_comes_back(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=BOUND) as room:
        async with parts(tmp_path, bound=BOUND) as other:
            assert await reserve(other, "b", 4 * MIB) is Verdict.GRANTED
            await room.writer.do(partial(room.ledger.release_dead, mine=set()))
            assert await reserve(room, "a", 4 * MIB) is Verdict.FULL
        await room.writer.do(partial(room.ledger.release_dead, mine=set()))
        assert await reserve(room, "a", 4 * MIB) is Verdict.GRANTED


async def test_what_this_process_no_longer_writes_comes_back(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        for draft in ("a", "b"):
            await reserve(room, draft, MIB)
        await room.writer.do(partial(room.ledger.release_dead, mine={"b"}))
        assert await room.ask("SELECT draft FROM reservations") == [("b",)]


@pytest.mark.parametrize("jump_s", [0.0, 86400.0, -86400.0], ids=["still", "ahead", "back"])
async def test_the_least_recent_go_and_no_more_than_needed(tmp_path: Path, jump_s: float) -> None:
    async with parts(tmp_path, bound=BOUND) as room:
        await fill(room, 60)
        room.clock.at += jump_s
        before = await total(room)
        assert await reserve(room, "a", 2 * MIB) is Verdict.GRANTED
        assert BOUND - 300_000 < await total(room) <= BOUND
        n_left = len(await room.ask("SELECT key FROM entries"))
        assert before > BOUND - 2 * MIB
        assert 60 - n_left <= 2 * MIB // 100_000
        assert room.index.get("k59") is not None
        assert await room.ask("SELECT count(*) FROM blobs") == [(n_left,)]


async def test_what_nobody_names_goes_first(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=BOUND) as room:
        await fill(room, 40)
        await room.put(body(99, 2 * MIB))
        room.clock.at += 61  # no longer fresh
        assert await reserve(room, "a", 3 * MIB // 2) is Verdict.GRANTED
        assert len(await room.ask("SELECT key FROM entries")) == 40
        assert not room.blob(blob_of(body(99, 2 * MIB)).digest).exists()


async def test_a_fresh_blob_waits_for_its_row_while_others_can_go(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=BOUND) as room:
        await fill(room, 40)
        await room.put(body(99, 2 * MIB))
        assert await reserve(room, "a", 3 * MIB // 2) is Verdict.GRANTED
        assert room.blob(blob_of(body(99, 2 * MIB)).digest).exists()
        assert await reserve(room, "a", 13 * MIB // 2) is Verdict.GRANTED
        assert not room.blob(blob_of(body(99, 2 * MIB)).digest).exists()


async def test_an_original_outlives_its_pictures(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=BOUND) as room:
        await room.index.put(replace(entry("picture", parent="original"), pinned=True))
        await room.index.put(entry("original"))
        room.clock.at += 10
        await fill(room, 60)
        await reserve(room, "a", 2 * MIB)
        assert room.index.get("original") is not None
        assert room.index.get("k0") is None


async def test_a_lowered_bound_is_reached_in_steps_and_the_index_shrinks(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        for n in range(1500):
            long = replace(entry(f"k{n}"), media_type="x" * 4000)
            room.writer.post(partial(room.index._put, entry=long, row=to_row(long), began=None))
        await fill(room, 30)
        assert await total(room) > BOUND
    async with parts(tmp_path, bound=4 * MIB) as room:
        n_rounds = 1
        while await room.writer.do(room.ledger.trim) is Verdict.AGAIN:
            n_rounds += 1
        assert n_rounds > 1
        assert await total(room) <= 4 * MIB
        assert room.index.get("k29") is not None


async def test_orphans_go_after_a_day_unless_older_than_the_index(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await fill(room, 3)
        old, young = blob_of(body(7)).digest, blob_of(body(8)).digest
        await room.put(body(7))
        room.clock.at += 86400 * 2
        await room.put(body(8))
        await room.put(b"older than the index")
        await room.writer.do(
            lambda c: c.execute("UPDATE blobs SET free_at = 5 WHERE disk_bytes = 4096").rowcount
        )
        assert not await room.writer.do(room.ledger.sweep)
        assert not room.blob(old).exists()
        assert room.blob(young).exists()
        assert await room.ask("SELECT count(*) FROM blobs") == [(5,)]


async def test_a_pin_whose_flag_was_flipped_is_put_back_instead_of_evicted(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=BOUND) as room:
        await room.put(body(77, 100_000))
        pinned = replace(entry("pinned", blob_of(body(77, 100_000))), pinned=True)
        await room.index.put(pinned)
        await room.ask("UPDATE entries SET pinned = 0")
        room.clock.at += 10
        await fill(room, 60)
        assert await reserve(room, "a", 4 * MIB) is Verdict.GRANTED
        assert room.index.get("pinned") == pinned
        assert room.blob(blob_of(body(77, 100_000)).digest).exists()
