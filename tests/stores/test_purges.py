"""A purge on disk: what goes, what stays, who hears of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from proxy.errors import StoreUnavailable
from proxy.model.purge import EVERYTHING, Purged, Scope, Selector
from proxy.stores.purges import KEPT_S, DiskPurges
from tests.stores.makers import blob_of, body, entry
from tests.stores.rooms import Parts, parts

A = Selector(Scope.SOURCE, entry("a").source)


def purges(room: Parts) -> DiskPurges:
    return DiskPurges(
        index=room.index,
        writer=room.writer,
        directory=room.directory,
        counter=room.counter,
        pins=room.pins,
        now=room.clock,
    )


async def test_every_process_hears_once(tmp_path: Path) -> None:
    async with parts(tmp_path) as one, parts(tmp_path) as two:
        here, there = purges(one), purges(two)
        assert here.news() == there.news() == ()
        await here.purge(A)
        assert there.news() == (A,)
        assert there.news() == ()
        await there.purge(EVERYTHING)
        assert here.news() == (A, EVERYTHING)
        assert here.seen == there.seen + 1 == 2
        assert there.news() == (EVERYTHING,)


async def test_a_body_goes_with_the_last_that_names_it(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        shared, own = await room.put(body(1)), await room.put(body(2))
        await room.index.put(entry("a", blob_of(body(1))))
        await room.index.put(replace(entry("a2", blob_of(body(2))), source=A.value))
        await room.index.put(entry("b", blob_of(body(1))))
        assert await purges(room).purge(A) == Purged(originals=2)
        assert room.blob(shared).exists()
        assert not room.blob(own).exists()


async def test_who_slept_past_the_trimmed_forgets_everything(tmp_path: Path) -> None:
    async with parts(tmp_path) as one, parts(tmp_path) as two:
        here, there = purges(one), purges(two)
        await here.purge(A)
        one.clock.at += KEPT_S + 1
        await here.tend()
        assert there.news() == (EVERYTHING,)
        assert there.news() == ()
        assert there.covers(entry("other"), 0)
        assert not there.covers(entry("a"), 1)


async def test_a_purge_that_fails_purges_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with parts(tmp_path) as room:
        await room.index.put(entry("a"))

        def failing(*_: object) -> None:
            raise OSError(5, "the test says so")

        monkeypatch.setattr(room.pins, "remove", failing)
        with pytest.raises(StoreUnavailable):
            await purges(room).purge(A)
        assert room.index.get("a") == entry("a")


async def test_a_counter_that_moved_in_vain_is_settled(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        here = purges(room)
        room.counter.raise_to(7)  # whoever did was killed before the commit
        assert here.news() == ()
        assert here._settled == 0
        await here.tend()
        assert here.news() == ()
        assert here._settled == 7
        assert here.seen == 0
        await here.purge(A)
        assert here.news() == (A,)
        assert here.seen == 8


async def test_a_lost_index_forgets_no_purge(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        here = purges(room)
        began = here.seen
        await here.purge(A)
        room.directory.index.unlink()
        await room.ask("SELECT 1")
        assert await room.index.put(entry("a"), began=began) is None
        await room.index.renew()
        here.news()
        assert await room.index.put(entry("a"), began=here.seen) is not None


async def test_while_the_index_cannot_be_asked_nothing_from_before_is_kept(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        here = purges(room)
        assert not here.covers(entry("a"), 0)
        await here.purge(A)
        room.index.close()
        assert here.news() == ()
        assert here.covers(entry("b"), 0)
