"""The Referer an origin wants is found rung by rung, remembered, and asked with first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from proxy.errors import (
    OriginRefused,
    OriginStatus,
    OriginTruncated,
    OriginUnreachable,
    ProxyError,
)
from proxy.flow.ladder import is_refusal
from proxy.model.outcome import Outcome
from proxy.model.purge import Scope, Selector
from tests.fakes.house import HOST
from tests.fakes.raw_origin import Answer
from tests.flow.rig import (
    ETAG,
    HTML,
    MINUTE,
    OTHER,
    PLACEHOLDER,
    PNG,
    Rig,
    closes,
    confirms,
    redirects,
    says,
    scene,
)

NOTHING, OWN = None, f"http://{OTHER}/"
ROOT, BARE = "https://www.woshipm.com/", "https://woshipm.com/"
RUNGS = [NOTHING, OWN, ROOT, BARE]
WHOLE = says(PNG, ETAG, MINUTE)
REFUSED = says(HTML, status=403)
MONTH_S = 30 * 86400

Choose = Callable[[str], Answer]


def field(head: str, name: str) -> str | None:
    """Return the value of a request's field."""
    lines = (line.partition(": ") for line in head.split("\r\n")[1:])
    return next((value for found, _, value in lines if found.lower() == name.lower()), None)


def target(head: str) -> str:
    return head.split(" ", 2)[1]


def sent(requests: list[bytes]) -> list[str | None]:
    """Return the Referer of each request."""
    return [field(request.decode(), "Referer") for request in requests]


def wants(referer: str | None, refusal: Answer = REFUSED) -> Choose:
    """Return an origin that shows its pictures to one Referer alone."""
    return lambda head: WHOLE if field(head, "Referer") == referer else refusal


@pytest.mark.parametrize(
    ("referer", "refusal", "first"),
    [
        pytest.param(NOTHING, REFUSED, [NOTHING], id="one that wants none"),
        pytest.param(OWN, REFUSED, [NOTHING, OWN], id="one that wants itself"),
        pytest.param(ROOT, REFUSED, [NOTHING, OWN, ROOT], id="one that wants its own root"),
        pytest.param(BARE, says(b"", status=401), RUNGS, id="one that says 401"),
        pytest.param(OWN, says(HTML, status=418), [NOTHING, OWN], id="one that says 418"),
        pytest.param(OWN, says(PNG, status=403), [NOTHING, OWN], id="403 with a picture"),
        pytest.param(
            ROOT, says(PLACEHOLDER, MINUTE), [NOTHING, OWN, ROOT], id="a placeholder with 200"
        ),
    ],
)
async def test_what_an_origin_wants_is_found_and_asked_first(
    tmp_path: Path, referer: str | None, refusal: Answer, first: list[str | None]
) -> None:
    async with scene(tmp_path, choose=wants(referer, refusal), backend="disk") as (parts, origin):
        assert (await parts.obtain("/a.png", OTHER)).outcome.stored
        assert sent(origin.requests) == first
        assert (await parts.obtain("/b.png", OTHER)).outcome.stored
        assert sent(origin.requests[len(first) :]) == [referer]
        assert parts.meter.asks == ["ok", "ok"]


async def test_nothing_of_a_reader_climbs_along(tmp_path: Path) -> None:
    more = {"cache": {"pass_request_headers": ["*"]}}
    async with scene(tmp_path, choose=wants(BARE), more=more) as (parts, origin):
        await parts.obtain("/a.png", OTHER, Cookie="a=b", Authorization="x", Referer="http://me/")
        assert sent(origin.requests) == RUNGS
        heads = [head.decode() for head in origin.requests]
        assert not any(field(head, "Cookie") or field(head, "Authorization") for head in heads)


@pytest.mark.parametrize(
    ("answers", "failure", "status"),
    [
        pytest.param([REFUSED], OriginStatus, 403, id="refused on every rung"),
        pytest.param(
            [REFUSED, REFUSED, REFUSED, says(b"", status=401)], OriginStatus, 401, id="the last"
        ),
        pytest.param([says(PLACEHOLDER)], OriginRefused, 502, id="a placeholder on every rung"),
        pytest.param([REFUSED] * 3 + [says(PLACEHOLDER)], OriginRefused, 502, id="first 403"),
    ],
)
async def test_where_nothing_works_the_last_failure_is_told_and_remembered(
    tmp_path: Path, answers: list[Answer], failure: type[ProxyError], status: int
) -> None:
    more = {"cache": {"remember_failures": True}}
    async with scene(tmp_path, *answers, more=more) as (parts, origin):
        for _ in range(2):
            with pytest.raises(failure) as caught:
                await parts.obtain("/a.png", OTHER)
            assert caught.value.status == status
        assert sent(origin.requests) == RUNGS
        assert parts.store.noted(f"referer http {OTHER}") is None


async def test_a_picture_that_is_refused_with_a_picture_is_passed_on_from_the_last_rung(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path, says(PNG, MINUTE, status=403)) as (parts, origin):
        found = await parts.obtain("/a.png", OTHER)
        assert (found.entry.head.status, found.outcome.stored) == (403, True)
        assert sent(origin.requests) == RUNGS


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        pytest.param(says(HTML, status=404), OriginStatus, id="404"),
        pytest.param(says(HTML, status=503), OriginStatus, id="503"),
        pytest.param(closes(PNG[:-20]), OriginTruncated, id="a cut picture"),
    ],
)
async def test_what_is_no_refusal_ends_the_climb(
    tmp_path: Path, said: Answer, failure: type[ProxyError]
) -> None:
    async with scene(tmp_path, said, REFUSED) as (parts, origin):
        with pytest.raises(failure):
            await parts.obtain("/a.png", OTHER)
        assert sent(origin.requests) == [NOTHING]
    async with scene(tmp_path, REFUSED, said, WHOLE) as (parts, origin):
        with pytest.raises(failure):
            await parts.obtain("/a.png", OTHER)
        assert sent(origin.requests) == [NOTHING, OWN]


@pytest.mark.parametrize(
    ("own", "referer"),
    [
        pytest.param({"referer": "none"}, None, id="none"),
        pytest.param({"referer": "origin"}, f"http://{HOST}/", id="the origin"),
        pytest.param({"referer": "https://a.example/x"}, "https://a.example/x", id="an address"),
        pytest.param(
            {"referer": "auto", "headers": {"Referer": "https://b.example/"}},
            "https://b.example/",
            id="a field of its own",
        ),
    ],
)
async def test_what_the_operator_set_is_sent_once(
    tmp_path: Path, own: dict[str, object], referer: str | None
) -> None:
    more = {"origins": {HOST: own}}
    async with scene(tmp_path, REFUSED, more=more) as (parts, origin):
        with pytest.raises(OriginStatus):
            await parts.obtain()
        assert sent(origin.requests) == [referer]


# Redirects: every origin on the way climbs along.


def moved(head: str) -> Answer:
    """Redirect /a.png to /b.png, which only the site's pages may show."""
    return redirects("/b.png") if target(head) == "/a.png" else wants(ROOT)(head)


def bounced(head: str) -> Answer:
    """Lead strangers to a placeholder, as many publishers do."""
    if target(head) == "/no.png":
        return says(PLACEHOLDER, MINUTE)
    return WHOLE if field(head, "Referer") == OWN else redirects("/no.png")


@pytest.mark.parametrize(
    ("choose", "referer", "n_first", "n_second"),
    [
        pytest.param(moved, ROOT, 6, 2, id="where it leads refuses"),
        pytest.param(bounced, OWN, 3, 1, id="the refusal is a redirect"),
    ],
)
async def test_redirects_climb_along(
    tmp_path: Path, choose: Choose, referer: str, n_first: int, n_second: int
) -> None:
    async with scene(tmp_path, choose=choose) as (parts, origin):
        assert (await parts.obtain("/a.png", OTHER)).outcome.stored
        assert len(origin.requests) == n_first
        await parts.obtain("/a.png", OTHER, Cache_Control="no-cache")
        assert sent(origin.requests[n_first:]) == [referer] * n_second


async def test_an_origin_with_a_set_referer_on_the_way_is_asked_once(tmp_path: Path) -> None:
    def choose(head: str) -> Answer:
        return redirects(f"http://{HOST}/a.png") if field(head, "Host") == OTHER else REFUSED

    async with scene(tmp_path, choose=choose) as (parts, origin):
        with pytest.raises(OriginStatus):
            await parts.obtain("/a.png", OTHER)
        assert sent(origin.requests) == [None, ROOT]  # HOST's is among the shipped settings


# What is remembered.


async def remembered(parts: Rig) -> object:
    return parts.store.noted(f"referer http {OTHER}")


async def test_a_rung_that_works_no_more_is_climbed_from_below(tmp_path: Path) -> None:
    async with scene(tmp_path, choose=wants(ROOT)) as (parts, origin):
        await parts.obtain("/a.png", OTHER)
        assert await remembered(parts) == {"referer": ROOT}
        origin.choose = wants(OWN)
        await parts.obtain("/b.png", OTHER)
        assert sent(origin.requests[3:]) == [ROOT, NOTHING, OWN]
        assert await remembered(parts) == {"referer": OWN}


async def test_an_origin_that_relents_is_asked_without_one_again(tmp_path: Path) -> None:
    async with scene(tmp_path, choose=wants(OWN)) as (parts, origin):
        await parts.obtain("/a.png", OTHER)
        origin.choose = wants(None)
        await parts.obtain("/b.png", OTHER)
        assert sent(origin.requests[2:]) == [OWN, NOTHING]
        assert await remembered(parts) is None


async def test_one_picture_refused_on_every_rung_forgets_nothing(tmp_path: Path) -> None:
    def choose(head: str) -> Answer:
        return REFUSED if target(head) == "/b.png" else wants(OWN)(head)

    async with scene(tmp_path, choose=choose) as (parts, origin):
        await parts.obtain("/a.png", OTHER)
        with pytest.raises(OriginStatus):
            await parts.obtain("/b.png", OTHER)
        assert sent(origin.requests[2:]) == [OWN, NOTHING, ROOT, BARE]
        await parts.obtain("/c.png", OTHER)
        assert len(origin.requests) == 7


@pytest.mark.parametrize("forgets", ["a purge of the host", "a month"])
async def test_what_is_remembered_goes(tmp_path: Path, forgets: str) -> None:
    async with scene(tmp_path, choose=wants(OWN), backend="disk") as (parts, origin):
        await parts.obtain("/a.png", OTHER)
        if forgets == "a month":
            parts.now.at += MONTH_S
        else:
            await parts.store.purge(Selector(Scope.HOST, OTHER))
        await parts.obtain("/b.png", OTHER)
        assert sent(origin.requests) == [NOTHING, OWN] * 2


async def test_each_origin_wants_its_own(tmp_path: Path) -> None:
    more = {"origins": {HOST: {"referer": "auto"}}}
    async with scene(tmp_path, choose=wants(OWN), more=more) as (parts, _):
        await parts.obtain("/a.png", OTHER)
        with pytest.raises(OriginStatus):
            await parts.obtain("/a.png", HOST)
        assert await remembered(parts) == {"referer": OWN}


# With a copy held.


async def test_a_copy_is_validated_rung_by_rung(tmp_path: Path) -> None:
    shown: list[str | None] = [NOTHING]

    def choose(head: str) -> Answer:
        if field(head, "Referer") != shown[0]:
            return REFUSED
        return confirms(ETAG, MINUTE) if field(head, "If-None-Match") else WHOLE

    async with scene(tmp_path, choose=choose) as (parts, origin):
        await parts.obtain("/a.png", OTHER)
        parts.now.at += 61
        shown[0] = OWN
        again = await parts.obtain("/a.png", OTHER)
        assert again.outcome == Outcome(fwd="stale", fwd_status=304, stored=True, ttl=60)
        assert sent(origin.requests) == [NOTHING, NOTHING, OWN]


@pytest.mark.parametrize(
    ("refusal", "detail"),
    [(REFUSED, "origin-status"), (says(PLACEHOLDER, MINUTE), "origin-refused")],
    ids=["403", "a placeholder"],
)
async def test_a_stale_copy_is_served_where_every_rung_is_refused(
    tmp_path: Path, refusal: Answer, detail: str
) -> None:
    async with scene(tmp_path, WHOLE, refusal) as (parts, origin):
        await parts.obtain("/a.png", OTHER)
        parts.now.at += 61
        found = await parts.obtain("/a.png", OTHER)
        assert found.outcome == Outcome(hit=True, ttl=-1, detail=detail)
        assert sent(origin.requests[1:]) == RUNGS
        assert await parts.bytes_of(found.entry) == PNG


@pytest.mark.parametrize(
    ("failure", "refusal"),
    [
        pytest.param(OriginStatus(403, ""), True, id="403"),
        pytest.param(OriginStatus(404, ""), False, id="404"),
        pytest.param(OriginRefused(""), True, id="a placeholder"),
        pytest.param(OriginUnreachable(""), False, id="nobody there"),
    ],
)
def test_is_refusal(failure: ProxyError, refusal: bool) -> None:  # noqa: FBT001  # a table's column
    assert is_refusal(failure) is refusal
