"""The corridor whole: a request in, a reply out, through every room but the server's."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from proxy.cache.freshness import Lifetime
from proxy.dialects.address import parse_source
from proxy.dialects.wrapped import sign
from proxy.errors import (
    BadAddress,
    HostNotAllowed,
    LoopDetected,
    NotDecodable,
    OptionsNotAllowed,
    OriginStatus,
    ProxyError,
    UnknownPreset,
)
from proxy.flow.flow import Flow, _bounded
from proxy.flow.pictures import Pictures
from proxy.images.workers import Workers
from proxy.model.body import Chunks, Held
from proxy.model.order import Order
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.model.trace import Trace
from tests.fakes.house import HOST
from tests.fakes.raw_origin import Answer, RawOrigin, answer, raw_origin
from tests.flow.rig import HTML, JPEG, MINUTE, PNG, Rig, blobs, fields, left_over, rig, says

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

ORIGINAL, THUMBNAIL = f"/?http://{HOST}/a.png", f"/thumbnail/?http://{HOST}/a.png"
LARGE = JPEG + b"surplus " * (5 << 17)


@dataclass(frozen=True, slots=True)
class Corridor:
    """A flow, the parts it is made of, and its origin."""

    flow: Flow
    parts: Rig
    origin: RawOrigin

    async def ask(self, target: str = ORIGINAL, method: str = "GET", **asked: str) -> Reply:
        """Ask as a reader does."""
        return (await self.traced(target, method, **asked))[0]

    async def traced(self, target: str, method: str = "GET", **asked: str) -> tuple[Reply, Trace]:
        """Ask, and return what was written down, too."""
        trace = Trace(request_id="1", method=method, target=target, started=0.0)
        request = Request(method=method, target=target, headers=fields(**asked))
        return await self.flow.answer(request, trace), trace

    @property
    def n_asked(self) -> int:
        """Return how often the origin was asked."""
        return len(self.origin.requests)


@asynccontextmanager
async def corridor(
    directory: Path, workers: Workers, *answers: Answer, more: Mapping[str, Any] | None = None
) -> AsyncIterator[Corridor]:
    """Open a flow over a disk and an origin that answers so, in turn."""
    async with (
        raw_origin(*answers) as origin,
        rig(directory, origin.port, backend="disk", more=more) as parts,
    ):
        pictures = Pictures(
            images=parts.settings.images,
            store=parts.store,
            workers=workers,
            caution=parts.caution,
            tasks=parts.tasks,
            meter=parts.meter,
            now=parts.now,
        )
        flow = Flow(
            settings=parts.settings,
            policy=parts.policy,
            store=parts.store,
            originals=parts.originals,
            pictures=pictures,
            now=parts.now,
        )
        yield Corridor(flow, parts, origin)


async def sent(reply: Reply) -> bytes:
    """Return a reply's body."""
    match reply.body:
        case Held(data=data):
            return data
        case Chunks(parts=parts):
            return b"".join([part async for part in parts])
        case _:
            return b""


def size(data: bytes) -> tuple[int, int]:
    return Image.open(BytesIO(data)).size


def status_of(reply: Reply) -> str:
    return reply.headers.get("Cache-Status") or ""


async def test_an_original_then_its_picture_are_one_fetch(tmp_path: Path, workers: Workers) -> None:
    async with corridor(tmp_path, workers, says(JPEG, MINUTE)) as line:
        original, trace = await line.traced(ORIGINAL)
        assert (original.status, await sent(original)) == (200, JPEG)
        assert status_of(original) == "image-proxy; fwd=uri-miss; fwd-status=200; stored; ttl=60"
        assert (trace.host, trace.route, trace.cache) == (HOST, "original", "uri-miss")
        line.parts.now.at += 10
        picture, trace = await line.traced(THUMBNAIL, Accept="image/webp")
        assert size(await sent(picture)) == (400, 300)
        assert status_of(picture) == "image-proxy; hit; ttl=50; detail=made"
        assert (picture.headers.get("Age"), picture.headers.get("Vary")) == ("10", "Accept")
        assert (trace.host, trace.route, trace.cache) == (HOST, "thumbnail", "hit")
        again = await line.ask(THUMBNAIL, Accept="image/webp")
        assert status_of(again) == "image-proxy; hit; ttl=50"
        assert again.body == picture.body
        assert line.n_asked == 1


async def test_five_hundred_first_asks_for_a_picture(tmp_path: Path, workers: Workers) -> None:
    async with corridor(tmp_path, workers, says(JPEG, MINUTE)) as line:
        replies = await asyncio.gather(*[line.ask(THUMBNAIL) for _ in range(500)])
        assert len({await sent(reply) for reply in replies}) == 1
        assert line.n_asked == 1
        assert line.parts.meter.makings == [("jpeg", "ok")]


async def test_a_picture_of_a_stale_original_is_served_at_once(
    tmp_path: Path, workers: Workers
) -> None:
    more = {"cache": {"stale_wait": "0s"}}
    async with corridor(tmp_path, workers, says(JPEG, MINUTE), more=more) as line:
        await line.ask(THUMBNAIL)
        line.parts.now.at += 61
        reply = await line.ask(THUMBNAIL)
        assert status_of(reply) == "image-proxy; hit; ttl=-1; detail=revalidating"


# What was lost on disk.


async def test_a_lost_body_is_fetched_within_the_same_ask(tmp_path: Path, workers: Workers) -> None:
    more = {"cache": {"dir": str(tmp_path), "memory": "0 B"}}
    async with corridor(tmp_path, workers, says(PNG, MINUTE), more=more) as line:
        await line.ask()
        for blob in blobs(tmp_path):
            blob.unlink()
        replies = await asyncio.gather(*[line.ask() for _ in range(20)])
        assert {await sent(reply) for reply in replies} == {PNG}
        assert line.n_asked == 2
        assert "hit" in status_of(await line.ask())
        assert line.n_asked == 2


async def test_a_lost_picture_is_made_again_without_asking(
    tmp_path: Path, workers: Workers
) -> None:
    more = {"cache": {"dir": str(tmp_path), "memory": "0 B"}}
    async with corridor(tmp_path, workers, says(JPEG, MINUTE), more=more) as line:
        await line.ask()
        original = blobs(tmp_path)
        first = await sent(await line.ask(THUMBNAIL))
        for blob in set(blobs(tmp_path)) - set(original):
            blob.write_bytes(b"damaged")
        assert await sent(await line.ask(THUMBNAIL)) == first
        assert line.n_asked == 1
        assert line.parts.meter.makings == [("jpeg", "ok")] * 2


async def test_a_lost_picture_is_made_again_where_only_facts_of_it_are_asked(
    tmp_path: Path, workers: Workers
) -> None:
    more = {"cache": {"dir": str(tmp_path), "memory": "0 B"}}
    async with corridor(tmp_path, workers, says(JPEG, MINUTE), more=more) as line:
        await line.ask()
        original = blobs(tmp_path)
        await sent(await line.ask(THUMBNAIL))
        for blob in set(blobs(tmp_path)) - set(original):
            blob.write_bytes(b"damaged")
        told = json.loads(await sent(await line.ask(f"/thumbnail,f=json/?http://{HOST}/a.png")))
        assert (told["width"], told["height"]) == (400, 300)


async def test_an_originals_row_outlives_its_body(tmp_path: Path, workers: Workers) -> None:
    more = {"cache": {"dir": str(tmp_path), "memory": "0 B"}}
    answers = (says(JPEG, MINUTE), says(HTML, status=503))
    async with corridor(tmp_path, workers, *answers, more=more) as line:
        await line.ask()
        original = blobs(tmp_path)
        first = await sent(await line.ask(THUMBNAIL))
        for blob in original:
            blob.unlink()
        for _ in range(2):
            with pytest.raises(OriginStatus):
                await line.ask()
            assert await sent(await line.ask(THUMBNAIL)) == first
        with pytest.raises(OriginStatus):  # a picture that was not made yet
            await line.ask(THUMBNAIL, Accept="image/webp")


async def test_a_lost_original_of_a_new_picture_is_fetched(
    tmp_path: Path, workers: Workers
) -> None:
    more = {"cache": {"dir": str(tmp_path), "memory": "0 B"}}
    async with corridor(tmp_path, workers, says(JPEG, MINUTE), more=more) as line:
        await line.ask()
        for blob in blobs(tmp_path):
            blob.unlink()
        assert size(await sent(await line.ask(THUMBNAIL))) == (400, 300)
        assert line.n_asked == 2


async def test_a_disk_that_cannot_be_used_is_no_reason_not_to_answer(
    tmp_path: Path, workers: Workers
) -> None:
    (tmp_path / "file").write_bytes(b"no folder can be made here")
    async with corridor(tmp_path / "file", workers, says(JPEG, MINUTE)) as line:
        assert line.parts.store.state().degraded
        assert await sent(await line.ask()) == JPEG
        assert size(await sent(await line.ask(THUMBNAIL))) == (400, 300)
        assert line.n_asked == 1  # memory has it


# What comes through as it is.


async def test_five_megabytes_come_through_in_parts(tmp_path: Path, workers: Workers) -> None:
    async with corridor(tmp_path, workers, says(LARGE, MINUTE)) as line:
        for _ in range(2):
            reply = await line.ask()
            assert isinstance(reply.body, Chunks)
            assert reply.body.length == len(LARGE)
            assert await sent(reply) == LARGE
        assert line.n_asked == 1
        assert not left_over(tmp_path)


@pytest.mark.parametrize(
    ("said", "status", "body"),
    [
        pytest.param(says(PNG, status=500), 500, PNG, id="a picture with 500"),
        pytest.param(says(PNG, status=404), 404, PNG, id="a picture with 404"),
        pytest.param(answer(b"HTTP/1.1 204 No Content\r\n\r\n"), 204, b"", id="204"),
        pytest.param(says(PNG[:-20]), 200, PNG[:-20], id="a cut picture"),
        pytest.param(says(PNG, "Cache-Control: no-store"), 200, PNG, id="no-store"),
    ],
)
async def test_an_answer_is_relayed(
    tmp_path: Path, workers: Workers, said: Answer, status: int, body: bytes
) -> None:
    async with corridor(tmp_path, workers, said) as line:
        reply = await line.ask()
        assert (reply.status, await sent(reply)) == (status, body)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(answer(b"HTTP/1.1 204 No Content\r\n\r\n"), id="204"),
        pytest.param(says(PNG[:-20]), id="a cut picture"),
        pytest.param(says(b"new!", "Content-Type: image/new"), id="what is not decoded here"),
    ],
)
async def test_no_preset_is_made_of(tmp_path: Path, workers: Workers, said: Answer) -> None:
    async with corridor(tmp_path, workers, said) as line:
        with pytest.raises(NotDecodable):
            await line.ask(THUMBNAIL)


async def test_head_opens_no_body(tmp_path: Path, workers: Workers) -> None:
    async with corridor(tmp_path, workers, says(PNG, MINUTE)) as line:
        get, head = await line.ask(), await line.ask(method="HEAD")
        assert get.headers.get("ETag") == head.headers.get("ETag")
        assert (head.status, head.body is None or head.body.length) == (200, len(PNG))


@pytest.mark.parametrize(
    ("target", "failure"),
    [
        pytest.param("/?http://evil.example/a.png", HostNotAllowed, id="a forbidden host"),
        pytest.param("/?http://self.woshipm.com/a.png", LoopDetected, id="ourselves"),
        pytest.param(f"/gallery/?http://{HOST}/a.png", UnknownPreset, id="an unknown preset"),
        pytest.param("/?ftp://x/", BadAddress, id="no address"),
    ],
)
async def test_what_is_refused_is_not_asked_for(
    tmp_path: Path, workers: Workers, target: str, failure: type[ProxyError]
) -> None:
    async with corridor(tmp_path, workers, says(PNG)) as line:
        with pytest.raises(failure):
            await line.ask(target)
        assert line.n_asked == 0


async def test_what_has_passed_through_us_is_refused(tmp_path: Path, workers: Workers) -> None:
    async with corridor(tmp_path, workers, says(PNG)) as line:
        with pytest.raises(LoopDetected):
            await line.ask(Via="1.1 self.woshipm.com")
        assert line.n_asked == 0


async def test_what_is_known_of_a_picture(tmp_path: Path, workers: Workers) -> None:
    async with corridor(tmp_path, workers, says(JPEG, MINUTE)) as line:
        reply, trace = await line.traced(f"/info/?http://{HOST}/a.png")
        told = json.loads(await sent(reply))
        assert (told["format"], told["bytes"]) == ("jpeg", len(JPEG))
        assert (told["width"], told["height"]) == size(JPEG)
        assert reply.headers.get("Content-Type") == "application/json"
        assert reply.headers.get("Vary") is None
        assert trace.route == "info"
        made = json.loads(await sent(await line.ask(f"/thumbnail,f=json/?http://{HOST}/a.png")))
        assert (made["width"], made["height"]) == (400, 300)
        assert line.n_asked == 1


async def test_options_are_answered_where_the_operator_allows_them(
    tmp_path: Path, workers: Workers
) -> None:
    target = f"/w=80,f=webp,q=50/?http://{HOST}/a.png"
    async with corridor(tmp_path / "off", workers, says(JPEG, MINUTE)) as line:
        with pytest.raises(OptionsNotAllowed):
            await line.ask(target)
        assert line.n_asked == 0
    on = {"access": {"options": True}}
    async with corridor(tmp_path / "on", workers, says(JPEG, MINUTE), more=on) as line:
        reply, trace = await line.traced(target)
        assert size(await sent(reply))[0] == 80
        assert reply.headers.get("Content-Type") == "image/webp"
        assert reply.headers.get("Vary") is None  # nothing was negotiated
        assert trace.route == "options"


async def test_nobody_keeps_an_answer_longer_than_its_address_is_good(
    tmp_path: Path, workers: Workers
) -> None:
    long = says(JPEG, "Cache-Control: public, max-age=86400")
    more = {"access": {"keys": ["secret"]}}
    async with corridor(tmp_path, workers, long, more=more) as line:
        settings = line.parts.settings
        ends = int(line.parts.now()) + 60
        for left, said in ((60, "public, max-age=60"), (90_000, "public, max-age=86400")):
            target = sign(ORIGINAL, settings, expires=ends - 60 + left)
            assert target is not None
            assert (await line.ask(target)).headers.get("Cache-Control") == said
        line.parts.now.at += 10
        target = sign(ORIGINAL, settings, expires=ends)
        assert target is not None
        reply = await line.ask(target)
        assert (reply.headers.get("Age"), reply.headers.get("Cache-Control")) == (
            *("10", "public, max-age=60"),
        )


@pytest.mark.parametrize(
    ("expires", "seconds", "by_origin"),
    [
        pytest.param(None, 600.0, True, id="an address without an end"),
        pytest.param(2000.0, 600.0, True, id="an end beyond the lifetime"),
        pytest.param(1100.0, 130.0, False, id="an end before it: counted from age 0"),
        pytest.param(990.0, 30.0, False, id="it ended while we fetched: stale at once, not before"),
    ],
)
async def test_a_lifetime_ends_with_its_address(
    expires: float | None, *, seconds: float, by_origin: bool
) -> None:
    order = Order(source=parse_source("http://h/a.png"), expires=expires)
    found = _bounded(Lifetime(seconds=600.0, by_origin=True), order, 30.0, 1000.0)
    assert found == Lifetime(seconds=seconds, by_origin=by_origin)


async def test_client_hints_choose_where_a_preset_leaves_it_to_them(
    tmp_path: Path, workers: Workers
) -> None:
    more = {"presets": {"card": {"width": 100, "options": "auto=dpr:width:save-data"}}}
    async with corridor(tmp_path, workers, says(JPEG, MINUTE), more=more) as line:
        card = f"/card/?http://{HOST}/a.png"
        plain, sharp = await line.ask(card), await line.ask(card, Sec_CH_DPR="2")
        wide = await line.ask(card, Sec_CH_DPR="2", Sec_CH_Width="150")
        thrifty = await line.ask(card, Save_Data="on")
        widths = [size(await sent(reply))[0] for reply in (plain, sharp, wide)]
        assert widths == [100, 200, 160]
        assert len(await sent(thrifty)) < len(await sent(plain))
        for reply in (plain, sharp, wide, thrifty):
            assert reply.headers.get("Vary") == "Accept, Sec-CH-DPR, Sec-CH-Width, Save-Data"
            assert reply.headers.get("Accept-CH") == "Sec-CH-DPR, Sec-CH-Width"
        assert line.n_asked == 1


@pytest.mark.parametrize(
    ("said", "status"),
    [
        pytest.param(says(HTML, status=404), 302, id="the origin has none"),
        pytest.param(says(HTML), 302, id="it is no picture"),
        pytest.param(says(PNG), 200, id="there is one"),
    ],
)
async def test_an_ask_that_fails_leads_where_it_says(
    tmp_path: Path, workers: Workers, said: Answer, status: int
) -> None:
    more = {"dialects": {"enabled": ["weserv"]}, "access": {"options": True}}
    async with corridor(tmp_path, workers, said, more=more) as line:
        reply = await line.ask(f"/?url={HOST}/a.png&default={HOST}/p.png")
        assert reply.status == status
        expected = f"http://{HOST}/p.png" if status == 302 else None
        assert reply.headers.get("Location") == expected
        with pytest.raises(HostNotAllowed):  # it leads nowhere the operator has not allowed
            await line.ask(f"/?url={HOST}/a.png&default=evil.example/p.png")
