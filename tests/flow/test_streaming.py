"""A body shown early: to whom, how far, and what becomes of it when either end leaves."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from hashlib import sha256
from pathlib import Path

import pytest

from proxy import dialects
from proxy.dialects.address import parse_source
from proxy.errors import OriginRefused, OriginTimeout, OriginTruncated, StoreUnavailable
from proxy.flow.streaming import EARLY_LEAST_BYTES, EARLY_START_BYTES, Opening, Stream, may_be_early
from proxy.model.body import Chunks
from proxy.model.headers import Headers
from proxy.model.order import Order
from proxy.model.request import Request
from proxy.settings import Settings
from proxy.stores.store import Store
from tests.fakes.house import HOST
from tests.fakes.pictures import noise, saved
from tests.fakes.raw_origin import Answer, answer
from tests.flow.rig import MINUTE, OTHER, left_over, scene, turns, until
from tests.flow.rig import says as whole
from tests.stores.makers import MIB, Clock, entry, opened
from tests.stores.rooms import failing

BODY = bytes(range(256)) * 4096  # 1 MiB: more than a draft holds in memory
FIRST = 100 << 10
PLAIN, PRESET, INFO = (f"/{path}?http://{HOST}/a" for path in ("", "thumbnail/", "info/"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with opened(tmp_path, disk=8 * MIB, now=Clock()) as store:
        yield store


# To whom.


@pytest.mark.parametrize(
    ("target", "fields", "early"),
    [
        pytest.param(PLAIN, (), True, id="a plain ask"),
        pytest.param(PLAIN, (("Accept", "*/*"), ("Cookie", "a")), True, id="a browser's"),
        pytest.param(PLAIN, (("Prefer", "respond-async"),), True, id="another preference"),
        pytest.param(PRESET, (), False, id="a preset"),
        pytest.param(INFO, (), False, id="what is known of it"),
        pytest.param(PLAIN, (("range", "bytes=0-"),), False, id="a range"),
        pytest.param(PLAIN, (("If-None-Match", "*"),), False, id="a tag"),
        pytest.param(PLAIN, (("If-Modified-Since", "x"),), False, id="a date"),
        pytest.param(PLAIN, (("Prefer", "a, WHOLE"),), False, id="who wants it whole"),
    ],
)
def test_who_may_be_shown_a_body_early(
    target: str, fields: tuple[tuple[str, str], ...], *, early: bool
) -> None:
    order = dialects.read(Request(method="GET", target=target), Settings())
    assert may_be_early(order, Headers(fields)) is early


def test_an_address_that_says_what_to_send_instead_needs_the_whole() -> None:
    source = parse_source(f"http://{HOST}/a")
    assert may_be_early(Order(source=source), Headers())
    assert not may_be_early(Order(source=source, otherwise=source), Headers())


# How far.


async def reading(stream: Stream) -> Chunks:
    stream.begin()
    return await stream.opened()


async def test_all_but_the_last_is_shown_before_the_whole_was_judged(store: Store) -> None:
    draft = await store.begin(len(BODY))
    stream = Stream(draft, len(BODY))
    body = await reading(stream)
    assert body.length == len(BODY)
    with stream:
        await draft.write(BODY[:FIRST])
        stream.grew(BODY[:FIRST])
        assert await anext(body.parts) == BODY[:FIRST]
        last = asyncio.ensure_future(anext(body.parts))
        await draft.write(BODY[FIRST:])
        stream.grew(BODY[FIRST:])
        await turns()
        assert not last.done()
    found = await last
    found += b"".join([part async for part in body.parts])
    assert BODY[:FIRST] + found == BODY
    await draft.abort()


@pytest.mark.parametrize(
    ("raised", "seen"),
    [
        pytest.param(OriginTruncated("cut"), OriginTruncated, id="a cut"),
        pytest.param(OriginRefused("a lie"), OriginRefused, id="a lie"),
        pytest.param(asyncio.CancelledError(), OriginTimeout, id="the end of the fetch"),
        pytest.param(ZeroDivisionError(), OriginTimeout, id="a bug"),
    ],
)
async def test_what_ends_the_fetch_cuts_the_reader_off(
    store: Store, raised: BaseException, seen: type[Exception]
) -> None:
    draft = await store.begin(len(BODY))
    stream = Stream(draft, len(BODY))
    body = await reading(stream)
    with suppress(type(raised)), stream:
        await draft.write(BODY)
        stream.grew(BODY[:FIRST])
        raise raised
    with pytest.raises(seen):  # even of what was shown he has not taken all
        await anext(body.parts)
    await draft.abort()


async def test_who_keeps_up_is_given_what_came_and_nothing_is_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.pread", failing(errno.EIO))
    draft = await store.begin(len(BODY))
    stream = Stream(draft, len(BODY))
    body, found = await reading(stream), b""
    with stream:
        for at in range(0, len(BODY), FIRST):
            chunk = BODY[at : at + FIRST]
            await draft.write(chunk)
            stream.grew(chunk)
            if at + FIRST < len(BODY):
                found += await anext(body.parts)
    found += b"".join([part async for part in body.parts])
    assert found == BODY
    await draft.abort()


async def test_who_falls_behind_and_catches_up_misses_nothing(store: Store) -> None:
    draft = await store.begin(len(BODY))
    stream = Stream(draft, len(BODY))
    body, found = await reading(stream), b""
    with stream:
        for number, at in enumerate(range(0, len(BODY), 50_000)):
            chunk = BODY[at : at + 50_000]
            await draft.write(chunk)
            stream.grew(chunk)
            if number in (0, 3, 4, 8):
                found += await anext(body.parts)
    found += b"".join([part async for part in body.parts])
    assert found == BODY
    await draft.abort()


async def test_a_slow_reader_takes_his_time_when_all_is_over(store: Store) -> None:
    draft = await store.begin(len(BODY))
    stream = Stream(draft, len(BODY))
    body = await reading(stream)
    with stream:
        await draft.write(BODY)
    kept = await draft.commit()
    await store.forget(kept.digest)
    assert b"".join([part async for part in body.parts]) == BODY


async def test_a_disk_that_lost_what_is_read_cuts_the_reader_off(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await store.begin(len(BODY))
    stream = Stream(draft, len(BODY))
    body = await reading(stream)
    with stream:
        await draft.write(BODY)
    monkeypatch.setattr("os.pread", lambda *_: b"")
    with pytest.raises(StoreUnavailable):
        await anext(body.parts)
    await draft.abort()


# The one chance.


def closed(stream: Stream) -> bool:
    following = stream._following
    return following is not None and following.read(0, 1) == b""


async def shown(store: Store) -> tuple[Opening, Stream]:
    draft = await store.begin(len(BODY))
    await draft.write(BODY)
    opening, stream = Opening(), Stream(draft, len(BODY))
    opening.show(entry("a"), stream)
    await draft.abort()  # what was shown outlives it
    return opening, stream


async def test_what_is_shown_first_is_returned(store: Store) -> None:
    opening, stream = await shown(store)
    never = asyncio.ensure_future(asyncio.Event().wait())
    early = await opening.before(never)
    assert early is not None
    assert (early.entry, early.stream) == (entry("a"), stream)
    assert not closed(stream)
    never.cancel()
    stream.leave()


async def test_a_whole_that_is_there_already_is_preferred(store: Store) -> None:
    opening, stream = await shown(store)
    done = asyncio.ensure_future(asyncio.sleep(0))
    await done
    assert await opening.before(done) is None
    assert closed(stream)


async def test_who_leaves_before_anything_was_shown_is_shown_nothing() -> None:
    opening, never = Opening(), asyncio.ensure_future(asyncio.Event().wait())
    waiting = asyncio.ensure_future(opening.before(never))
    await turns()
    waiting.cancel()
    await turns()
    assert waiting.cancelled()
    assert not opening.is_open
    assert not never.done()
    never.cancel()


async def test_who_leaves_when_it_is_shown_lets_go_of_it(store: Store) -> None:
    draft = await store.begin(len(BODY))
    await draft.write(BODY)
    opening, stream = Opening(), Stream(draft, len(BODY))
    never = asyncio.ensure_future(asyncio.Event().wait())
    waiting = asyncio.ensure_future(opening.before(never))
    await turns()
    opening.show(entry("a"), stream)
    waiting.cancel()
    await turns()
    assert waiting.cancelled()
    assert closed(stream)
    await draft.abort()
    never.cancel()


async def test_a_body_that_is_closed_unread_is_let_go_of(store: Store) -> None:
    _, stream = await shown(store)
    async with aclosing((await stream.opened()).parts):
        assert not closed(stream)
    assert closed(stream)


# In the order of the rooms.

PNG = saved(noise(640, 480), "PNG")
NOTICE = saved(noise(640, 478), "PNG")


def says(body: bytes, *lines: str, gate: asyncio.Event) -> Answer:
    head = "\r\n".join(("HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *lines, "", ""))
    return answer(head.encode() + body[:FIRST], body[FIRST:], gate=gate)


def test_the_pictures_are_long_enough() -> None:
    assert min(len(PNG), len(NOTICE)) > EARLY_LEAST_BYTES > FIRST > EARLY_START_BYTES


async def test_a_placeholder_that_was_begun_is_cut_and_the_next_rung_is_kept(
    tmp_path: Path,
) -> None:
    gate = asyncio.Event()
    more = {"access": {"placeholders": [sha256(NOTICE).hexdigest()]}}
    answers = says(NOTICE, MINUTE, gate=gate), whole(PNG, MINUTE)
    async with scene(tmp_path, *answers, more=more, backend="disk") as (parts, origin):
        found = await parts.originals.obtain_early(parts.permit("/a", OTHER), Headers())
        assert found.stream is not None
        body, data = await found.stream.opened(), b""
        gate.set()
        with pytest.raises(OriginRefused):  # noqa: PT012  # somewhere in the body
            async for part in body.parts:
                data += part
        assert NOTICE.startswith(data)
        assert len(data) < len(NOTICE)
        await parts.tasks.close(timeout_s=5)
        held = await parts.held("/a", OTHER)
        assert held is not None
        assert await parts.bytes_of(held) == PNG
        assert len(origin.requests) == 2
    assert parts.meter.asks == ["ok"]


async def test_what_a_fallback_gives_is_held_until_it_is_whole(tmp_path: Path) -> None:
    more = {"origins": {HOST: {"fallbacks": [OTHER]}}}
    answers = whole(b"", status=404), whole(PNG, MINUTE)
    async with scene(tmp_path, *answers, more=more, backend="disk") as (parts, _):
        found = await parts.originals.obtain_early(parts.permit("/a"), Headers())
        assert found.stream is None
        assert found.outcome.detail == "fallback"
        assert await parts.bytes_of(found.entry) == PNG


async def test_the_deadline_of_the_fetch_cuts_the_reader_off(tmp_path: Path) -> None:
    more = {"fetch": {"total": "300ms"}}
    said = says(PNG, MINUTE, gate=asyncio.Event())
    async with scene(tmp_path, said, more=more, backend="disk") as (parts, _):
        found = await parts.originals.obtain_early(parts.permit("/a"), Headers())
        assert found.stream is not None
        body = await found.stream.opened()
        with pytest.raises(OriginTimeout):
            async for _part in body.parts:
                pass
        await until(lambda: parts.meter.asks == ["origin-timeout"])
        assert not left_over(tmp_path)
