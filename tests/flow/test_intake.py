"""One ask of an origin: redirects, what is taken in, what is refused, what is left behind."""

from pathlib import Path

import pytest

from proxy.errors import (
    HostNotAllowed,
    LoopDetected,
    NotServedType,
    OriginProtocol,
    OriginStatus,
    OriginTruncated,
    PortNotAllowed,
    ProxyError,
    TooManyBytes,
    TooManyRedirects,
)
from proxy.model.body import Held
from proxy.model.headers import Headers
from tests.fakes.house import HOST
from tests.fakes.raw_origin import Answer
from tests.flow.rig import (
    ETAG,
    HTML,
    JPEG,
    MINUTE,
    OTHER,
    OURSELVES,
    PNG,
    ask,
    closes,
    confirms,
    left_over,
    redirects,
    says,
    scene,
)

WHOLE = says(PNG, ETAG, MINUTE)


def targets(requests: list[bytes]) -> list[tuple[str, str]]:
    """Return (Host, target) of each request head."""
    heads = [request.decode().split("\r\n") for request in requests]
    hosts = [next(line[6:] for line in head if line.startswith("Host: ")) for head in heads]
    return [(host, head[0].split()[1]) for host, head in zip(hosts, heads, strict=True)]


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


async def test_a_cut_file_of_the_publishers_is_served_but_not_stored(tmp_path: Path) -> None:
    async with scene(tmp_path, says(PNG[:-20], MINUTE), backend="disk") as (parts, _):
        taken = await ask(parts)
        assert isinstance(taken.entry.body, Held)
        assert (taken.entry.body.data, taken.stored) == (PNG[:-20], False)
        assert taken.entry.facts is not None
        assert not taken.entry.facts.whole
        assert await parts.held() is None


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
