"""A disk that fails answers "no" and says why."""

from pathlib import Path

from tests.stores.makers import MIB
from tests.stores.rooms import parts


async def test_a_failing_index_grants_nothing(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(lambda c: c.execute("DROP TABLE reservations").rowcount)
        assert not await room.space.reserve(room.directory.draft(), 10)
        assert "no such table" in room.health.reason
        assert not await room.space.reserve(room.directory.draft(), 10)


async def test_a_store_that_is_full_of_what_must_stay_says_so(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=8 * MIB) as room:
        first, second = room.directory.draft(), room.directory.draft()
        assert await room.space.reserve(first, 5 * MIB)
        assert not await room.space.reserve(second, 5 * MIB)
        assert room.space.full
        room.space.release(first)
        room.space.release(first)
        assert await room.space.reserve(second, 5 * MIB)
        assert not room.space.full


async def test_a_body_over_the_bound_does_not_mean_the_store_is_full(tmp_path: Path) -> None:
    async with parts(tmp_path, bound=8 * MIB) as room:
        assert not await room.space.reserve(room.directory.draft(), 9 * MIB)
        assert not room.space.full
        assert room.health.reason == ""
