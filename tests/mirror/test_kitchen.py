"""Twin of proxy/mirror/kitchen.py: the server's own pictures, made without any publisher."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from proxy.errors import BodyLost, NotDecodable, UnknownPreset
from proxy.mirror.kitchen import Kitchen, kitchen
from proxy.model.body import Blob, Held
from proxy.stores.store import Store
from tests.fakes.pictures import quadrants, saved
from tests.mirror.stock import opened, settings, stock
from tests.stores.makers import files

SOURCE = "http://image.woshipm.com/a.jpg"
LARGE = saved(quadrants(900, 700), "JPEG")


@dataclass(frozen=True, slots=True)
class Scene:
    """A kitchen over a store in ``folder``."""

    folder: Path
    store: Store
    cook: Kitchen


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with (
        opened(tmp_path) as store,
        kitchen(settings(tmp_path), store=store, processes=1) as cook,
    ):
        yield Scene(tmp_path, store, cook)


@pytest.mark.slow
async def test_a_picture_is_made_once_and_kept(scene: Scene) -> None:
    original = await stock(scene.store, SOURCE, LARGE)
    assert await scene.cook.kept(original, "thumbnail", "image/webp") is None
    made = await scene.cook.picture(original, "thumbnail", "image/webp")
    assert (made.media_type, made.facts and made.facts.upright) == ("image/webp", (400, 300))
    kept = await scene.cook.kept(original, "thumbnail", "image/webp")
    assert isinstance(made.body, Held), "it is answered from what was made, not from the disk"
    assert kept == replace(made, body=Blob(made.body.digest, made.body.length))
    assert await scene.cook.picture(original, "thumbnail", "image/webp") == kept
    assert (await scene.cook.picture(original, "thumbnail", "")).media_type == "image/jpeg"


async def test_an_original_that_fits_stands_in(scene: Scene) -> None:
    original = await stock(scene.store, SOURCE, saved(quadrants(400, 300), "JPEG"))
    assert await scene.cook.kept(original, "thumbnail", "") is original
    assert await scene.cook.picture(original, "thumbnail", "") is original


async def test_what_cannot_be_made_is_raised(scene: Scene) -> None:
    original = await stock(scene.store, SOURCE, b"no picture")
    with pytest.raises(NotDecodable):
        await scene.cook.kept(original, "thumbnail", "")
    with pytest.raises(UnknownPreset, match="'other' is unknown; known: thumbnail, headimg"):
        await scene.cook.picture(original, "other", "")
    assert scene.cook.presets == ("thumbnail", "headimg")


@pytest.mark.slow
async def test_a_lost_original_is_not_asked_for_again(scene: Scene) -> None:
    original = await stock(scene.store, SOURCE, LARGE)
    assert isinstance(original.body, Blob)
    (blob,) = (path for path in files(scene.folder) if path.name == original.body.digest)
    blob.unlink()
    with pytest.raises(BodyLost):
        await scene.cook.picture(original, "thumbnail", "")
