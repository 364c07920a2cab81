"""How a picture is had: planned, looked up, made once, kept where its original may be."""

import asyncio
import errno
import json
import os
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from proxy.cache.keys import original_key
from proxy.errors import BodyLost, MakingTimeout, NotDecodable
from proxy.flow import pictures as room
from proxy.flow.pictures import Pictures, choose
from proxy.images.sniff import sniff
from proxy.images.workers import Workers
from proxy.model.body import Blob, Held
from proxy.model.entry import Entry, Head, Kind
from proxy.model.headers import Headers
from proxy.model.permit import Profile
from proxy.model.transform import Output, Transform
from proxy.stores.drafts import SPOOL_BYTES
from tests.fakes.pictures import saved
from tests.flow.rig import JPEG, PNG, Rig, blobs, fields, left_over, rig
from tests.stores.makers import entry as row
from tests.stores.rooms import failing

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

PROFILE = Profile(user_agent="t", default_ttl=60.0, min_ttl=0.0, max_ttl=60.0)
THUMBNAIL = Transform(width=400, height=300, format=Output.AUTO)
LARGER = Transform(width=4000, height=3000, format=Output.AUTO)
BROKEN = PNG[:60] + bytes(20) + PNG[80:]  # has its end, and no picture before it


def pictures_of(parts: Rig, workers: Workers) -> Pictures:
    return Pictures(
        images=parts.settings.images,
        store=parts.store,
        workers=workers,
        caution=parts.caution,
        tasks=parts.tasks,
        meter=parts.meter,
        now=parts.now,
    )


def kept_of(made: Entry) -> Entry:
    """Return an entry as the store has it: whoever made it still holds the bytes."""
    body = made.body
    return replace(made, body=Blob(body.digest, body.length)) if body is not None else made


async def original(parts: Rig, data: bytes = JPEG, *lines: tuple[str, str]) -> Entry:
    """Keep an original as intake would."""
    draft = await parts.store.begin(len(data))
    await draft.write(data)
    source = parts.permit().order.source
    plain = row(original_key(source), await draft.commit())
    facts = sniff(data)
    kept = replace(plain, source=source.url, head=Head(status=200, headers=Headers(lines)))
    kept = replace(kept, facts=facts, media_type=facts.format.media_type if facts else "image/x")
    await parts.store.keep(kept)
    return kept


async def test_a_picture_is_made_once_and_found_again(tmp_path: Path, workers: Workers) -> None:
    async with rig(tmp_path, 1, backend="disk") as parts:
        pictures, kept = pictures_of(parts, workers), await original(parts)
        asks = [pictures.obtain(kept, THUMBNAIL, Headers(), PROFILE) for _ in range(50)]
        found = await asyncio.gather(*asks)
        assert len({picture.key for picture, _ in found}) == 1
        assert all(made for _, made in found)
        picture, made = await pictures.obtain(kept, THUMBNAIL, Headers(), PROFILE)
        assert (picture, made) == (kept_of(found[0][0]), False)
        data = await parts.bytes_of(picture)
        assert data is not None
        assert Image.open(BytesIO(data)).size == (400, 300)
        assert picture.facts is not None
        assert (picture.facts.width, picture.facts.height) == (400, 300)
        assert (picture.kind, picture.parent) == (Kind.PICTURE, kept.key)
        assert (picture.source, picture.host) == (kept.source, kept.host)
        assert parts.meter.makings == [("jpeg", "ok")]
        assert not left_over(tmp_path)


async def test_each_format_is_a_picture_of_its_own(tmp_path: Path, workers: Workers) -> None:
    async with rig(tmp_path, 1) as parts:
        pictures, kept = pictures_of(parts, workers), await original(parts)
        accepts = ("image/avif", "image/webp", "*/*", "image/webp,image/png;q=0.1")
        found = [
            (await pictures.obtain(kept, THUMBNAIL, fields(Accept=accept), PROFILE))[0]
            for accept in accepts
        ]
        assert [picture.media_type for picture in found] == [
            *("image/avif", "image/webp", "image/jpeg", "image/webp"),
        ]
        assert len({picture.key for picture in found}) == 3
        assert parts.meter.makings == [("avif", "ok"), ("webp", "ok"), ("jpeg", "ok")]


async def test_an_original_that_fits_stands_in_for_its_picture(
    tmp_path: Path, workers: Workers
) -> None:
    async with rig(tmp_path, 1) as parts:
        pictures, kept = pictures_of(parts, workers), await original(parts)
        assert await pictures.obtain(kept, LARGER, Headers(), PROFILE) == (kept, False)
        made, _ = await pictures.obtain(kept, LARGER, fields(Accept="image/webp"), PROFILE)
        assert made.kind is Kind.PICTURE


async def test_a_picture_larger_than_its_original_gives_way(
    tmp_path: Path, workers: Workers
) -> None:
    plain = saved(Image.effect_noise((64, 48), 100).convert("RGB"), "JPEG", quality=5)
    async with rig(tmp_path, 1, backend="disk") as parts:
        pictures, kept = pictures_of(parts, workers), await original(parts, plain)
        before = blobs(tmp_path)
        found, made = await pictures.obtain(kept, LARGER, fields(Accept="image/webp"), PROFILE)
        assert made
        assert found.kind is Kind.PICTURE
        assert (found.media_type, found.facts) == (kept.media_type, kept.facts)
        assert await parts.bytes_of(found) == plain
        assert blobs(tmp_path) == before  # one body, two rows
        again, made = await pictures.obtain(kept, LARGER, fields(Accept="image/webp"), PROFILE)
        assert (again, made) == (found, False)
        asked = replace(LARGER, format=Output.WEBP)  # who names a format gets it
        named, _ = await pictures.obtain(kept, asked, Headers(), PROFILE)
        assert named.media_type == "image/webp"


async def test_what_is_known_of_a_picture_is_looked_at_once(
    tmp_path: Path, workers: Workers
) -> None:
    async with rig(tmp_path, 1) as parts:
        pictures, kept = pictures_of(parts, workers), await original(parts)
        told, made = await pictures.describe(kept, kept, Headers(), PROFILE)
        assert made
        assert (told.media_type, told.facts, told.parent) == ("application/json", None, kept.key)
        data = await parts.bytes_of(told)
        assert data is not None
        assert json.loads(data)["bytes"] == len(JPEG)
        assert await pictures.describe(kept, kept, Headers(), PROFILE) == (kept_of(told), False)
        picture, _ = await pictures.obtain(kept, THUMBNAIL, Headers(), PROFILE)
        smaller, _ = await pictures.describe(kept, picture, Headers(), PROFILE)
        data = await parts.bytes_of(smaller)
        assert data is not None
        assert json.loads(data)["width"] == 400
        assert parts.meter.makings == [("info", "ok"), ("jpeg", "ok"), ("info", "ok")]


async def test_two_processes_make_it_once(tmp_path: Path, workers: Workers) -> None:
    async with rig(tmp_path, 1, backend="disk") as one, rig(tmp_path, 1, backend="disk") as two:
        kept = await original(one)
        found = await asyncio.gather(
            *[
                pictures_of(parts, workers).obtain(kept, THUMBNAIL, Headers(), PROFILE)
                for parts in (one, two)
            ]
        )
        assert kept_of(found[0][0]) == kept_of(found[1][0])
        assert one.meter.makings + two.meter.makings == [("jpeg", "ok")]


async def test_a_picture_of_a_body_in_memory_is_made(tmp_path: Path, workers: Workers) -> None:
    async with rig(tmp_path, 1) as parts:
        held = Held(JPEG, sha256(JPEG).hexdigest())
        kept = replace(await original(parts), body=held)
        picture, made = await pictures_of(parts, workers).obtain(
            kept, THUMBNAIL, Headers(), PROFILE
        )
        assert made
        assert await parts.bytes_of(picture)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        pytest.param("no-store", Headers(), id="no-store"),
        pytest.param("private", Headers(), id="private"),
        pytest.param("max-age=60", fields(Cache_Control="no-store"), id="asked so"),
    ],
)
async def test_what_may_not_be_kept_is_not_kept_in_another_shape(
    tmp_path: Path, workers: Workers, said: str, asked: Headers
) -> None:
    async with rig(tmp_path, 1, backend="disk") as parts:
        kept = await original(parts, JPEG, ("Cache-Control", said))
        before = blobs(tmp_path)
        picture, made = await pictures_of(parts, workers).obtain(kept, THUMBNAIL, asked, PROFILE)
        assert made
        assert isinstance(picture.body, Held)
        assert await parts.store.look_up(picture.key) is None
        assert blobs(tmp_path) == before


async def test_a_disk_that_loses_the_picture_does_not_lose_the_answer(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with rig(tmp_path, 1, backend="disk") as parts:
        kept = await original(parts)
        monkeypatch.setattr(os, "pwrite", failing(errno.ENOSPC))
        pictures = pictures_of(parts, workers)
        picture, _ = await pictures.obtain(kept, THUMBNAIL, Headers(), PROFILE)
        assert isinstance(picture.body, Held)
        assert sniff(picture.body.data) == picture.facts
        assert not left_over(tmp_path)
        assert await pictures.obtain(kept, THUMBNAIL, Headers(), PROFILE) == (picture, False)


async def test_a_disk_that_loses_a_large_picture_does_not_lose_the_answer(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = Image.effect_noise((700, 700), 100)
    async with rig(tmp_path, 1, backend="disk") as parts:
        kept = await original(parts, saved(Image.merge("LA", (noise, noise)), "PNG"))
        monkeypatch.setattr(Path, "rename", failing(errno.EIO))
        monkeypatch.setattr(os, "pread", failing(errno.EIO))
        picture, _ = await pictures_of(parts, workers).obtain(
            kept, Transform(width=600, format=Output.AUTO), Headers(), PROFILE
        )
        assert isinstance(picture.body, Held)
        assert picture.body.length > SPOOL_BYTES
        assert sniff(picture.body.data) == picture.facts


async def test_a_failure_goes_to_all_and_is_tried_again(tmp_path: Path, workers: Workers) -> None:
    async with rig(tmp_path, 1) as parts:
        pictures, kept = pictures_of(parts, workers), await original(parts, BROKEN)
        asks = [
            pictures.obtain(kept, Transform(width=9, format=Output.AUTO), Headers(), PROFILE)
            for _ in range(9)
        ]
        failed = await asyncio.gather(*asks, return_exceptions=True)
        assert all(isinstance(one, NotDecodable) for one in failed)
        with pytest.raises(NotDecodable):
            await pictures.obtain(kept, Transform(width=9, format=Output.AUTO), Headers(), PROFILE)
        assert parts.meter.makings == [("jpeg", "not-decodable")] * 2


async def test_the_first_who_leaves_hurts_nobody(tmp_path: Path, workers: Workers) -> None:
    async with rig(tmp_path, 1) as parts:
        pictures, kept = pictures_of(parts, workers), await original(parts)
        first, second = [
            asyncio.ensure_future(pictures.obtain(kept, THUMBNAIL, Headers(), PROFILE))
            for _ in range(2)
        ]
        await asyncio.sleep(0)
        first.cancel()
        assert (await second)[1]
        assert parts.meter.makings == [("jpeg", "ok")]


@pytest.mark.parametrize(
    "lacking",
    [
        pytest.param({"body": None, "facts": None, "media_type": ""}, id="a body"),
        pytest.param({"facts": None, "media_type": "image/heic"}, id="facts"),
    ],
)
async def test_no_picture_is_made_of_what_lacks(
    tmp_path: Path, workers: Workers, lacking: dict[str, str | None]
) -> None:
    async with rig(tmp_path, 1) as parts:
        kept = await original(parts)
        without = Entry(**{name: getattr(kept, name) for name in Entry.__slots__} | lacking)
        with pytest.raises(NotDecodable):
            await pictures_of(parts, workers).obtain(without, THUMBNAIL, Headers(), PROFILE)


async def test_a_lost_original_is_told_and_its_row_left(tmp_path: Path, workers: Workers) -> None:
    async with rig(tmp_path, 1) as parts:
        kept = replace(await original(parts), body=Blob("0" * 64, 9))
        await parts.store.keep(kept)
        with pytest.raises(BodyLost):
            await pictures_of(parts, workers).obtain(kept, THUMBNAIL, Headers(), PROFILE)
        assert parts.meter.makings == [("jpeg", "body-lost")]


async def test_nobody_waits_for_ever_for_another_process(
    tmp_path: Path, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_WAIT_S", 0.01)
    more = {"images": {"deadline": "10ms"}}
    async with rig(tmp_path, 1, more=more) as parts:
        pictures, kept = pictures_of(parts, workers), await original(parts)
        choice = choose(kept, THUMBNAIL, None, parts.settings.images)
        assert choice is not None
        async with parts.store.claim(choice.key):
            with pytest.raises(MakingTimeout):
                await pictures.obtain(kept, THUMBNAIL, Headers(), PROFILE)
    assert not parts.meter.makings
