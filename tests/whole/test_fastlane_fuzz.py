"""The fast lane under heads that were hurt: it answers as usual, or leaves all to the parser.

Each head is read by a parser of its own, too: what the lane takes must be one request to it, whole
and without a body. What it leaves must reach the parser unchanged; some of that is asked both ways
in pieces, with a plain ask behind it.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import EMPTY_PAYLOAD

from proxy.demo.publisher import publisher
from proxy.server import connection
from tests.fakes.heads import PROGRAMS, head
from tests.fakes.house import HOST
from tests.fakes.mutants import Mutants
from tests.fakes.pictures import noise, saved
from tests.fakes.twins import Heard, Twins, Wire, on_their_loop, still, twins_on_uvloop

pytestmark = pytest.mark.slow

HEADS = int(os.environ.get("PROVE_HEADS", "3000"))  # `make prove`: 1000000
SEED = int(os.environ.get("PROVE_SEED", "2026"))
ASKED_WHOLE = 128  # one in so many of what the lane leaves is asked both ways
WIRES = 8
PICTURES = {f"/{n}.png": saved(noise(4 + n, 4), "PNG") for n in range(WIRES)}
READERS = {"readers": ["https://blog.example"], "options": True}
SETTINGS = {"access": READERS, "log": {"access": False}, "cache": {"memory": "64 MiB"}}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    """Open one service; what it keeps is fresh for longer than this takes."""
    origin = publisher(PICTURES, cache_control="max-age=86400")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "LINGER_S", 0.002)
        cache = tmp_path_factory.mktemp("fuzz")
        with twins_on_uvloop(cache, origin, SETTINGS, most_bytes=1 << 20) as opened:
            yield opened


class Recorder:
    """Stands where a connection's parser stands, and keeps what it is fed."""

    def __init__(self) -> None:
        self.fed = b""

    def feed_data(self, data: bytes) -> tuple[tuple[()], bool, bytes]:
        """Keep it."""
        self.fed += data
        return (), False, b""


@dataclass(slots=True)
class Bench:
    """Connections to either, and what came of the heads so far."""

    both: Twins
    fast: list[Wire]
    usual: Wire
    known: list[bytes]  # what the lane knows answers to
    tally: Counter[str] = field(default_factory=Counter)

    def lane(self, number: int, sent: bytes) -> Heard | None:
        """Give a connection a head; return the lane's answer, None where it left it untouched."""
        wire, recorder = self.fast[number], Recorder()
        held: Any = wire.connection
        parser, held._parser = held._parser, recorder
        before = self.both.n_by_lane
        held.data_received(sent)
        held._parser, held._begun = parser, b""
        said = wire.taken()
        if self.both.n_by_lane == before:
            assert recorder.fed == sent, f"left, but not as it came: {sent!r}"
            assert said == Heard(b"", ended=False), f"left, but answered: {sent!r}"
            return None
        assert not recorder.fed, f"answered, and parsed: {sent!r}"
        return said

    async def still(self, number: int, sent: bytes) -> Heard:
        """Return what the lane says, less what moves by the second; it may have to learn it anew.

        Another source with the same body puts a new file in the place of the one it holds.
        """
        heard = self.lane(number, sent)
        if heard is None:
            self.tally["learned again"] += 1
            for one in self.known:
                await self.both.learn(one)
            heard = self.lane(number, sent)
        assert heard is not None, f"left: {sent!r}"
        return still(heard)

    async def compare(self, number: int, sent: bytes) -> None:
        """Ask both; what the lane takes must be what the handler says."""
        heard = self.lane(number, sent)
        verdict = self.read(sent)
        self.tally["answered" if heard else "left"] += 1
        if heard is None:
            self.tally[f"left: {verdict}"] += 1
            return
        assert verdict == "one ask", f"to the parser it is {verdict}: {sent!r}"
        ways: set[Heard | None] = set()
        for _ in range(4):  # a second may pass between them
            ways = {await self.usual.say(sent), heard}
            if len(ways) == 1:
                return
            heard = self.lane(number, sent)
        raise AssertionError(f"to {sent!r}\n{ways}")

    def read(self, sent: bytes) -> str:
        """Return what a parser of its own finds."""
        parser: Any = self.both.usual()._parser
        try:
            messages, upgraded, tail = parser.feed_data(sent)
        except HttpProcessingError:
            return "refused"
        if not messages:
            return "no whole ask"
        alone = len(messages) == 1 and messages[0][1] is EMPTY_PAYLOAD and not (upgraded or tail)
        return "one ask" if alone and sent.endswith(b"\r\n\r\n") else "more than one ask"


def reloads(sent: bytes) -> bool:
    """Tell whether a head may have a picture fetched again: then no reply of it holds any more."""
    return b"cache-control" in sent.lower()


@on_their_loop
async def test_no_hurt_head_is_answered_otherwise(both: Twins) -> None:
    own = [
        head(f"/?http://{HOST}{name}", "us.example", "Host: %HOST%", f"Accept: own/{number}")
        for number, name in enumerate(PICTURES)
    ]
    bases = [
        head(f"/?http://{HOST}/{number % WIRES}.png", "us.example", *lines, method=method)
        for number, lines in enumerate(PROGRAMS.values())
        for method in ("GET", "HEAD")
    ]
    wires = [await Wire.open(both.fast) for _ in own]
    known = [one for one in (*own, *bases) if not reloads(one)]
    bench = Bench(both, wires, await Wire.open(both.usual), known)
    said = [await bench.still(number, one) for number, one in enumerate(own)]
    mutants, started = Mutants(bases, SEED), time.process_time()
    for number in range(HEADS):
        sent, at = mutants.next(), number % WIRES
        if not sent:
            continue
        await bench.compare(at, sent)
        if number % 16 == 0:  # each connection still says its own
            other = mutants.at(range(WIRES))
            assert await bench.still(other, own[other]) == said[other]
        if number % ASKED_WHOLE == 0 and not reloads(sent):
            cut = mutants.at(sent)
            await both.agree(sent[:cut], sent[cut:], own[at], apart=bool(cut % 2))
            await both.learned()
            bench.tally["asked both ways in pieces"] += 1
    seconds = time.process_time() - started
    for wire in (*bench.fast, bench.usual):
        wire.close()
    print(f"\n{HEADS} heads in {seconds:.0f} s: {dict(bench.tally)}")  # noqa: T201  # make prove shows it
    assert bench.tally["answered"] > HEADS / 20
    assert bench.tally["learned again"] <= 1 + HEADS / 1000
