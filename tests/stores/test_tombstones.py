"""What was purged stays known, and what was trimmed counts as everything."""

from functools import partial
from pathlib import Path

from proxy.model.purge import Scope, Selector
from proxy.stores import tombstones
from tests.stores.rooms import parts

HOST = Selector(Scope.HOST, "a.example")
SOURCE = Selector(Scope.SOURCE, "http://b.example/1.jpg")


async def test_tombstones_cover_what_began_before_them(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(lambda c: tombstones.add(c, 3, HOST, now=10.0))
        await room.writer.do(lambda c: tombstones.add(c, 5, SOURCE, now=20.0))
        assert await room.writer.do(tombstones.last) == 5
        assert await room.writer.do(lambda c: tombstones.since(c, 3)) == (0, [(5, SOURCE)])
        for source, host, began, verdict in (
            ("http://a.example/", "a.example", 2, True),
            ("http://a.example/", "a.example", 3, False),
            (SOURCE.value, "b.example", 4, True),
            (SOURCE.value + "x", "b.example", 0, False),
        ):
            covered = partial(tombstones.cover, source=source, host=host, began=began)
            found = await room.writer.do(covered)
            assert found is verdict


async def test_trimmed_tombstones_cover_everything_before_them(tmp_path: Path) -> None:
    async with parts(tmp_path) as room:
        await room.writer.do(lambda c: tombstones.add(c, 3, HOST, now=10.0))
        await room.writer.do(lambda c: tombstones.add(c, 5, SOURCE, now=20.0))
        await room.writer.do(lambda c: tombstones.trim(c, before=15.0))
        await room.writer.do(lambda c: tombstones.trim(c, before=15.0))
        assert await room.writer.do(lambda c: tombstones.since(c, 0)) == (3, [(5, SOURCE)])
        assert await room.writer.do(lambda c: tombstones.cover(c, "http://x/", "x", 2))
        assert not await room.writer.do(lambda c: tombstones.cover(c, "http://x/", "x", 3))
        await room.writer.do(lambda c: tombstones.trim(c, before=99.0))
        assert await room.writer.do(tombstones.last) == 5
