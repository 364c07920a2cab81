"""One ask of an origin: redirects, what is taken in, what is refused, what is left behind."""

import asyncio
import errno
import os
from pathlib import Path

import pytest

from proxy.errors import (
    BodyLost,
    HostNotAllowed,
    LoopDetected,
    NotServedType,
    OriginProtocol,
    OriginRefused,
    OriginStatus,
    OriginTruncated,
    PortNotAllowed,
    ProxyError,
    QueueFull,
    TooManyBytes,
    TooManyRedirects,
)
from proxy.flow.intake import Taken
from proxy.images.fingerprint import fingerprint
from proxy.images.limits import Limits
from proxy.images.sniff import sniff
from proxy.model.body import Blob, Held
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.settings import Images
from tests.fakes.house import HOST
from tests.fakes.pictures import holed, saved
from tests.fakes.raw_origin import Answer, End, answer
from tests.flow.rig import (
    ETAG,
    HTML,
    JPEG,
    MINUTE,
    OTHER,
    OTHER_PNG,
    OURSELVES,
    PNG,
    Rig,
    closes,
    confirms,
    left_over,
    redirects,
    says,
    scene,
    until,
)
from tests.images.test_fingerprint import notice
from tests.stores.rooms import failing

WHOLE = says(PNG, ETAG, MINUTE)
LARGE = JPEG + b"surplus " * (5 << 17)  # 5 MB: bytes after a picture's end are allowed


async def ask(
    parts: Rig,
    held: Entry | None = None,
    *,
    path: str = "/a.png",
    conditions: Headers = Headers(),
    asked: Headers = Headers(),
) -> Taken:
    return await parts.intake.ask(parts.permit(path), held, conditions=conditions, asked=asked)


def targets(requests: list[bytes]) -> list[tuple[str, str]]:
    """Return (Host, target) of each request head."""
    heads = [request.decode().split("\r\n") for request in requests]
    hosts = [next(line[6:] for line in head if line.startswith("Host: ")) for head in heads]
    return [(host, head[0].split()[1]) for host, head in zip(hosts, heads, strict=True)]


# Redirects.


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    ("location", "host", "target"),
    [
        pytest.param("../b.png?x=%2B", HOST, "/wp/b.png?x=%2B", id="relative to the folder"),
        pytest.param("/b.png", HOST, "/b.png", id="relative to the host"),
        pytest.param(f"//{OTHER}/b.png", OTHER, "/b.png", id="relative to the scheme"),
        pytest.param(f"http://{OTHER}/b.png#top", OTHER, "/b.png", id="absolute"),
    ],
)
async def test_a_redirect_is_followed_and_stored_under_the_asked_address(
    tmp_path: Path, status: int, location: str, host: str, target: str
) -> None:
    async with scene(tmp_path, redirects(location, status), WHOLE) as (parts, origin):
        taken = await ask(parts, path="/wp/x/a.png")
        assert targets(origin.requests) == [(HOST, "/wp/x/a.png"), (host, target)]
        assert (taken.status, taken.stored) == (200, True)
        assert await parts.held("/wp/x/a.png") == taken.entry
        assert taken.entry.source == f"http://{HOST}/wp/x/a.png"


@pytest.mark.parametrize(
    ("location", "failure"),
    [
        pytest.param("http://evil.example/a.png", HostNotAllowed, id="a forbidden host"),
        pytest.param("http://127.0.0.1/a.png", HostNotAllowed, id="loopback"),
        pytest.param(f"http://{HOST}:22/a.png", PortNotAllowed, id="a forbidden port"),
        pytest.param(f"http://{OURSELVES}/?x", LoopDetected, id="ourselves"),
        pytest.param("ftp://image.woshipm.com/a.png", OriginProtocol, id="another scheme"),
        pytest.param("http:///a.png", OriginProtocol, id="no address"),
        pytest.param("/a.png", TooManyRedirects, id="itself"),
    ],
)
async def test_every_hop_is_judged(
    tmp_path: Path, location: str, failure: type[ProxyError]
) -> None:
    async with scene(tmp_path, redirects("/b.png"), redirects(location)) as (parts, origin):
        with pytest.raises(failure):
            await ask(parts)
        assert {host for host, _ in targets(origin.requests)} == {HOST}


@pytest.mark.parametrize("most", [0, 1, 3])
async def test_so_many_redirects_are_followed_and_no_more(tmp_path: Path, most: int) -> None:
    hops = [redirects(f"/{number}") for number in range(most)]
    more = {"fetch": {"redirects": most}}
    async with scene(tmp_path, *hops, WHOLE, *hops, redirects("/x"), more=more) as (parts, origin):
        assert (await ask(parts)).status == 200
        with pytest.raises(TooManyRedirects):
            await ask(parts)
        assert len(origin.requests) == 2 * most + 2


@pytest.mark.parametrize("status", [300, 305, 306])
async def test_other_redirects_are_never_followed(tmp_path: Path, status: int) -> None:
    async with scene(tmp_path, says(HTML, "Location: /b.png", status=status)) as (parts, origin):
        with pytest.raises(OriginProtocol, match=f"{status}, not followed"):
            await ask(parts)
        assert len(origin.requests) == 1


async def test_a_redirect_to_several_places_leads_nowhere(tmp_path: Path) -> None:
    several = says(b"", "Location: /a", "Location: /b", status=302)
    async with scene(tmp_path, several) as (parts, _):
        with pytest.raises(OriginProtocol):
            await ask(parts)


async def test_a_redirect_is_asked_with_the_tag_but_not_with_the_date(tmp_path: Path) -> None:
    conditions = Headers((("If-None-Match", '"one"'), ("If-Modified-Since", "a date")))
    answers = (WHOLE, redirects("/b.png"), confirms(ETAG))
    async with scene(tmp_path, *answers) as (parts, origin):
        held = (await ask(parts)).entry
        taken = await ask(parts, held, conditions=conditions)
        assert b"If-Modified-Since" in origin.requests[1]
        assert b'If-None-Match: "one"' in origin.requests[2]
        assert b"If-Modified-Since" not in origin.requests[2]
        assert taken.status == 304


# What is served, and what the answer is instead.


@pytest.mark.parametrize(
    ("said", "media_type"),
    [
        pytest.param(says(PNG, "Content-Type: text/html"), "image/png", id="by the bytes"),
        pytest.param(says(JPEG), "image/jpeg", id="without a type"),
        pytest.param(says(b"new!", "Content-Type: image/new"), "image/new", id="an unknown one"),
        pytest.param(closes(PNG), "image/png", id="the connection's end after the picture's"),
        pytest.param(says(PNG + b"more"), "image/png", id="bytes after the end"),
    ],
)
async def test_a_picture_is_stored_as_what_it_is(
    tmp_path: Path, said: Answer, media_type: str
) -> None:
    async with scene(tmp_path, said) as (parts, _):
        taken = await ask(parts)
        assert (taken.entry.media_type, taken.stored) == (media_type, True)
        assert await parts.held() == taken.entry


@pytest.mark.parametrize(
    ("said", "failure", "status"),
    [
        pytest.param(says(HTML, "Content-Type: text/html"), NotServedType, 415, id="a page"),
        pytest.param(says(HTML, "Content-Type: image/png"), NotServedType, 415, id="a lie"),
        pytest.param(says(b""), NotServedType, 415, id="nothing"),
        pytest.param(says(b"8BPS", "Content-Type: image/psd"), NotServedType, 415, id="a PSD"),
        pytest.param(says(b"x", "Content-Type: text/css"), NotServedType, 415, id="a style"),
        pytest.param(says(HTML, status=404), OriginStatus, 404, id="404 with a page"),
        pytest.param(says(b"", status=503), OriginStatus, 503, id="503 with nothing"),
        pytest.param(says(HTML, status=301), OriginProtocol, 502, id="301 to nowhere"),
        pytest.param(closes(PNG[:-20]), OriginTruncated, 502, id="cut by the connection"),
        pytest.param(closes(b"new!", "Content-Type: image/new"), None, 200, id="no end to miss"),
    ],
)
async def test_what_is_not_served_is_not_kept(
    tmp_path: Path, said: Answer, failure: type[ProxyError] | None, status: int
) -> None:
    async with scene(tmp_path, said, backend="disk") as (parts, _):
        if failure is None:
            taken = await ask(parts)
            assert (taken.status, taken.stored) == (status, False)
        else:
            with pytest.raises(failure) as caught:
                await ask(parts)
            assert caught.value.status == status
        assert await parts.held() is None
        assert not left_over(tmp_path)


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


async def test_types_are_the_operators(tmp_path: Path) -> None:
    said = says(b"body{}", "Content-Type: text/css")
    async with scene(tmp_path, said, more={"access": {"types": ["*"]}}) as (parts, _):
        assert (await ask(parts)).entry.media_type == "text/css"


@pytest.mark.parametrize("status", [203, 404, 410, 500, 503])
async def test_a_picture_is_relayed_with_any_status(tmp_path: Path, status: int) -> None:
    async with scene(tmp_path, says(PNG, MINUTE, status=status)) as (parts, _):
        taken = await ask(parts)
        assert (taken.entry.head.status, taken.stored) == (status, True)
        assert await parts.bytes_of(taken.entry) == PNG


async def test_204_has_no_body_and_is_kept(tmp_path: Path) -> None:
    async with scene(tmp_path, answer(b"HTTP/1.1 204 No Content\r\n\r\n")) as (parts, _):
        entry = (await ask(parts)).entry
        assert (entry.head.status, entry.body, entry.media_type) == (204, None, "")
        assert await parts.held() == entry


async def test_a_cut_file_of_the_publishers_is_served_but_not_stored(tmp_path: Path) -> None:
    async with scene(tmp_path, says(PNG[:-20], MINUTE), backend="disk") as (parts, _):
        taken = await ask(parts)
        assert isinstance(taken.entry.body, Held)
        assert (taken.entry.body.data, taken.stored) == (PNG[:-20], False)
        assert taken.entry.facts is not None
        assert not taken.entry.facts.whole
        assert await parts.held() is None


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


# Placeholders by how they look.

NOTICE = saved(notice(), "PNG")
LOOK = fingerprint(NOTICE, Limits.of(Images()))
LOOKS = {"access": {"placeholders": [f"phash:{LOOK:016x}"]}}


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_a_placeholder_is_known_in_another_size_and_format(tmp_path: Path, form: str) -> None:
    other = saved(notice().resize((300, 188)), form)
    async with scene(tmp_path, says(other, MINUTE), more=LOOKS, backend="disk") as (parts, _):
        with pytest.raises(OriginRefused, match="looks like a known placeholder"):
            await ask(parts)
        assert await parts.held() is None
        assert not left_over(tmp_path)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(says(saved(holed(), "PNG"), MINUTE), id="another picture"),
        pytest.param(says(NOTICE + bytes(256 << 10), MINUTE), id="too large for a notice"),
        pytest.param(says(NOTICE[:60], MINUTE), id="what cannot be decoded"),
        pytest.param(says(b"new!", "Content-Type: image/new"), id="no picture we know"),
    ],
)
async def test_what_only_might_be_a_placeholder_passes(tmp_path: Path, said: Answer) -> None:
    async with scene(tmp_path, said, more=LOOKS) as (parts, _):
        assert (await ask(parts)).status == 200


async def test_a_full_queue_says_so_and_keeps_nothing(tmp_path: Path) -> None:
    async def full(_: bytes) -> int:
        raise QueueFull("no room")

    async with scene(tmp_path, WHOLE, more=LOOKS, backend="disk", fingerprint=full) as (parts, _):
        with pytest.raises(QueueFull):
            await ask(parts)
        assert await parts.held() is None


# Bodies: large, too large, lost, left in the middle.


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(says(JPEG + bytes(20_000)), id="declared"),
        pytest.param(closes(JPEG + bytes(20_000)), id="not declared"),
    ],
)
async def test_more_than_max_bytes_leaves_nothing_behind(tmp_path: Path, said: Answer) -> None:
    more = {"fetch": {"max_bytes": f"{len(JPEG)} B"}}
    async with scene(tmp_path, said, says(JPEG), backend="disk", more=more) as (parts, _):
        with pytest.raises(TooManyBytes):
            await ask(parts)
        assert not left_over(tmp_path)
        assert (await ask(parts)).stored


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
