"""An answer taken in: what is kept of it, what it leaves behind, however it ends."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from proxy.errors import (
    BodyLost,
    NotServedType,
    OriginTruncated,
    ProxyError,
)
from proxy.images.sniff import sniff
from proxy.model.body import Blob, Held
from proxy.model.purge import Scope, Selector
from tests.fakes.raw_origin import Answer, End, answer
from tests.flow.rig import (
    ETAG,
    HTML,
    JPEG,
    MINUTE,
    OTHER_PNG,
    PNG,
    ask,
    blobs,
    closes,
    left_over,
    says,
    scene,
    until,
)
from tests.stores.rooms import failing

WHOLE = says(PNG, ETAG, MINUTE)
LARGE = JPEG + b"surplus " * (5 << 17)  # 5 MB: bytes after a picture's end are allowed


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4">%s<rect width="4"/></svg>'
AS_SVG = "Content-Type: image/svg+xml"


async def test_an_svg_is_kept_without_what_runs(tmp_path: Path) -> None:
    said = says(SVG % b"<desc>a</desc>", AS_SVG, MINUTE, ETAG)
    async with scene(tmp_path, said, backend="disk") as (parts, _):
        taken = await ask(parts)
        assert (taken.entry.media_type, taken.stored) == ("image/svg+xml", True)
        kept = await parts.held_bytes()
        assert kept is not None
        assert b"<rect" in kept
        assert taken.entry.facts == sniff(kept)
        assert not left_over(tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(SVG % b"<script>steal()</script>", id="a script"),
        pytest.param(b"\xef\xbb\xbf" + SVG % b"<script>steal()</script>", id="behind a mark"),
        pytest.param((SVG % b"<script>x</script>").decode().encode("utf-16"), id="in UTF-16"),
        pytest.param(SVG % b"<rect onload='steal()'/>", id="a handler"),
        pytest.param((SVG % b"<script>steal()</script>")[:-6], id="cut short"),
    ],
)
@pytest.mark.parametrize("declared", [AS_SVG, "Content-Type: image/png"])
async def test_what_runs_in_an_svg_is_never_served(
    tmp_path: Path, said: bytes, declared: str
) -> None:
    async with scene(tmp_path, says(said, declared, MINUTE), backend="disk") as (parts, _):
        try:
            await ask(parts)
        except NotServedType:
            assert await parts.held() is None
        else:
            kept = await parts.held_bytes()
            assert kept is not None
            assert b"script" not in kept
            assert b"onload" not in kept
        assert not left_over(tmp_path)


async def test_204_has_no_body_and_is_kept(tmp_path: Path) -> None:
    async with scene(tmp_path, answer(b"HTTP/1.1 204 No Content\r\n\r\n")) as (parts, _):
        entry = (await ask(parts)).entry
        assert (entry.head.status, entry.body, entry.media_type) == (204, None, "")
        assert await parts.held() == entry


async def test_a_good_answer_replaces_a_bad_copy(tmp_path: Path) -> None:
    bad = says(OTHER_PNG, MINUTE, status=404)
    async with scene(tmp_path, bad, bad, WHOLE) as (parts, _):
        held = (await ask(parts)).entry
        assert (await ask(parts, held)).stored  # an error may take an error's place
        assert (await ask(parts, held)).stored
        assert await parts.held_bytes() == PNG


async def test_what_acts_on_our_domain_is_not_kept(tmp_path: Path) -> None:
    async with scene(tmp_path, says(PNG, "Set-Cookie: a=b", "Age: 7", ETAG)) as (parts, _):
        entry = (await ask(parts)).entry
        assert [name for name, _ in entry.head.headers] == ["Content-Length", "ETag"]
        assert entry.times.age_s == 7


@pytest.mark.parametrize("purged", [False, True])
async def test_a_small_body_is_remembered_unless_it_was_purged_meanwhile(
    tmp_path: Path, *, purged: bool
) -> None:
    gate = asyncio.Event()
    async with scene(tmp_path, says(PNG, MINUTE, gate=gate), backend="disk") as (parts, origin):
        asking = asyncio.ensure_future(parts.obtain())
        await origin.asked.wait()
        if purged:
            await parts.store.purge(Selector(Scope.ALL))
        gate.set()
        found = await asking
        for blob in blobs(tmp_path):
            blob.unlink()
        assert found.outcome.stored is not purged
        assert await parts.bytes_of(found.entry) == (None if purged else PNG)


# Bodies: large, too large, lost, left in the middle.


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["disk", "memory"])
async def test_five_megabytes_go_all_the_way(tmp_path: Path, backend: str) -> None:
    async with scene(tmp_path, says(LARGE, MINUTE), backend=backend) as (parts, _):
        taken = await ask(parts)
        assert isinstance(taken.entry.body, Blob)
        assert await parts.held_bytes() == LARGE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "failure"),
    [
        pytest.param(says(HTML + bytes(2 << 20)), NotServedType, id="a large page"),
        pytest.param(closes(LARGE[: len(JPEG) - 9]), OriginTruncated, id="a cut picture"),
        pytest.param(
            answer(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", LARGE, end=End.CLOSE),
            OriginTruncated,
            id="a broken frame",
        ),
    ],
)
async def test_a_large_body_that_is_refused_leaves_nothing_behind(
    tmp_path: Path, said: Answer, failure: type[ProxyError]
) -> None:
    async with scene(tmp_path, said, backend="disk") as (parts, _):
        with pytest.raises(failure):
            await ask(parts)
        assert not left_over(tmp_path)
        await parts.store.tend()
        assert parts.store.state().originals == 0


@pytest.mark.slow
async def test_a_large_body_that_is_not_kept_is_answered_whole(tmp_path: Path) -> None:
    said = says(LARGE, "Cache-Control: no-store")
    async with scene(tmp_path, said, backend="disk") as (parts, _):
        taken = await ask(parts)
        assert isinstance(taken.entry.body, Held)
        assert taken.entry.body.data == LARGE
        assert not left_over(tmp_path)


async def test_a_cancelled_ask_leaves_no_draft_and_no_claim(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"
    half = answer(head + LARGE[:600_000], b"", gate=asyncio.Event())
    async with scene(tmp_path, half, WHOLE, backend="disk") as (parts, origin):
        only = asyncio.ensure_future(parts.obtain())
        await origin.asked.wait()
        await until(lambda: bool(left_over(tmp_path)))
        await parts.tasks.close(timeout_s=0)  # the end of the process: no time is left
        with pytest.raises(asyncio.CancelledError):
            await only
        assert not left_over(tmp_path)
        assert parts.meter.asks == ["cancelled"]
        assert (await parts.obtain()).outcome.stored


async def test_a_disk_that_loses_what_came_is_a_lost_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, head = asyncio.Event(), b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"
    large = answer(head + LARGE[:600_000], LARGE[600_000:900_000], gate=gate)
    async with scene(tmp_path, large, WHOLE, backend="disk") as (parts, _):
        asking = asyncio.ensure_future(ask(parts))
        await until(lambda: any(path.stat().st_size for path in left_over(tmp_path)))
        monkeypatch.setattr(os, "pwrite", failing(errno.EIO))
        monkeypatch.setattr(os, "pread", failing(errno.EIO))
        gate.set()
        with pytest.raises(BodyLost):
            await asking
        taken = await ask(parts)  # what comes now stays in memory
        assert isinstance(taken.entry.body, Held)
        assert taken.entry.body.data == PNG


async def test_a_store_that_cannot_be_used_answers_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no folder can be made here")
    async with scene(tmp_path / "file", says(LARGE, MINUTE), backend="disk") as (parts, _):
        taken = await ask(parts)
        assert parts.store.state().degraded
        assert isinstance(taken.entry.body, Held)
        assert (taken.entry.body.data, taken.stored) == (LARGE, False)
