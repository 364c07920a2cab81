"""A service is opened whole and closed in reverse order; nothing of it stays."""

import asyncio
import threading
from pathlib import Path

import pytest

from proxy import wiring
from proxy.errors import Draining, ProxyError, SettingsError
from proxy.model import manifest
from proxy.model.manifest import Manifest
from proxy.model.request import Request
from proxy.model.trace import Trace
from proxy.settings import Access, Settings
from tests.fakes.house import HOST, settings_for
from tests.fakes.raw_origin import answer, raw_origin
from tests.fakes.resolver import FakeResolver

GONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def tasks() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks()}


def asking(address: str) -> tuple[Request, Trace]:
    target = f"/?{address}"
    trace = Trace(request_id="0", method="GET", target=target, started=0.0)
    return Request(method="GET", target=target), trace


@pytest.mark.slow
async def test_nothing_is_left_behind(tmp_path: Path) -> None:
    tasks_before, threads_before = tasks(), set(threading.enumerate())
    async with (
        raw_origin(answer(GONE)) as origin,
        wiring.service(settings_for(tmp_path, origin.port), picture_workers=1) as parts,
    ):
        with pytest.raises(ProxyError):
            await parts.flow.answer(*asking(f"http://{HOST}/a.jpg"))
        assert origin.connections == 1
    await asyncio.sleep(0.05)  # the connection's end reaches the origin
    assert tasks() <= tasks_before
    left = {thread for thread in threading.enumerate() if thread.is_alive()} - threads_before
    assert {name for thread in left if not (name := thread.name).startswith("asyncio_")} == set()


async def test_a_store_is_closed_so_that_it_can_be_opened_again(tmp_path: Path) -> None:
    for _ in range(3):
        async with wiring.service(settings_for(tmp_path, 1), picture_workers=0) as parts:
            assert not parts.store.state().degraded


async def test_a_body_that_fails_closes_all_the_same(tmp_path: Path) -> None:
    before = tasks()
    with pytest.raises(RuntimeError, match="in the body"):
        async with wiring.service(settings_for(tmp_path, 1), picture_workers=0):
            raise RuntimeError("in the body")
    assert tasks() == before


async def test_background_work_ends_before_what_it_stands_on(tmp_path: Path) -> None:
    seen = []
    async with wiring.service(settings_for(tmp_path, 1), picture_workers=0) as parts:

        async def work() -> None:
            await asyncio.sleep(0)
            seen.append(parts.store.state().degraded)

        parts.tasks.spawn(work(), name="work")
    assert seen == [False]


async def test_after_the_end_no_picture_is_made(tmp_path: Path) -> None:
    async with wiring.service(settings_for(tmp_path, 1), picture_workers=0) as parts:
        pass
    with pytest.raises(Draining):
        await parts.workers.clean(b"<svg/>")


async def test_a_resolver_that_is_given_is_the_one_asked(tmp_path: Path) -> None:
    resolver = FakeResolver({"other.woshipm.com": [("127.0.0.1",)]})
    async with wiring.service(
        settings_for(tmp_path, 1), picture_workers=0, resolver=resolver
    ) as parts:
        with pytest.raises(ProxyError) as refused:
            await parts.flow.answer(*asking("http://other.woshipm.com/a.jpg"))
    assert refused.value.status == 403, "the guard judges what it says"
    assert resolver.asked == ["other.woshipm.com"]


async def test_the_parts_are_of_these_settings(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, 1, {"server": {"names": ["self.example"]}})
    async with wiring.service(settings, picture_workers=0) as parts:
        assert parts.settings is settings
        assert "self.example" in parts.policy.pseudonym


def with_posts(*paths: Path) -> Settings:
    return Settings(access=Access(posts=tuple(map(str, paths))))


def test_what_posts_name_is_read_from_all_their_manifests(tmp_path: Path) -> None:
    named = (f"http://{HOST}/a.png", "HTTP://Other.woshipm.com:80/b.png#top", "no address")
    for number, url in enumerate(named):
        made = Manifest(made_by="scan", sources={url: {}})
        (tmp_path / f"{number}.json").write_text(manifest.write(made))
    policy = wiring.policy_of(with_posts(*sorted(tmp_path.iterdir())))
    named_there = {f"http://{HOST}/a.png", "http://other.woshipm.com/b.png"}
    assert policy.posts == frozenset(named_there)


def test_without_posts_any_source_may_be_asked_for() -> None:
    assert wiring.policy_of(Settings()).posts is None


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(None, "the file cannot be read: No such file", id="missing"),
        pytest.param(b"\xff", "the text is not UTF-8", id="no text"),
        pytest.param(b"[]", "no manifest of version 1", id="no manifest"),
    ],
)
async def test_a_manifest_that_cannot_be_read_opens_no_service(
    tmp_path: Path, data: bytes | None, said: str
) -> None:
    path = tmp_path / "posts.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SettingsError) as caught:
        async with wiring.service(with_posts(path), picture_workers=0):
            pass
    (problem,) = caught.value.problems
    assert problem.startswith(f"access.posts: {path}: {said}")
