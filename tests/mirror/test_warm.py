"""What becomes of wishes, before real publishers; the clock moves only when somebody sleeps."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from proxy.demo.publisher import COUNTS, publisher, serve
from proxy.errors import ServiceUnreachable, StoreUnavailable
from proxy.mirror.asking import Door
from proxy.mirror.ledger import Ledger, writing
from proxy.mirror.local import local
from proxy.mirror.remote import remote
from proxy.mirror.warm import Outcome, State, Summary, warm
from proxy.mirror.wishes import Wish
from proxy.settings import Mirror
from tests.fakes.house import HOST, settings_for
from tests.fakes.pictures import quadrants, saved
from tests.fakes.raw_origin import Answer, End, answer, raw_origin
from tests.flow.rig import says
from tests.mirror.blog import NOW, PICTURE, Time, blog, paths, wish
from tests.mirror.test_remote import HEALTHY

PICTURES = {
    "/a.jpg": saved(quadrants(1200, 900), "JPEG"),
    "/b.png": saved(quadrants(300, 200), "PNG"),
    "/page.jpg": b"<!doctype html><title>no</title>",
}
OTHER = "other.woshipm.com"


@asynccontextmanager
async def opened(
    cache: Path, port: int, *, workers: int = 0, other: int = 1
) -> AsyncIterator[Door]:
    origins = {
        name: {"connect_to": f"127.0.0.1:{at}"} for name, at in ((HOST, port), (OTHER, other))
    }
    settings = settings_for(cache, port, {"origins": origins})
    async with local(settings, picture_workers=workers) as door:
        yield door


async def run(
    door: Door,
    *wishes: Wish,
    ledger: Ledger | None = None,
    pin: bool = True,
    mirror: Mirror = NOW,
    time: Time | None = None,
) -> Summary:
    now = time or Time()
    return await warm(
        wishes,
        door=door,
        ledger=ledger or Ledger({}),
        mirror=mirror,
        pin=pin,
        now=now.now,
        sleep=now.sleep,
    )


def states(summary: Summary) -> list[State]:
    return [outcome.state for outcome in summary.outcomes]


POST = (
    wish("/a.jpg", "headimg", "thumbnail"),
    wish("/b.png"),
    wish("/a.jpg?2", "thumbnail"),
)


@pytest.mark.slow
@pytest.mark.parametrize("pin", [True, False])
async def test_a_post_each_source_once_and_a_second_run_asks_nobody(
    tmp_path: Path, *, pin: bool
) -> None:
    app = publisher(PICTURES)
    async with serve(app) as port, opened(tmp_path, port, workers=1) as door:
        first = await run(door, *POST, pin=pin)
        assert app[COUNTS].total == 3
        again = await run(door, *POST, pin=pin)
        assert app[COUNTS].total == 3
        for each in POST:
            assert await door.is_pinned(each.source) is pin
    assert states(first) == [State.PINNED if pin else State.KEPT] * 3
    assert [outcome.made for outcome in first.outcomes] == [6, 0, 3]
    assert (first.made, first.exit_code) == (9, 0)
    assert states(again) == [State.ALREADY] * 3
    assert (again.made, again.exit_code) == (0, 0)
    async with opened(tmp_path, 1, workers=0) as door:  # the publisher is gone
        for each in POST:
            assert (await door.ask(f"/?{each.source}")).good
            for preset in each.presets:
                for form in ("avif", "webp", "jpeg"):
                    assert (await door.ask(f"/{preset}/?{each.source}", f"image/{form}")).good


@pytest.mark.slow
async def test_pictures_that_a_killed_run_left_unmade_are_made_without_the_publisher(
    tmp_path: Path,
) -> None:
    app = publisher(PICTURES)
    async with serve(app) as port, opened(tmp_path, port) as door:
        await run(door, wish("/a.jpg"))
    async with opened(tmp_path, 1, workers=1) as door:
        summary = await run(door, POST[0])
    assert (states(summary), summary.made) == ([State.PINNED], 6)
    assert app[COUNTS].total == 1


@pytest.mark.slow
async def test_a_picture_that_was_made_meanwhile_is_pinned_too(tmp_path: Path) -> None:
    async with serve(publisher(PICTURES)) as port, opened(tmp_path, port, workers=1) as door:
        await run(door, wish("/a.jpg"))
        await run(door, wish("/a.jpg", "thumbnail"), pin=False)
        summary = await run(door, wish("/a.jpg", "thumbnail"))
        assert states(summary) == [State.ALREADY]
    lines = (tmp_path / "pins.jsonl").read_text().splitlines()
    assert len([line for line in lines if '"key":"p-' in line]) == 3


@pytest.mark.parametrize(
    ("asked", "state", "status", "problem"),
    [
        pytest.param(wish("/none.jpg"), State.FAILED, 404, "origin-status", id="not found"),
        pytest.param(wish("/page.jpg"), State.FAILED, 415, "not-served-type", id="a page"),
        pytest.param(
            wish("/a.jpg", host="evil.example"), State.REFUSED, 403, "host-not-allowed", id="host"
        ),
        pytest.param(
            wish("/x", host=f"{HOST}:8002"),
            State.REFUSED,
            403,
            "port-not-allowed",
            id="an odd port",
        ),
        pytest.param(
            wish("/a.jpg", "none"), State.FAILED, 404, "unknown-preset", id="no such preset"
        ),
        pytest.param(
            wish("/a.jpg", host=OTHER), State.FAILED, 502, "origin-unreachable", id="a dead host"
        ),
    ],
)
async def test_what_is_missing_is_told(
    tmp_path: Path, asked: Wish, state: State, status: int, problem: str
) -> None:
    app = publisher(PICTURES)
    async with serve(app) as port, opened(tmp_path, port) as door:
        summary = await run(door, asked, wish("/b.png"))
    bad, good = summary.outcomes
    assert bad.answer is not None
    assert (bad.state, bad.answer.status, bad.answer.problem) == (state, status, problem)
    assert bad.answer.because
    assert good.state is State.PINNED, "one that fails is no other's matter"
    assert summary.exit_code == 1
    assert app[COUNTS].of("/x") == 0


async def test_what_may_not_be_kept_is_not_mirrored(tmp_path: Path) -> None:
    app = publisher(PICTURES, cache_control="no-store")
    async with serve(app) as port, opened(tmp_path, port) as door:
        for pin in (True, False):
            (outcome,) = (await run(door, wish("/b.png"), pin=pin)).outcomes
            assert outcome.answer is not None
            assert (outcome.state, outcome.answer.problem) == (State.FAILED, "not-kept")
            assert "ignore" in outcome.answer.because


async def test_what_is_gone_is_left_alone_for_a_day_unless_it_is_wanted(tmp_path: Path) -> None:
    app, time, gone = publisher({}), Time(), wish("/gone.jpg")
    async with serve(app) as port, opened(tmp_path / "c", port) as door:
        with writing(tmp_path / "ledger.jsonl") as ledger:
            assert states(await run(door, gone, ledger=ledger, time=time)) == [State.FAILED]
        with writing(tmp_path / "ledger.jsonl") as ledger:  # another run
            time.at += 86_000
            skipped = await run(door, gone, ledger=ledger, time=time)
            (outcome,) = skipped.outcomes
            assert outcome.answer is not None
            assert (outcome.state, outcome.answer.status) == (State.SKIPPED, 404)
            assert (app[COUNTS].total, skipped.exit_code) == (1, 1)
            await warm(
                [gone], door=door, ledger=ledger, mirror=NOW, pin=True, now=time.now, retry=True
            )
            assert app[COUNTS].total == 2
            time.at += 86_400
            await run(door, gone, ledger=ledger, time=time)
            assert app[COUNTS].total == 3


async def test_a_dry_run_asks_nobody_and_notes_nothing(tmp_path: Path) -> None:
    app, ledger = publisher(PICTURES), Ledger({})
    wishes = (wish("/b.png"), wish("/a.jpg", host="evil.example"), wish("/a.jpg", "thumbnail"))
    async with serve(app) as port, opened(tmp_path, port) as door:
        await run(door, wish("/b.png"))
        summary = await warm(wishes, door=door, ledger=ledger, mirror=NOW, pin=True, dry_run=True)
    assert states(summary) == [State.ALREADY, State.REFUSED, State.SKIPPED]
    assert summary.exit_code == 1
    assert app[COUNTS].total == 1
    assert ledger.last(wishes[2].source) is None


async def test_each_outcome_is_told_at_once(tmp_path: Path) -> None:
    told: list[Outcome] = []
    async with serve(publisher(PICTURES)) as port, opened(tmp_path, port) as door:
        summary = await warm(
            [wish("/b.png"), wish("/none.jpg")],
            door=door,
            ledger=Ledger({}),
            mirror=NOW,
            pin=True,
            on_progress=told.append,
        )
    assert set(told) == set(summary.outcomes)
    assert summary.counts == {State.PINNED: 1, State.FAILED: 1}


def busy(*lines: str, status: int = 429) -> Answer:
    return says(b"<p>later", *lines, status=status)


@pytest.mark.parametrize(
    ("answers", "slept", "state"),
    [
        pytest.param([busy("Retry-After: 7"), says(PICTURE)], [7.0], State.PINNED, id="429, 7 s"),
        pytest.param(
            [busy("Retry-After: 7", status=503), says(PICTURE)], [7.0], State.PINNED, id="503, 7 s"
        ),
        pytest.param([busy(), busy(), says(PICTURE)], [2.0, 4.0], State.PINNED, id="unsaid"),
        pytest.param([busy("Retry-After: soon"), says(PICTURE)], [2.0], State.PINNED, id="unread"),
        pytest.param([busy()], [2.0, 4.0], State.FAILED, id="three times"),
        pytest.param([busy("Retry-After: 3600")], [], State.FAILED, id="an hour"),
        pytest.param([busy(status=500)], [], State.FAILED, id="500 is no word on time"),
    ],
)
async def test_a_publisher_is_waited_for(
    tmp_path: Path, answers: list[Answer], slept: list[float], state: State
) -> None:
    time = Time()
    async with raw_origin(*answers) as origin, opened(tmp_path, origin.port) as door:
        summary = await run(door, wish("/a.png"), time=time)
    assert (states(summary), time.slept) == ([state], slept)
    assert len(origin.requests) == len(slept) + 1


async def test_who_wants_an_hour_is_left_alone_and_so_he_is_in_the_next_run(tmp_path: Path) -> None:
    time, ledger = Time(), Ledger({})
    one_at_a_time = NOW.model_copy(update={"per_host": 1})
    async with (
        raw_origin(busy("Retry-After: 3600")) as origin,
        opened(tmp_path, origin.port) as door,
    ):
        first = await run(door, *paths(range(3)), ledger=ledger, time=time, mirror=one_at_a_time)
        assert states(first) == [State.FAILED, State.SKIPPED, State.SKIPPED]
        assert len(origin.requests) == 1
        time.at += 3599
        (again,) = (await run(door, *paths(range(1)), ledger=ledger, time=time)).outcomes
        assert again.state is State.SKIPPED
        assert len(origin.requests) == 1


async def test_a_dead_publisher_costs_four_asks_and_no_other_waits(tmp_path: Path) -> None:
    dead = [wish(f"/{number}.png", host=OTHER) for number in range(50)]
    async with blog() as living, opened(tmp_path, living.port) as door:
        summary = await run(
            door, *dead, *paths(range(3)), mirror=NOW.model_copy(update={"per_host": 1})
        )
    assert states(summary) == [State.FAILED] * 4 + [State.SKIPPED] * 46 + [State.PINNED] * 3


@pytest.mark.slow
@pytest.mark.parametrize("per_host", [1, 3])
async def test_a_publisher_is_never_asked_by_more_than_it_bears(
    tmp_path: Path, per_host: int
) -> None:
    mirror = NOW.model_copy(update={"per_host": per_host})
    async with blog(takes_s=0.02) as origin, opened(tmp_path, origin.port) as door:
        summary = await warm(
            paths(range(12)), door=door, ledger=Ledger({}), mirror=mirror, pin=True
        )
    assert (summary.exit_code, origin.most) == (0, per_host)


@pytest.mark.slow
async def test_the_delay_is_kept_by_the_publishers_own_log(tmp_path: Path) -> None:
    mirror = Mirror(delay="50ms", per_host=4)
    async with blog() as origin, opened(tmp_path, origin.port) as door:
        await warm(paths(range(8)), door=door, ledger=Ledger({}), mirror=mirror, pin=True)
        begun = list(origin.begun)
        await warm(paths(range(8)), door=door, ledger=Ledger({}), mirror=mirror, pin=True)
    assert begun == origin.begun
    gaps = [then - before for before, then in pairwise(begun)]
    assert begun[-1] - begun[0] >= 7 * 0.05 - 0.02
    assert min(gaps) > 0.02, "the way to a publisher takes a little longer or shorter each time"


async def test_hits_are_not_paced(tmp_path: Path) -> None:
    time = Time()
    async with blog() as origin, opened(tmp_path, origin.port) as door:
        await run(door, *paths(range(5)), pin=False)
        summary = await run(door, *paths(range(5)), mirror=Mirror(delay="1h"), time=time)
        assert states(summary) == [State.PINNED] * 5
        assert (len(origin.asked), time.slept) == (5, [])


async def test_a_cancelled_run_leaves_what_it_had(tmp_path: Path) -> None:
    gate = asyncio.Event()
    gate.set()
    async with blog(target=3, gate=gate) as origin, opened(tmp_path, origin.port) as door:
        await run(door, *paths(range(1)))
        gate.clear()
        going = asyncio.ensure_future(run(door, *paths(range(4))))
        await origin.reached.wait()
        going.cancel()
        with pytest.raises(asyncio.CancelledError):
            await going
        gate.set()
        assert (await run(door, *paths(range(4)))).exit_code == 0
    assert origin.asked.count("/0.png") == 1


FRESH = says(b'{"cache": {"state": "fresh"}}')  # what /-/explain says


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([HEALTHY], id="at the first look"),
        pytest.param([HEALTHY, FRESH, FRESH, FRESH, FRESH], id="while pictures are made"),
    ],
)
async def test_a_door_that_leads_nowhere_ends_the_run_by_its_name(answers: list[Answer]) -> None:
    ends = answer(b"", end=End.CLOSE)
    async with (
        raw_origin(*answers, ends) as origin,
        remote(f"http://127.0.0.1:{origin.port}", "") as door,
    ):
        with pytest.raises(ServiceUnreachable):
            await run(door, wish("/a.jpg", "thumbnail"), pin=False)


async def test_a_ledger_that_cannot_be_written_ends_the_run_by_its_name(tmp_path: Path) -> None:
    full = os.open("/dev/full", os.O_RDWR)
    async with blog() as origin, opened(tmp_path, origin.port) as door:
        with pytest.raises(StoreUnavailable, match="ledger"):
            await run(door, *paths(range(9)), ledger=Ledger({}, full))
    os.close(full)


async def test_no_wishes_are_fulfilled(tmp_path: Path) -> None:
    async with opened(tmp_path, 1) as door:
        summary = await run(door)
    assert (summary.outcomes, summary.exit_code) == ((), 0)
