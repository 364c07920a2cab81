"""How an original is had: what is asked of the origin, what stands in for it, what is shared."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from proxy.cache.keys import original_key
from proxy.errors import (
    HostNotAllowed,
    NotStored,
    OriginStatus,
    OriginTimeout,
    OriginUnreachable,
)
from proxy.model.body import Blob
from proxy.model.headers import Headers
from proxy.model.outcome import Outcome
from tests.fakes.raw_origin import Answer, End, answer, raw_origin
from tests.flow.rig import (
    ETAG,
    HTML,
    JPEG,
    MINUTE,
    OTHER_PNG,
    PLACEHOLDER,
    PNG,
    blobs,
    closes,
    confirms,
    fields,
    left_over,
    redirects,
    rig,
    says,
    scene,
    turns,
)
from tests.stores.makers import put

AT_ONCE = {"cache": {"stale_wait": "0s"}}
NO_MEMORY = {"cache": {"memory": "0 B"}}  # where it is, what the disk loses is not lost
OK = says(PNG, ETAG, MINUTE)
FORBIDS = [
    pytest.param("must-revalidate", id="must-revalidate"),
    pytest.param("proxy-revalidate", id="proxy-revalidate"),
    pytest.param("s-maxage=60", id="s-maxage"),
]


# What is asked of the origin.


async def test_a_fresh_hit_asks_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path, OK) as (parts, origin):
        first = await parts.obtain()
        parts.now.at += 59.5
        second = await parts.obtain()
        assert first.outcome == Outcome(fwd="uri-miss", fwd_status=200, stored=True, ttl=60)
        assert second.outcome == Outcome(hit=True, ttl=0)
        assert await parts.bytes_of(second.entry) == PNG
        assert len(origin.requests) == 1
    assert parts.meter.asks == ["ok"]


async def test_an_expired_copy_is_validated_and_a_304_renews_it(tmp_path: Path) -> None:
    dated = "Last-Modified: Wed, 17 Nov 2021 00:00:00 GMT"
    whole = says(PNG, ETAG, dated, "Cache-Control: max-age=60, must-revalidate")
    again = confirms(ETAG, "Cache-Control: max-age=120, must-revalidate")
    async with scene(tmp_path, whole, again) as (parts, origin):
        await parts.obtain()
        parts.now.at += 61
        renewed = await parts.obtain()
        assert b'If-None-Match: "one"' in origin.requests[1]
        assert b"If-Modified-Since: Wed, 17 Nov 2021 00:00:00 GMT" in origin.requests[1]
        assert renewed.outcome == Outcome(fwd="stale", fwd_status=304, stored=True, ttl=120)
        assert await parts.bytes_of(renewed.entry) == PNG
        parts.now.at += 119
        assert (await parts.obtain()).outcome.hit
        assert len(origin.requests) == 2
    assert parts.meter.asks == ["ok", "not-modified"]


async def test_a_304_for_another_tag_is_asked_again_without_conditions(tmp_path: Path) -> None:
    settings = {"fetch": {"redirects": 0}}  # the second ask is no redirect
    answers = (OK, confirms('ETag: "two"'), says(OTHER_PNG, 'ETag: "two"'))
    async with scene(tmp_path, *answers, more=settings) as (parts, origin):
        await parts.obtain()
        renewed = await parts.obtain(Cache_Control="no-cache")
        assert b"If-None-Match" not in origin.requests[2]
        assert (renewed.outcome.fwd, renewed.outcome.fwd_status) == ("request", 200)
        assert await parts.held_bytes() == OTHER_PNG


async def test_a_reload_validates_a_fresh_copy(tmp_path: Path) -> None:
    async with scene(tmp_path, OK, confirms(ETAG)) as (parts, _):
        await parts.obtain()
        outcome = (await parts.obtain(Cache_Control="no-cache")).outcome
        assert outcome == Outcome(fwd="request", fwd_status=304, stored=True, ttl=60)


async def test_a_stale_copy_answers_at_once_and_is_renewed_once(tmp_path: Path) -> None:
    gate = asyncio.Event()
    answers = (OK, says(OTHER_PNG, 'ETag: "two"', MINUTE, gate=gate))
    async with scene(tmp_path, *answers, more=AT_ONCE) as (parts, origin):
        await parts.obtain()
        parts.now.at += 61
        origin.asked.clear()
        for _ in range(50):
            found = await parts.obtain()
            assert found.outcome == Outcome(hit=True, ttl=-1, detail="revalidating")
            assert await parts.bytes_of(found.entry) == PNG
        await origin.asked.wait()
        gate.set()
        await parts.tasks.close(timeout_s=5)
        assert len(origin.requests) == 2
        assert b'If-None-Match: "one"' in origin.requests[1]
        assert (await parts.obtain()).outcome == Outcome(hit=True, ttl=60)
        assert await parts.held_bytes() == OTHER_PNG


async def test_renewing_in_the_background_asks_once_even_for_what_is_not_shared(
    tmp_path: Path,
) -> None:
    first = says(PNG, "Cache-Control: max-age=60, stale-while-revalidate=60")
    async with scene(tmp_path, first, says(PNG, "Cache-Control: no-store")) as (parts, origin):
        await parts.obtain()
        parts.now.at += 61
        for _ in range(50):
            await parts.obtain()
        await parts.tasks.close(timeout_s=5)
        assert len(origin.requests) == 2


async def test_only_if_cached_asks_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path, OK) as (parts, origin):
        with pytest.raises(NotStored):
            await parts.obtain(Cache_Control="only-if-cached")
        assert not origin.requests
        await parts.obtain()
        assert (await parts.obtain(Cache_Control="only-if-cached")).outcome.hit
        assert len(origin.requests) == 1


# What stands in for an origin that fails, refuses or lies.

WORSE = [
    pytest.param(says(HTML, "Content-Type: image/png", status=500), "origin-status", id="500"),
    pytest.param(says(OTHER_PNG, status=500), "origin-status", id="500 with a picture"),
    pytest.param(says(HTML, status=403), "origin-status", id="403"),
    pytest.param(says(HTML, status=404), "gone", id="404"),
    pytest.param(says(OTHER_PNG, MINUTE, status=404), "gone", id="404 with a picture"),
    pytest.param(says(b"", status=410), "gone", id="410"),
    pytest.param(says(HTML, "Content-Type: text/html"), "not-served-type", id="a page with 200"),
    pytest.param(says(b"", "Content-Type: image/png"), "not-served-type", id="an empty body"),
    pytest.param(says(b"", status=204), "not-served-type", id="204"),
    pytest.param(says(PLACEHOLDER, MINUTE), "origin-refused", id="a placeholder with 200"),
    pytest.param(says(OTHER_PNG, MINUTE, status=300), "not-served-type", id="300 with a picture"),
    pytest.param(says(OTHER_PNG[:-20], MINUTE), "origin-truncated", id="a cut picture"),
    pytest.param(closes(OTHER_PNG[:-20], MINUTE), "origin-truncated", id="cut by the connection"),
    pytest.param(
        answer(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n" + PNG, end=End.CLOSE),
        "origin-truncated",
        id="a broken frame",
    ),
    pytest.param(redirects("http://evil.example/"), "host-not-allowed", id="a forbidden redirect"),
    pytest.param(redirects("http://self.woshipm.com/"), "loop-detected", id="a loop"),
    pytest.param(answer(b"HTTP/1.1 200 OK\r\nX\r\n\r\n"), "origin-protocol", id="no HTTP"),
    pytest.param(answer(end=End.RESET), "origin-unreachable", id="a reset"),
]


@pytest.mark.parametrize(("worse", "detail"), WORSE)
async def test_a_copy_stands_in_for(tmp_path: Path, worse: Answer, detail: str) -> None:
    async with scene(tmp_path, OK, worse, backend="disk") as (parts, origin):
        await parts.obtain()
        good = await parts.held()
        parts.now.at += 61
        found = await parts.obtain(Cache_Control="no-cache")
        assert len(origin.requests) >= 2
        assert found.outcome == Outcome(hit=True, ttl=-1, detail=detail)
        assert found.entry == good == await parts.held()
        assert await parts.held_bytes() == PNG
        assert not left_over(tmp_path)


async def test_a_copy_stands_in_for_an_origin_that_is_gone(tmp_path: Path) -> None:
    async with raw_origin(OK) as origin, rig(tmp_path, origin.port, backend="disk") as before:
        await before.obtain()
    async with rig(tmp_path, 1, backend="disk") as after:  # a restart, and nobody at that port
        after.now.at += 61
        found = await after.obtain(Cache_Control="no-cache")
        assert found.outcome == Outcome(hit=True, ttl=-1, detail="origin-unreachable")
        assert await after.bytes_of(found.entry) == PNG
        with pytest.raises(OriginUnreachable):
            await after.obtain("/b.png")


async def test_a_copy_stands_in_for_an_origin_that_says_nothing(tmp_path: Path) -> None:
    silent = says(gate=asyncio.Event())
    settings = {"fetch": {"first_byte": "20ms", "total": "50ms"}}
    async with scene(tmp_path, OK, silent, more=settings) as (parts, _):
        await parts.obtain()
        found = await parts.obtain(Cache_Control="no-cache")
        assert found.outcome == Outcome(hit=True, ttl=60, detail="origin-timeout")
    assert parts.meter.asks == ["ok", "origin-timeout"]


@pytest.mark.parametrize("directive", FORBIDS)
async def test_no_copy_stands_in_where_that_is_forbidden(tmp_path: Path, directive: str) -> None:
    strict = says(PNG, f"Cache-Control: max-age=60, {directive}")
    async with scene(tmp_path, strict, says(HTML, status=503)) as (parts, _):
        await parts.obtain()
        parts.now.at += 61
        with pytest.raises(OriginStatus) as caught:
            await parts.obtain()
        assert caught.value.status == 503
        assert await parts.held_bytes() == PNG


async def test_no_cache_is_validated_every_time_and_never_stands_in(tmp_path: Path) -> None:
    no_cache = says(PNG, ETAG, "Cache-Control: no-cache")
    answers = (no_cache, confirms(ETAG), says(HTML, status=503))
    async with scene(tmp_path, *answers) as (parts, origin):
        await parts.obtain()
        assert (await parts.obtain()).outcome.fwd_status == 304
        with pytest.raises(OriginStatus):
            await parts.obtain()
        assert len(origin.requests) == 3


@pytest.mark.parametrize(
    ("worse", "body"),
    [
        pytest.param(says(OTHER_PNG, MINUTE, status=500), OTHER_PNG, id="500 with a picture"),
        pytest.param(says(OTHER_PNG[:-20], MINUTE), OTHER_PNG[:-20], id="a cut picture"),
        pytest.param(says(b"", MINUTE, status=204), None, id="204"),
    ],
)
async def test_where_no_copy_may_stand_in_the_answer_is_relayed_and_the_copy_kept(
    tmp_path: Path, worse: Answer, body: bytes | None
) -> None:
    strict = says(PNG, "Cache-Control: max-age=60, must-revalidate")
    async with scene(tmp_path, strict, worse) as (parts, _):
        await parts.obtain()
        parts.now.at += 61
        found = await parts.obtain()
        assert (await parts.bytes_of(found.entry), found.outcome.stored) == (body, False)
        assert await parts.held_bytes() == PNG


async def test_without_a_copy_the_failure_is_told(tmp_path: Path) -> None:
    async with scene(tmp_path, redirects("http://evil.example/a.png")) as (parts, _):
        with pytest.raises(HostNotAllowed):
            await parts.obtain()
    assert parts.meter.asks == ["host-not-allowed"]


# What is shared, and with whom.


async def test_five_hundred_asks_are_one_fetch(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with scene(tmp_path, says(JPEG, MINUTE, gate=gate)) as (parts, origin):
        asks = [asyncio.ensure_future(parts.obtain()) for _ in range(500)]
        await origin.asked.wait()
        gate.set()
        found = await asyncio.gather(*asks)
        assert len(origin.requests) == 1
        assert sum(one.outcome.collapsed for one in found) == 499
        assert {await parts.bytes_of(one.entry) for one in found} == {JPEG}


@pytest.mark.parametrize("directive", ["no-store", "private", "private, max-age=60"])
async def test_what_belongs_to_one_is_neither_kept_nor_shared(
    tmp_path: Path, directive: str
) -> None:
    gate = asyncio.Event()
    own = says(PNG, f"Cache-Control: {directive}", gate=gate)
    async with scene(tmp_path, own) as (parts, origin):
        asks = [asyncio.ensure_future(parts.obtain()) for _ in range(5)]
        await origin.asked.wait()
        gate.set()
        found = await asyncio.gather(*asks)
        assert len(origin.requests) == 5
        assert not any(one.outcome.collapsed or one.outcome.stored for one in found)
        assert await parts.bytes_of(found[4].entry) == PNG
        assert await parts.held() is None
        assert parts.store.recall(found[0].entry.key) is None


async def test_those_who_are_not_given_anothers_answer_ask_side_by_side(tmp_path: Path) -> None:
    gate, own = asyncio.Event(), "Cache-Control: no-store"
    answers = (says(PNG, own), says(PNG, own, gate=gate))
    async with scene(tmp_path, *answers) as (parts, origin):
        asks = [asyncio.ensure_future(parts.obtain()) for _ in range(5)]
        async with asyncio.timeout(5):
            while len(origin.requests) < 5:  # the last four are all waiting at the gate
                origin.asked.clear()
                await origin.asked.wait()
        gate.set()
        await asyncio.gather(*asks)


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(says(OTHER_PNG, "Cache-Control: no-store"), id="a new picture"),
        pytest.param(confirms("Cache-Control: private"), id="a 304"),
    ],
)
async def test_a_copy_goes_when_its_origin_forbids_to_keep_it(tmp_path: Path, last: Answer) -> None:
    async with scene(tmp_path, OK, last) as (parts, _):
        await parts.obtain()
        found = await parts.obtain(Cache_Control="no-cache")
        assert not found.outcome.stored
        assert await parts.held() is None


async def test_a_clients_no_store_keeps_nothing_and_takes_nothing(tmp_path: Path) -> None:
    async with scene(tmp_path, OK, OK, says(OTHER_PNG, MINUTE)) as (parts, _):
        assert not (await parts.obtain(Cache_Control="no-store")).outcome.stored
        assert await parts.held() is None
        await parts.obtain()
        await parts.obtain(Cache_Control="no-store, no-cache")
        assert await parts.held_bytes() == PNG


async def test_a_failure_fails_all_who_wait_once_and_the_next_ask_tries_again(
    tmp_path: Path,
) -> None:
    gate = asyncio.Event()
    async with scene(tmp_path, says(HTML, status=404, gate=gate), OK) as (parts, origin):
        asks = [asyncio.ensure_future(parts.obtain()) for _ in range(20)]
        await origin.asked.wait()
        gate.set()
        failed = await asyncio.gather(*asks, return_exceptions=True)
        assert all(isinstance(one, OriginStatus) and one.status == 404 for one in failed)
        assert len(origin.requests) == 1
        assert (await parts.obtain()).outcome.stored


async def test_the_first_clients_leaving_hurts_nobody(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with scene(tmp_path, says(PNG, MINUTE, gate=gate)) as (parts, origin):
        first = asyncio.ensure_future(parts.obtain())
        await origin.asked.wait()
        second = asyncio.ensure_future(parts.obtain())
        await turns()
        first.cancel()
        await turns()
        gate.set()
        assert (await second).outcome.collapsed
        assert first.cancelled()
        assert len(origin.requests) == 1


async def test_a_fetch_that_everybody_left_is_kept_all_the_same(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with scene(tmp_path, says(PNG, MINUTE, gate=gate)) as (parts, origin):
        only = asyncio.ensure_future(parts.obtain())
        await origin.asked.wait()
        only.cancel()
        gate.set()
        await parts.tasks.close(timeout_s=5)
        assert await parts.held_bytes() == PNG


async def test_two_processes_are_one_fetch_even_where_the_first_is_slow(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with AsyncExitStack() as stack:
        origin = await stack.enter_async_context(raw_origin(says(PNG, MINUTE, gate=gate)))
        one, two = [
            await stack.enter_async_context(rig(tmp_path, origin.port, backend="disk"))
            for _ in range(2)
        ]
        first = asyncio.ensure_future(one.obtain())
        await origin.asked.wait()
        second = asyncio.ensure_future(two.obtain())
        await turns()
        gate.set()
        assert (await first).outcome.fwd == "uri-miss"
        assert (await second).outcome == Outcome(hit=True, ttl=60)
        assert await two.bytes_of((await second).entry) == PNG
        assert len(origin.requests) == 1
        assert (one.meter.asks, two.meter.asks) == (["ok"], [])


async def test_a_copy_that_came_while_we_waited_stands_in_too(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        answers = (says(PNG, MINUTE), says(HTML, status=503))
        origin = await stack.enter_async_context(raw_origin(*answers))
        one, two = [
            await stack.enter_async_context(rig(tmp_path, origin.port, backend="disk"))
            for _ in range(2)
        ]
        two.now.at += 61
        async with one.store.claim(original_key(one.permit().order.source)):
            waiting = asyncio.ensure_future(two.obtain())
            await turns()
            await one.intake.ask(one.permit(), None, conditions=Headers(), asked=Headers())
        assert (await waiting).outcome == Outcome(hit=True, ttl=-1, detail="origin-status")
        assert len(origin.requests) == 2


@pytest.mark.slow
async def test_the_total_deadline_counts_the_wait_for_another_process(tmp_path: Path) -> None:
    settings = {"fetch": {"total": "500ms"}}  # what one ask may take on a busy machine
    async with scene(tmp_path, OK, backend="disk", more=settings) as (parts, origin):
        key = original_key(parts.permit().order.source)
        async with parts.store.claim(key):
            with pytest.raises(OriginTimeout, match=r"over fetch\.total, 0\.5 s"):
                await parts.obtain()
        assert not origin.requests
        assert (await parts.obtain()).outcome.stored


# A body that was lost.


async def test_a_lost_body_is_fetched_whole_and_no_copy_stands_in(tmp_path: Path) -> None:
    answers = OK, says(HTML, status=503), OK
    async with scene(tmp_path, *answers, backend="disk", more=NO_MEMORY) as (parts, origin):
        found = await parts.obtain()
        for blob in blobs(tmp_path):
            blob.write_bytes(b"damaged")
        with pytest.raises(OriginStatus):  # no copy stands in: its body is what is missing
            await parts.originals.obtain_whole(parts.permit(), fields())
        again = await parts.originals.obtain_whole(parts.permit(), fields())
        assert b"If-None-Match" not in origin.requests[2]
        assert (again.outcome.hit, again.outcome.stored) == (False, True)
        assert await parts.bytes_of(again.entry) == PNG
        assert again.entry.body == found.entry.body


async def test_a_lost_body_is_not_waited_for_in_an_ask_that_cannot_bring_it(
    tmp_path: Path,
) -> None:
    gate = asyncio.Event()
    confirmed = answer(b"HTTP/1.1 304 Not Modified\r\n\r\n", gate=gate)
    answers = OK, confirmed, OK
    async with scene(tmp_path, *answers, backend="disk", more=NO_MEMORY) as (parts, origin):
        found = await parts.obtain()
        await put(parts.store, "p-made", OTHER_PNG, parent=found.entry.key)  # its row will stay
        assert isinstance(found.entry.body, Blob)
        next(path for path in blobs(tmp_path) if path.name == found.entry.body.digest).unlink()
        parts.now.at += 61
        origin.asked.clear()
        assert (await parts.obtain()).outcome.detail == "revalidating"
        await origin.asked.wait()
        whole = asyncio.ensure_future(parts.originals.obtain_whole(parts.permit(), fields()))
        await turns()
        gate.set()
        again = await whole
        assert again.outcome == Outcome(fwd="miss", fwd_status=200, stored=True, ttl=60)
        assert await parts.bytes_of(again.entry) == PNG
        assert len(origin.requests) == 3


async def test_a_whole_body_is_not_fetched_again(tmp_path: Path) -> None:
    async with scene(tmp_path, OK) as (parts, origin):
        await parts.obtain()
        assert (await parts.originals.obtain_whole(parts.permit(), fields())).outcome.hit
        assert len(origin.requests) == 1


async def test_only_if_cached_does_not_fetch_a_lost_body(tmp_path: Path) -> None:
    async with scene(tmp_path, OK, backend="disk", more=NO_MEMORY) as (parts, origin):
        await parts.obtain()
        for blob in blobs(tmp_path):
            blob.unlink()
        with pytest.raises(NotStored):
            await parts.originals.obtain_whole(
                parts.permit(), fields(Cache_Control="only-if-cached")
            )
        assert len(origin.requests) == 1
