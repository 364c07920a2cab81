"""Where a picture is looked for that its origin has lost, and how that is recorded."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from proxy.dialects.address import parse_source
from proxy.errors import (
    HostNotAllowed,
    NotServedType,
    OriginNotFound,
    OriginProtocol,
    OriginRefused,
    OriginStatus,
    OriginTimeout,
    OriginUnreachable,
    ProxyError,
    QueueFull,
)
from proxy.flow.fallbacks import is_lost, places
from proxy.model.order import Order
from proxy.model.outcome import Outcome
from proxy.rules import judge
from proxy.rules.policy import Policy
from proxy.settings import Settings
from tests.fakes.house import HOST
from tests.fakes.raw_origin import Answer, End, answer
from tests.flow.rig import (
    ETAG,
    HTML,
    JPEG,
    MINUTE,
    OTHER,
    PLACEHOLDER,
    PNG,
    redirects,
    says,
    scene,
)
from tests.flow.test_ladder import field, target

ARCHIVE = "archive.example"
TEMPLATE = f"http://{ARCHIVE}/web/0im_/{{url}}"
WHOLE = says(PNG, ETAG, MINUTE)
GONE = says(HTML, status=404)
BESIDE: Mapping[str, Any] = {"origins": {HOST: {"fallbacks": [OTHER]}}}
ARCHIVED: Mapping[str, Any] = {
    "origins": {HOST: {}, ARCHIVE: {}},
    "mirror": {"archive": TEMPLATE},
    "access": {"hosts": ["*.woshipm.com", ARCHIVE]},
}


def policy(archive: str = "", *fallbacks: str) -> Policy:
    settings = {
        "access": {"hosts": ["*.woshipm.com", ARCHIVE], "ports": [80, 443, 8080]},
        "origins": {HOST: {"fallbacks": fallbacks}},
        "mirror": {"archive": archive},
    }
    return Policy.of(Settings.model_validate(settings))


@pytest.mark.parametrize(
    ("url", "rules", "expected"),
    [
        pytest.param(f"http://{HOST}/a.png?b=%2B", policy(), [], id="none by default"),
        pytest.param(
            f"http://{HOST}/a.png?b=%2B",
            policy("", "https", OTHER, f"{OTHER}:8080"),
            [
                f"https://{HOST}/a.png?b=%2B",
                f"http://{OTHER}/a.png?b=%2B",
                f"http://{OTHER}:8080/a.png?b=%2B",
            ],
            id="in the operator's order, path and query as they are",
        ),
        pytest.param(
            f"https://{HOST}/a.png",
            policy("", "https", "http", HOST),
            [f"http://{HOST}/a.png"],
            id="never the source itself",
        ),
        pytest.param(
            f"http://{HOST}:8080/a.png",
            policy("", "https"),
            [f"https://{HOST}/a.png"],
            id="another scheme at its own port",
        ),
        pytest.param(
            f"http://{HOST}/a.png",
            policy("", "evil.example", "127.0.0.1", f"{OTHER}:22", OTHER),
            [f"http://{OTHER}/a.png"],
            id="what the rules do not admit is passed over",
        ),
        pytest.param(
            f"http://{HOST}/a.png?b",
            policy(TEMPLATE, OTHER),
            [f"http://{OTHER}/a.png?b", f"http://{ARCHIVE}/web/0im_/http://{HOST}/a.png?b"],
            id="the archive at last",
        ),
        pytest.param(
            f"http://{OTHER}/a.png",
            policy(TEMPLATE, OTHER),
            [f"http://{ARCHIVE}/web/0im_/http://{OTHER}/a.png"],
            id="of an origin that is not listed",
        ),
        pytest.param(f"http://{ARCHIVE}/a.png", policy(TEMPLATE), [], id="not of itself"),
        pytest.param(
            f"http://{HOST}/a.png", policy("http://not.listed/{url}"), [], id="not admitted"
        ),
    ],
)
def test_places(url: str, rules: Policy, expected: list[str]) -> None:
    permit = judge(Order(source=parse_source(url)), rules, 0.0)
    assert [place.url for place in places(permit, rules)] == expected


@pytest.mark.parametrize(
    ("failure", "lost"),
    [
        pytest.param(OriginStatus(404, ""), True, id="404"),
        pytest.param(OriginStatus(410, ""), True, id="410"),
        pytest.param(OriginStatus(403, ""), True, id="refused"),
        pytest.param(OriginRefused(""), True, id="a placeholder"),
        pytest.param(OriginUnreachable(""), True, id="nobody there"),
        pytest.param(OriginNotFound(""), True, id="no such name"),
        pytest.param(OriginTimeout(""), True, id="silent"),
        pytest.param(NotServedType(""), True, id="a page for every address"),
        pytest.param(OriginStatus(500, ""), False, id="ill"),
        pytest.param(OriginProtocol(""), False, id="confused"),
        pytest.param(HostNotAllowed(""), False, id="a forbidden redirect"),
        pytest.param(QueueFull(""), False, id="our own fullness"),
    ],
)
def test_is_lost(failure: ProxyError, lost: bool) -> None:  # noqa: FBT001  # a table's column
    assert is_lost(failure) is lost


LOSSES = [
    pytest.param(GONE, id="404"),
    pytest.param(says(b"", status=410), id="410"),
    pytest.param(says(JPEG, MINUTE, status=404), id="404 with a picture"),
    pytest.param(says(HTML, status=403), id="403"),
    pytest.param(says(PLACEHOLDER, MINUTE), id="a placeholder"),
    pytest.param(says(HTML), id="a page"),
    pytest.param(answer(b"", end=End.RESET), id="nobody there"),
]


@pytest.mark.parametrize("loss", LOSSES)
async def test_what_is_lost_is_had_from_elsewhere_and_kept_as_the_sources(
    tmp_path: Path, loss: Answer
) -> None:
    def choose(head: str) -> Answer:
        return WHOLE if field(head, "Host") == OTHER else loss

    async with scene(tmp_path, choose=choose, more=BESIDE, backend="disk") as (parts, origin):
        found = await parts.obtain()
        assert found.outcome == Outcome(
            fwd="uri-miss", fwd_status=200, stored=True, ttl=60, detail="fallback"
        )
        assert found.entry.source == f"http://{HOST}/a.png"
        assert found.entry.came_from == f"http://{OTHER}/a.png"
        assert await parts.held() == found.entry
        assert await parts.held_bytes() == PNG
        assert len(origin.requests) == 2
        assert await parts.held(host=OTHER) is None
        assert (await parts.obtain()).outcome == Outcome(hit=True, ttl=60)
        assert len(origin.requests) == 2


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(says(HTML, status=503), id="503"),
        pytest.param(says(HTML, status=301), id="a redirect to nowhere"),
        pytest.param(redirects("http://evil.example/"), id="a forbidden redirect"),
    ],
)
async def test_what_is_not_lost_is_not_looked_for(tmp_path: Path, said: Answer) -> None:
    async with scene(tmp_path, said, more=BESIDE) as (parts, origin):
        with pytest.raises(ProxyError):
            await parts.obtain()
        assert len(origin.requests) == 1


async def test_an_archive_is_asked_for_the_whole_address_and_its_last_one_is_recorded(
    tmp_path: Path,
) -> None:
    dated = f"/web/2021im_/http://{HOST}/a.png"

    def choose(head: str) -> Answer:
        if field(head, "Host") != ARCHIVE:
            return GONE
        return WHOLE if target(head) == dated else redirects(dated)

    async with scene(tmp_path, choose=choose, more=ARCHIVED) as (parts, origin):
        found = await parts.obtain()
        assert target(origin.requests[1].decode()) == f"/web/0im_/http://{HOST}/a.png"
        assert found.entry.came_from == f"http://{ARCHIVE}{dated}"


@pytest.mark.parametrize(
    "there",
    [
        pytest.param(GONE, id="gone there, too"),
        pytest.param(says(JPEG, MINUTE, status=404), id="404 with a picture"),
        pytest.param(says(JPEG, MINUTE, status=403), id="refused with a picture"),
        pytest.param(says(HTML), id="a page"),
        pytest.param(answer(b"", end=End.RESET), id="nobody there"),
    ],
)
async def test_where_no_place_has_it_the_origins_failure_is_told_and_remembered(
    tmp_path: Path, there: Answer
) -> None:
    def choose(head: str) -> Answer:
        return there if field(head, "Host") == OTHER else GONE

    more = {**BESIDE, "cache": {"remember_failures": True}}
    async with scene(tmp_path, choose=choose, more=more) as (parts, origin):
        for _ in range(2):
            with pytest.raises(OriginStatus) as caught:
                await parts.obtain()
            assert caught.value.status == 404
        assert sum(field(head.decode(), "Host") == HOST for head in origin.requests) == 1
        assert await parts.held() is None


async def test_an_origins_own_picture_with_404_is_passed_on_where_no_place_has_it(
    tmp_path: Path,
) -> None:
    def choose(head: str) -> Answer:
        return GONE if field(head, "Host") == OTHER else says(PNG, MINUTE, status=404)

    async with scene(tmp_path, choose=choose, more=BESIDE) as (parts, _):
        found = await parts.obtain()
        assert (found.entry.head.status, found.entry.came_from) == (404, "")


async def test_an_origin_that_is_left_alone_is_not_needed(tmp_path: Path) -> None:
    def choose(head: str) -> Answer:
        return WHOLE if field(head, "Host") == OTHER else answer(b"", end=End.RESET)

    async with scene(tmp_path, choose=choose, more=BESIDE) as (parts, origin):
        for number in range(8):
            assert (await parts.obtain(f"/{number}.png")).entry.came_from
        hosts = [field(head.decode(), "Host") for head in origin.requests]
        assert (hosts.count(HOST), hosts.count(OTHER)) == (5, 8)


async def test_a_copy_that_is_held_is_not_looked_for(tmp_path: Path) -> None:
    async with scene(tmp_path, WHOLE, GONE, more=BESIDE) as (parts, origin):
        await parts.obtain()
        parts.now.at += 61
        assert (await parts.obtain()).outcome.detail == "gone"
        assert len(origin.requests) == 2


async def test_a_copy_from_elsewhere_is_never_confirmed_by_the_origin(tmp_path: Path) -> None:
    back = [GONE]

    def choose(head: str) -> Answer:
        return WHOLE if field(head, "Host") == OTHER else back[0]

    async with scene(tmp_path, choose=choose, more=BESIDE) as (parts, origin):
        await parts.obtain()
        parts.now.at += 61
        assert (await parts.obtain()).outcome.detail == "gone"  # the copy stands in
        back[0] = says(JPEG, ETAG, MINUTE)
        found = await parts.obtain()
        assert field(origin.requests[-1].decode(), "If-None-Match") is None
        assert (found.entry.came_from, await parts.held_bytes()) == ("", JPEG)
