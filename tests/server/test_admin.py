"""Who may look behind the door, and what health, readiness and metrics say."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from proxy import wiring
from proxy.cache.keys import original_key
from proxy.dialects.address import parse_source
from proxy.errors import (
    AdminOnly,
    BadPin,
    BadPurge,
    NotFound,
    NotPinned,
    NotPurged,
    ProxyError,
)
from proxy.model.body import Held
from proxy.model.headers import Headers
from proxy.model.reply import Reply
from proxy.model.request import Request
from proxy.observe.access import AccessLog
from proxy.server.admin import Admin
from tests.fakes.house import settings_for
from tests.stores.makers import body, entry, put

TOKEN = "s3cret"  # noqa: S105  # the test's own


@asynccontextmanager
async def admin(cache: Path, more: Mapping[str, Any] | None = None) -> AsyncIterator[Admin]:
    async with wiring.service(settings_for(cache, 1, more), picture_workers=0) as parts:
        made = Admin(parts, AccessLog(parts.settings.log, parts.metrics.tally))
        made.ready = True
        yield made


def asking(*fields: tuple[str, str], peer: str | None = "127.0.0.1") -> Request:
    return Request(method="GET", target="/-/metrics", headers=Headers(fields), peer=peer)


def text(reply: Reply) -> str:
    assert isinstance(reply.body, Held)
    return reply.body.data.decode()


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        pytest.param(f"Bearer {TOKEN}", True, id="the token"),
        pytest.param(f"bearer {TOKEN}", True, id="a scheme has no case"),
        pytest.param(None, False, id="none"),
        pytest.param("", False, id="an empty one"),
        pytest.param("Bearer", False, id="the scheme alone"),
        pytest.param("Bearer ", False, id="an empty token"),
        pytest.param(TOKEN, False, id="the token alone"),
        pytest.param(f"Basic {TOKEN}", False, id="another scheme"),
        pytest.param(f"Bearer {TOKEN[:-1]}", False, id="a part of it"),
        pytest.param(f"Bearer {TOKEN}x", False, id="more than it"),
        pytest.param(f"Bearer {TOKEN.upper()}", False, id="a token has case"),
        pytest.param("Bearer \udcff\udcfe", False, id="bytes that are no UTF-8"),
        pytest.param("Bearer ключ", False, id="letters beyond ASCII"),
        pytest.param(f"Bearer {TOKEN}, Bearer {TOKEN}", False, id="two"),
    ],
)
async def test_the_token(tmp_path: Path, given: str | None, *, fits: bool) -> None:
    fields = () if given is None else (("Authorization", given),)
    async with admin(tmp_path, {"admin": {"token": TOKEN}}) as made:
        for peer in ("127.0.0.1", "203.0.113.9"):  # with a token set, where from says nothing
            request = asking(*fields, peer=peer)
            if fits:
                assert (await made.metrics(request)).status == 200
            else:
                with pytest.raises(AdminOnly):
                    await made.metrics(request)


@pytest.mark.parametrize(
    ("request_", "answered"),
    [
        pytest.param(asking(), True, id="loopback"),
        pytest.param(asking(peer="127.255.0.9"), True, id="all of 127/8"),
        pytest.param(asking(peer="::1"), True, id="IPv6 loopback"),
        pytest.param(asking(peer="::ffff:127.0.0.1"), True, id="loopback, mapped"),
        pytest.param(asking(peer="::ffff:203.0.113.9"), False, id="afar, mapped"),
        pytest.param(asking(peer="::127.0.0.1"), False, id="another IPv6 form of it"),
        pytest.param(asking(peer="10.0.0.1"), False, id="private is not loopback"),
        pytest.param(asking(peer="fe80::1%eth0"), False, id="a zone"),
        pytest.param(asking(peer=None), False, id="a socket without an address"),
        pytest.param(asking(peer=""), False, id="nothing"),
        pytest.param(asking(("X-Forwarded-For", "127.0.0.1")), False, id="for another"),
        pytest.param(asking(("forwarded", "for=127.0.0.1")), False, id="for another, RFC 7239"),
        pytest.param(asking(("X-Real-IP", "127.0.0.1")), False, id="for another, nginx"),
        pytest.param(asking(("Via", "1.1 x")), False, id="by a proxy"),
        pytest.param(asking(("Authorization", "Bearer ")), True, id="no token is not asked for"),
    ],
)
async def test_without_a_token(tmp_path: Path, request_: Request, *, answered: bool) -> None:
    async with admin(tmp_path) as made:
        if answered:
            assert (await made.metrics(request_)).status == 200
        else:
            with pytest.raises(NotFound):
                await made.metrics(request_)


async def test_health_and_readiness_need_no_token(tmp_path: Path) -> None:
    request = asking(peer="203.0.113.9")
    async with admin(tmp_path, {"admin": {"token": TOKEN}}) as made:
        health, ready = await made.health(request), await made.readiness(request)
    assert (health.status, json.loads(text(health))) == (200, {"status": "ok"})
    assert ready.status == 200
    assert json.loads(text(ready)) == {"status": "ok", "checks": {"store": "ok", "pictures": "ok"}}
    for reply in (health, ready):
        assert reply.headers.get("Content-Type") == "application/json"
        assert reply.headers.get("Cache-Control") == "no-store"


async def test_readiness_is_503_before_the_start_and_while_draining(tmp_path: Path) -> None:
    async with admin(tmp_path) as made:
        made.ready = False
        reply = await made.readiness(asking())
        healthy = await made.health(asking())
    assert (reply.status, json.loads(text(reply))["status"]) == (503, "unavailable")
    assert healthy.status == 200, "a container that drains is not to be killed"


async def test_readiness_says_why_it_is_degraded(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    async with admin(tmp_path / "file" / "cache") as made:
        reply = await made.readiness(asking())
    said = json.loads(text(reply))
    assert (reply.status, said["status"]) == (200, "degraded")
    assert said["checks"]["store"] not in {"", "ok"}


async def test_the_metrics_can_be_read_by_prometheus(tmp_path: Path) -> None:
    async with admin(tmp_path) as made:
        reply = await made.metrics(asking())
    assert (reply.headers.get("Content-Type") or "").startswith("text/plain; version=")
    names = {family.name for family in text_string_to_metric_families(text(reply))}
    assert "image_proxy_requests" in names


async def test_every_route_is_under_the_admin_path(tmp_path: Path) -> None:
    async with admin(tmp_path) as made:
        assert set(made.routes()) == {"/-/health", "/-/ready", "/-/metrics", "/-/explain"}
        assert set(made.posted()) == {"/-/purge", "/-/pin"}


TOKENED: Mapping[str, Any] = {"admin": {"token": TOKEN}}
ALLOWED = asking(("Authorization", f"Bearer {TOKEN}"), peer="203.0.113.9")
SOURCE, HOST = entry("o-a").source, entry("o-a").host


def sent(text: bytes) -> Callable[[], Awaitable[bytes]]:
    async def read() -> bytes:
        return text

    return read


async def unread() -> bytes:
    raise AssertionError("a stranger's body was read")


@pytest.mark.parametrize(
    ("wish", "went"),
    [
        pytest.param({"source": SOURCE}, (1, 0), id="a source"),
        pytest.param({"source": f"https://cors.zfour.workers.dev/?{SOURCE}"}, (1, 0), id="wrapped"),
        pytest.param({"host": HOST.upper()}, (2, 1), id="a host"),
        pytest.param({"prefix": f"http://{HOST}/o"}, (2, 0), id="a prefix"),
        pytest.param({"all": True}, (2, 1), id="all"),
        pytest.param({"host": "other.example"}, (0, 0), id="what is not there"),
    ],
)
async def test_a_purge(tmp_path: Path, wish: dict[str, object], went: tuple[int, int]) -> None:
    async with admin(tmp_path, TOKENED) as made:
        store = made._service.store
        await put(store, "o-a", body(1))
        await put(store, "p-a", body(2), parent="o-a")
        await put(store, "o-b", body(3))
        reply = await made.purge(ALLOWED, sent(json.dumps(wish).encode()))
        left = store.state()
    assert (reply.status, json.loads(text(reply))) == (
        200,
        {"originals": went[0], "pictures": went[1]},
    )
    assert (left.originals, left.pictures) == (2 - went[0], 1 - went[1])


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"all", id="no JSON"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"[" * 16384, id="brackets"),
        pytest.param(b"true", id="no object"),
        pytest.param(b'["all"]', id="a list"),
        pytest.param(b"{}", id="no key"),
        pytest.param(b'{"all": true, "host": "h"}', id="two keys"),
        pytest.param(b'{"everything": true}', id="another key"),
        pytest.param(b'{"": true}', id="an empty key"),
        pytest.param(b'{"all": false}', id="not all"),
        pytest.param(b'{"all": 1}', id="one is not true"),
        pytest.param(b'{"all": "true"}', id="nor is a text"),
        pytest.param(b'{"source": true}', id="true is no address"),
        pytest.param(b'{"source": null}', id="nor is null"),
        pytest.param(b'{"source": ["http://h/"]}', id="nor is a list"),
        pytest.param(b'{"source": ""}', id="nor is an empty text"),
        pytest.param(b'{"source": "h/a.jpg"}', id="no scheme"),
        pytest.param(b'{"source": "http://\\ud800/"}', id="half a character"),
        pytest.param(b'{"host": ""}', id="an empty host"),
        pytest.param(b'{"host": "h:8080"}', id="a host with a port"),
        pytest.param(b'{"host": "*"}', id="a pattern"),
        pytest.param(b'{"prefix": ""}', id="an empty prefix is not all"),
        pytest.param(b'{"prefix": "http"}', id="nor is a scheme"),
    ],
)
async def test_a_purge_that_says_not_what_is_a_400_and_purges_nothing(
    tmp_path: Path, wish: bytes
) -> None:
    async with admin(tmp_path, TOKENED) as made:
        await made._service.store.keep(entry("o-a"))
        with pytest.raises(BadPurge):
            await made.purge(ALLOWED, sent(wish))
        assert made._service.store.state().originals == 1


async def test_a_stranger_purges_nothing_and_is_not_read(tmp_path: Path) -> None:
    async with admin(tmp_path / "a", TOKENED) as made:
        for request in (asking(), asking(("Authorization", "Bearer x"))):
            with pytest.raises(AdminOnly):
                await made.purge(request, unread)
    async with admin(tmp_path / "b") as made:  # no token: off, for this machine too
        for request in (asking(), ALLOWED):
            with pytest.raises(NotFound):
                await made.purge(request, unread)


async def test_a_purge_that_cannot_be_written_is_a_503(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    async with admin(tmp_path / "file" / "cache", TOKENED) as made:
        with pytest.raises(NotPurged):
            await made.purge(ALLOWED, sent(b'{"all": true}'))


PIN_KEY = original_key(parse_source(SOURCE))


async def put_source(made: Admin) -> None:
    """Keep an original of SOURCE."""
    draft = await made._service.store.begin(None)
    await draft.write(body(1))
    await made._service.store.keep(replace(entry(PIN_KEY, await draft.commit()), source=SOURCE))


@pytest.mark.parametrize(
    ("wish", "pinned"),
    [
        pytest.param({"source": SOURCE}, 1, id="a source"),
        pytest.param({"source": f"https://cors.zfour.workers.dev/?{SOURCE}"}, 1, id="wrapped"),
        pytest.param({"sources": [SOURCE, f"{SOURCE}?none"]}, 1, id="one of two is kept"),
        pytest.param({"source": "http://other.example/a.jpg"}, 0, id="what is not kept"),
        pytest.param({"sources": []}, 0, id="none"),
    ],
)
async def test_a_pin(tmp_path: Path, wish: dict[str, object], pinned: int) -> None:
    async with admin(tmp_path, TOKENED) as made:
        await put_source(made)
        reply = await made.pin(ALLOWED, sent(json.dumps(wish).encode()))
        found = await made._service.store.look_up(PIN_KEY)
    assert (reply.status, json.loads(text(reply))) == (200, {"pinned": pinned})
    assert found is not None
    assert found.pinned is bool(pinned)


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"[" * 16384, id="brackets"),
        pytest.param(b'["http://h/"]', id="a list"),
        pytest.param(b"{}", id="no key"),
        pytest.param(b'{"source": "http://h/", "sources": []}', id="two keys"),
        pytest.param(b'{"host": "h"}', id="another key"),
        pytest.param(b'{"source": ["http://h/"]}', id="a list as one"),
        pytest.param(b'{"sources": "http://h/"}', id="one as a list"),
        pytest.param(b'{"sources": ["http://h/", 1]}', id="a number"),
        pytest.param(b'{"source": "h/a.jpg"}', id="no scheme"),
        pytest.param(b'{"sources": ["http://h/", ""]}', id="an empty text"),
        pytest.param(b'{"source": "http://\\ud800/"}', id="half a character"),
    ],
)
async def test_a_pin_that_says_not_what_is_a_400(tmp_path: Path, wish: bytes) -> None:
    async with admin(tmp_path, TOKENED) as made:
        with pytest.raises(BadPin):
            await made.pin(ALLOWED, sent(wish))


async def test_a_stranger_pins_nothing_and_is_not_read(tmp_path: Path) -> None:
    async with admin(tmp_path / "a", TOKENED) as made:
        for request in (asking(), asking(("Authorization", "Bearer x"))):
            with pytest.raises(AdminOnly):
                await made.pin(request, unread)
    async with admin(tmp_path / "b") as made:  # no token: off, for this machine too
        for request in (asking(), ALLOWED):
            with pytest.raises(NotFound):
                await made.pin(request, unread)


async def test_a_pin_that_cannot_be_written_is_a_503(tmp_path: Path) -> None:
    async with admin(tmp_path, TOKENED) as made:
        await put_source(made)
        (tmp_path / "pins.jsonl").mkdir()
        with pytest.raises(NotPinned):
            await made.pin(ALLOWED, sent(json.dumps({"source": SOURCE}).encode()))


@pytest.mark.parametrize("refusal", [AdminOnly, NotFound])
def test_a_refusal_tells_no_more_than_its_status(refusal: type[ProxyError]) -> None:
    assert TOKEN not in refusal("x").title()
