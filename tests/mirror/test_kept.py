"""Twin of proxy/mirror/kept.py: a real store, real pictures, real workers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from proxy.mirror.kept import Kept, kept
from proxy.stores.store import Store
from tests.fakes.pictures import oriented, quadrants, saved
from tests.mirror.stock import opened, settings, stock

A, B, C, NONE = (f"http://image.woshipm.com/{name}" for name in ("a.jpg", "b", "c.mp4", "d.jpg"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path) as found:
        await stock(found, A, oriented("JPEG", 6, 900, 700))
        await stock(found, B, saved(quadrants(), "PNG"))
        await stock(found, C, b"no picture")
        yield found


async def test_what_was_learned_is_known(store: Store, tmp_path: Path) -> None:
    async with kept(settings(tmp_path), store) as shelf:
        assert shelf.facts_of(A) is None
        await shelf.learn([(A, ""), (NONE, ""), (C, "thumbnail")])
        facts = shelf.facts_of(A)
        assert facts is not None
        assert facts.upright == (900, 700)
        known = (shelf.facts_of(NONE), shelf.facts_of(C), shelf.info_of(A), shelf.place_of(A, ""))
        assert known == (None,) * 4


@pytest.mark.slow
async def test_places_are_those_of_an_export(store: Store, tmp_path: Path) -> None:
    async with kept(settings(tmp_path), store, places=True) as shelf:
        await shelf.learn(
            [(A, ""), (A, "thumbnail"), (B, ""), (C, ""), (C, "thumbnail"), (NONE, "")]
        )
        assert places(shelf) == {
            (A, ""): "image.woshipm.com/a.jpg",
            (A, "thumbnail"): "image.woshipm.com/a.jpg.thumbnail.jpg",
            (A, "headimg"): None,
            (C, ""): "image.woshipm.com/c.mp4",
            (C, "thumbnail"): None,
            (NONE, ""): None,
        }
        assert (shelf.place_of(B, "") or "").endswith(".png")


def places(shelf: Kept) -> dict[tuple[str, str], str | None]:
    pairs = [(A, ""), (A, "thumbnail"), (A, "headimg"), (C, ""), (C, "thumbnail"), (NONE, "")]
    return {pair: shelf.place_of(*pair) for pair in pairs}


@pytest.mark.slow
async def test_what_info_tells_is_looked_at_without_asking_anybody(
    store: Store, tmp_path: Path
) -> None:
    async with kept(settings(tmp_path), store, info=True) as shelf:
        await shelf.learn([(B, ""), (C, ""), (B, "thumbnail"), (NONE, "")])
        told = shelf.info_of(B)
        assert told is not None
        assert (told["width"], told["height"], told["alpha"]) == (64, 48, False)
        assert shelf.info_of(C) is None
