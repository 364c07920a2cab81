"""Both ways: with the fast lane and without, every head gets the same bytes, however it comes.

No clock is stopped: Date, Age and ttl are compared as they are, and asked again where a second
passed between the two. Fuzzed in ``test_fastlane_fuzz``; several processes and slow readers have
files of their own.
"""

import os
import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from prometheus_client import REGISTRY

from proxy.demo.publisher import publisher
from proxy.server import connection
from tests.fakes.heads import head, heads
from tests.fakes.house import HOST
from tests.fakes.pictures import noise, saved
from tests.fakes.twins import Heard, Twins, Wire, on_their_loop, still, twins_on_uvloop

pytestmark = pytest.mark.slow

CASES = int(os.environ.get("PROVE_LANE", "150"))  # of each sort; `make prove`: 100000, so all
SMALL, OTHER = saved(noise(40, 30), "PNG"), saved(noise(50, 30), "PNG")
READERS = {"access": {"options": True, "readers": ["https://blog.example"]}}
SETTINGS = {
    **READERS,
    "dialects": {"enabled": ["wrapped", "photon"]},
    "presets": {"hinted": {"width": 20, "options": "auto=dpr:width:save-data"}},
}
US, PHOTON = "us.example", "i0.wp.com"
ORIGINAL = f"/?http://{HOST}/a.png"
PLAIN = head(ORIGINAL, US, "Host: %HOST%")
FIRST = head(ORIGINAL, US, "Host: %HOST%", "Range: bytes=1-")
KEPT = [
    pytest.param(ORIGINAL, US, id="an original"),
    pytest.param(f"/?http%3A%2F%2F{HOST}%2Fa.png", US, id="the same, written otherwise"),
    pytest.param(f"/thumbnail/?http://{HOST}/a.png", US, id="a preset"),
    pytest.param(f"/hinted/?http://{HOST}/a.png", US, id="a preset that takes hints"),
    pytest.param(f"/w=20/?http://{HOST}/a.png", US, id="options"),
    pytest.param(f"/info/?http://{HOST}/a.png", US, id="what is known of one"),
    pytest.param(f"/{HOST}/a.png?w=20", PHOTON, id="Photon, by its name"),
]
OTHERS = [
    pytest.param(f"/?http://{HOST}/gone.png", US, id="one that is gone"),
    pytest.param("/?http://elsewhere.example/a.png", US, id="one that is not allowed"),
    pytest.param("/", US, id="the usage page"),
    pytest.param("/robots.txt", US, id="robots.txt"),
    pytest.param("/-/health", US, id="health"),
]


@pytest.fixture(scope="module", params=[0, 4 << 20], ids=["from files", "from memory"])
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Twins]:
    """Open one service for the whole file; who sends less than it promised is left soon."""
    cache, pictures = tmp_path_factory.mktemp("twins"), {"/a.png": SMALL, "/b.png": OTHER}
    origin = publisher(pictures, cache_control="max-age=6000")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "LINGER_S", 0.002)
        with twins_on_uvloop(
            cache, origin, SETTINGS, picture_workers=1, most_bytes=request.param
        ) as opened:
            yield opened


async def etag_of(both: Twins, target: str, host: str) -> str:
    """Ask until it is kept, and return its tag."""
    await both.learn(head(target, host, "Host: %HOST%"))
    answer = await both.once(both.usual, head(target, host, "Host: %HOST%"))
    found = re.search(rb'ETag: "(.*?)"', answer.said)
    return found[1].decode() if found else ""


def sampled(table: list[bytes]) -> list[bytes]:
    """Return as much of a table as is asked for."""
    chance = random.Random(len(table))  # noqa: S311  # it chooses cases
    return table if len(table) <= CASES else chance.sample(table, CASES // 3)


@pytest.fixture(scope="module")
def table(both: Twins) -> list[bytes]:
    """Return the heads for an original, each learned where the lane takes it."""

    async def learned() -> list[bytes]:
        found = [*heads(ORIGINAL, US, etag=await etag_of(both, ORIGINAL, US))]
        for one in found:
            await both.learn(one)
        return found

    return both.loop.run_until_complete(learned())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("target", "host"), KEPT)
@on_their_loop
async def test_every_head_is_answered_alike(
    both: Twins, target: str, host: str, method: str
) -> None:
    table = [*heads(target, host, etag=await etag_of(both, target, host), method=method)]
    whole, n_plain = (target, method) == (ORIGINAL, "GET"), 0
    for one in table if whole else sampled(table):
        await both.learn(one)
        before = both.n_by_lane
        await both.agree(one)
        n_plain += both.n_by_lane > before
    assert n_plain > (90 if whole else 5), f"of the table the lane takes {n_plain}"


@pytest.mark.parametrize(("target", "host"), OTHERS)
@on_their_loop
async def test_what_is_never_kept_ready_is_answered_alike(
    both: Twins, target: str, host: str
) -> None:
    before = both.n_by_lane
    for one in sampled([*heads(target, host)]):
        await both.learn(one)
        await both.agree(one)
    assert both.n_by_lane == before


@on_their_loop
async def test_heads_that_come_in_two_pieces(both: Twins, table: list[bytes]) -> None:
    chance = random.Random(6)  # noqa: S311  # it chooses cases
    cuts = [
        (one, at)
        for one in table
        for at in range(1, len(one))
        if at < 600 or at > len(one) - 50  # the middle of a long line is like any other
    ]
    for number, (one, at) in enumerate(chance.sample(cuts, min(CASES, len(cuts)))):
        await both.agree(one[:at], one[at:], apart=bool(number % 2))
    print(f"\n{min(CASES, len(cuts))} of {len(cuts)} heads in two pieces")  # noqa: T201  # make prove shows it


@on_their_loop
async def test_a_whole_head_within_another_is_no_ask_of_its_own(
    both: Twins, table: list[bytes]
) -> None:
    await both.learn(PLAIN)
    before, one = both.n_by_lane, table[0]
    for at in range(1, len(one)):
        await both.agree(one[:at], PLAIN, apart=bool(at % 2))
    assert both.n_by_lane == before


@pytest.mark.parametrize("number", [2, 3])
@on_their_loop
async def test_asks_that_come_together(both: Twins, table: list[bytes], number: int) -> None:
    chance = random.Random(number)  # noqa: S311  # as above
    known = [PLAIN, head("/-/health", US, "Host: %HOST%")]
    choices = [*known * 9, *(one for one in table if len(one) < 9000)]
    for case in range(min(CASES, 30_000)):
        asks = chance.choices(choices, k=number)
        pieces = asks if case % 3 else [b"".join(asks)]
        await both.agree(*pieces, apart=case % 3 == 2)


@on_their_loop
async def test_asks_that_come_while_an_answer_ends(both: Twins, table: list[bytes]) -> None:
    before, firsts = both.n_by_lane, [one for one in table if len(one) < 9000]
    for one in [FIRST, *sampled(firsts)] if len(firsts) > CASES else firsts:
        for turns in range(0, 24, 1 if one is FIRST or len(firsts) < CASES else 7):
            await both.agree(one, PLAIN, PLAIN, turns=turns)
    assert both.n_by_lane > before


@on_their_loop
async def test_one_connection_byte_by_byte_and_whole_in_turn(
    both: Twins, table: list[bytes]
) -> None:
    fast, usual = await Wire.open(both.fast), await Wire.open(both.usual)
    n_plain = 0
    for one in (one for one in sampled(table) if len(one) < 2000):
        for pieces in ([one[at : at + 1] for at in range(len(one))], [PLAIN]):
            before = both.n_by_lane
            ways = await fast.say(*pieces), await usual.say(*pieces)
            assert still(ways[0]) == still(ways[1]), one
            n_plain += both.n_by_lane > before
            if ways[0].ended:
                fast.close()
                usual.close()
                fast, usual = await Wire.open(both.fast), await Wire.open(both.usual)
    fast.close()
    usual.close()
    assert n_plain > 10, "what came byte by byte leaves the lane open behind it"


@on_their_loop
async def test_a_declined_upgrade_leaves_nothing_owed(both: Twins) -> None:
    await both.learn(PLAIN)
    before = both.n_by_lane
    wire = await Wire.open(both.fast)
    upgrade = head(ORIGINAL, US, "Host: %HOST%", "Connection: Upgrade", "Upgrade: websocket")
    heard = await wire.say(upgrade, PLAIN, PLAIN)
    assert heard.said.count(b"HTTP/1.1 200") == 3
    assert wire.connection.is_idle, "a drain would wait for it"
    await wire.say(PLAIN)
    assert both.n_by_lane == before + 1
    wire.close()


@on_their_loop
async def test_the_lane_waits_for_what_the_handler_still_sends(both: Twins) -> None:
    part = head(ORIGINAL, US, "Host: %HOST%", "Range: bytes=1-")
    await both.learn(PLAIN)
    for asks in ([part, PLAIN, part, PLAIN], [PLAIN, part, PLAIN, PLAIN]):
        heard = await both.once(both.fast, *asks)
        sizes = [int(size) for size in re.findall(rb"Content-Length: (\d+)", heard.said)]
        assert sizes == [len(SMALL) - (ask is part) for ask in asks]


def answered() -> int:
    """Return how many requests were counted so far."""
    return round(
        sum(
            sample.value
            for metric in REGISTRY.collect()
            for sample in metric.samples
            if sample.name == "image_proxy_requests_total"
        )
    )


def told(heard: Heard) -> tuple[int, int] | None:
    """Return status and length of the one answer that was heard; None where it is not one."""
    said = heard.said.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    start, end, body = said.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", start)
    if not end or len(body) not in {0, int(length[1]) if length else 0}:
        return None
    return int(start.split()[1]), len(body)


@on_their_loop
async def test_every_ask_is_one_line_and_one_count(both: Twins, table: list[bytes]) -> None:
    chance = random.Random(5)  # noqa: S311  # it chooses cases
    single = [one for one in table if told(await both.once(both.usual, one)) is not None]
    both.door.log.flush()
    both.door.parts.metrics.flush()
    lines, counted, by_lane = len(both.door.lines), answered(), both.n_by_lane
    expected: Counter[tuple[int, int] | None] = Counter()
    wires = [await Wire.open(server) for server in (both.fast, both.usual) * 4]
    asks = min(2 * CASES, 20_000)
    for _ in range(asks):
        at = chance.randrange(len(wires))
        heard = await wires[at].say(chance.choice((PLAIN, chance.choice(single))))
        expected[told(heard)] += 1
        if heard.ended or wires[at].connection._begun:
            wires[at].close()
            wires[at] = await Wire.open((both.fast, both.usual)[at % 2])
    for wire in wires:
        wire.close()
    both.door.log.flush()
    both.door.parts.metrics.flush()
    found = [line for line in both.door.lines[lines:] if line["event"] == "request"]
    assert Counter((line["status"], line["bytes"]) for line in found) == expected
    assert answered() - counted == asks
    assert len({line["request_id"] for line in found}) == asks
    assert all(one["ts"][:19] <= two["ts"][:19] for one, two in pairwise(found))
    assert asks / 10 < both.n_by_lane - by_lane < asks
