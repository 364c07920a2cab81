"""The parts of a service behind the door, without picture workers, and answers for its origin.

Everything is real: the store, the fetcher, the sockets on loopback. Only the clock stands still.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from proxy.cache.keys import original_key
from proxy.dialects.address import parse_source
from proxy.fetch.client import Fetcher
from proxy.flow.caution import Caution
from proxy.flow.intake import Intake
from proxy.flow.ladder import Ladder
from proxy.flow.originals import Found, Originals
from proxy.flow.taking import Taken
from proxy.images.clean import clean
from proxy.images.fingerprint import fingerprint as fingerprinted
from proxy.images.limits import Limits
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.order import Order
from proxy.model.permit import Permit
from proxy.rules import judge
from proxy.rules.policy import Policy
from proxy.settings import Images, Settings
from proxy.stores.store import Store
from proxy.tasks import Tasks
from tests.fakes.house import HOST, settings_for
from tests.fakes.meter import RememberingMeter
from tests.fakes.pictures import holed, quadrants, saved
from tests.fakes.raw_origin import Answer, End, RawOrigin, answer, raw_origin
from tests.fakes.resolver import FakeResolver
from tests.stores.makers import Clock

OTHER, OURSELVES = "other.woshipm.com", "self.woshipm.com"
PNG, OTHER_PNG = saved(quadrants(), "PNG"), saved(holed(), "PNG")
PLACEHOLDER = saved(quadrants(48, 30), "PNG")  # a known "do not hotlink" picture
JPEG = saved(quadrants(1200, 900), "JPEG")
MINUTE, ETAG = "Cache-Control: max-age=60", 'ETag: "one"'
HTML = b"<!doctype html><title>Sorry</title>"


def says(
    body: bytes = PNG, *lines: str, status: int = 200, gate: asyncio.Event | None = None
) -> Answer:
    """Return a whole answer framed by its length; with a gate the body waits for it."""
    head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *lines]
    return answer("\r\n".join((*head, "", "")).encode(), body, gate=gate)


def redirects(to: str, status: int = 302) -> Answer:
    """Return a redirect."""
    return says(b"", f"Location: {to}", status=status)


def confirms(*lines: str) -> Answer:
    """Return a 304."""
    return answer("\r\n".join(("HTTP/1.1 304 Not Modified", *lines, "", "")).encode())


def closes(body: bytes, *lines: str) -> Answer:
    """Return an answer that ends where the connection does."""
    head = ["HTTP/1.1 200 OK", *lines]
    return answer("\r\n".join((*head, "", "")).encode() + body, end=End.CLOSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """What ``obtain`` needs, and what it leaves behind."""

    settings: Settings
    policy: Policy
    store: Store
    intake: Intake
    caution: Caution
    originals: Originals
    meter: RememberingMeter
    tasks: Tasks
    now: Clock

    def permit(self, path: str = "/a.png", host: str = HOST) -> Permit:
        """Return the permit for a path at the origin."""
        return judge(Order(source=parse_source(f"http://{host}{path}")), self.policy, self.now())

    async def obtain(self, path: str = "/a.png", host: str = HOST, **asked: str) -> Found:
        """Obtain a path; the keywords are header fields of the client."""
        return await self.originals.obtain(self.permit(path, host), fields(**asked))

    async def held(self, path: str = "/a.png", host: str = HOST) -> Entry | None:
        """Return what the store has for a path."""
        return await self.store.look_up(original_key(self.permit(path, host).order.source))

    async def held_bytes(self, path: str = "/a.png") -> bytes | None:
        """Return the body the store has for a path."""
        entry = await self.held(path)
        return await self.bytes_of(entry) if entry else None

    async def bytes_of(self, entry: Entry) -> bytes | None:
        """Return an entry's body."""
        return await self.store.read(entry.body) if entry.body else None


async def ask(
    parts: Rig,
    held: Entry | None = None,
    *,
    path: str = "/a.png",
    conditions: Headers = Headers(),
    asked: Headers = Headers(),
) -> Taken:
    """Ask the origin for a path; ``asked`` are the client's header fields."""
    return await parts.intake.ask(parts.permit(path), held, conditions=conditions, asked=asked)


Look = Callable[[bytes], Awaitable[int]]


async def looked_at(data: bytes) -> int:
    """Return how a picture looks; a worker does it where there are some."""
    return fingerprinted(data, Limits.of(Images()))


async def _cleaned(data: bytes) -> bytes:
    return clean(data)


def fields(**asked: str) -> Headers:
    """Return header fields: Cache_Control is Cache-Control."""
    return Headers.of((name.replace("_", "-"), value) for name, value in asked.items())


@asynccontextmanager
async def rig(  # noqa: PLR0913  # what a rig is made of; all but two by name
    directory: Path,
    port: int,
    *,
    backend: str = "memory",
    now: Clock | None = None,
    more: Mapping[str, Any] | None = None,
    fingerprint: Look = looked_at,
) -> AsyncIterator[Rig]:
    """Open the parts over an origin at ``port``; ``more`` are settings.

    Every origin they name is there, too.
    """
    own = (more or {}).get("origins", {})
    there = {"connect_to": f"127.0.0.1:{port}"}
    origins = {key: {**there, **own.get(key, {})} for key in (HOST, OTHER, *own)}
    base = {
        "server": {"names": [OURSELVES]},
        "access": {"placeholders": [sha256(PLACEHOLDER).hexdigest()]},
    }
    cache = {"remember_failures": False, **(more or {}).get("cache", {})}
    given = {**base, **(more or {}), "cache": cache, "origins": origins}
    settings = settings_for(directory, port, given)
    policy, now, tasks, meter = Policy.of(settings), now or Clock(), Tasks(), RememberingMeter()
    upkeep = Tasks()
    store = await Store.open(settings.cache, now=now, tasks=upkeep, backend=backend)
    fetcher = Fetcher(settings.fetch, resolver=FakeResolver(), pseudonym="test", now=now)
    intake = Intake(
        settings=settings,
        policy=policy,
        fetcher=fetcher,
        store=store,
        ladder=Ladder(store, now=now),
        clean=_cleaned,
        fingerprint=fingerprint,
    )
    caution = Caution(
        store,
        remember_failures=settings.cache.remember_failures,
        now=now,
        jitter=lambda: 0.0,
    )
    originals = Originals(
        store=store,
        intake=intake,
        caution=caution,
        tasks=tasks,
        meter=meter,
        now=now,
        total_s=settings.fetch.total,
        stale_wait_s=settings.cache.stale_wait,
    )
    try:
        yield Rig(
            settings=settings,
            policy=policy,
            store=store,
            intake=intake,
            caution=caution,
            originals=originals,
            meter=meter,
            tasks=tasks,
            now=now,
        )
    finally:
        await tasks.close(timeout_s=5)
        await fetcher.close()
        await store.close()
        await upkeep.close(timeout_s=5)


@asynccontextmanager
async def scene(
    directory: Path,
    *answers: Answer,
    backend: str = "memory",
    more: Mapping[str, Any] | None = None,
    choose: Callable[[str], Answer] | None = None,
    fingerprint: Look = looked_at,
) -> AsyncIterator[tuple[Rig, RawOrigin]]:
    """Open the parts over an origin that answers so, in turn; the last answer stays.

    Or, with ``choose``, as that says of a request's head.
    """
    async with (
        raw_origin(*answers, choose=choose) as origin,
        rig(directory, origin.port, backend=backend, more=more, fingerprint=fingerprint) as parts,
    ):
        yield parts, origin


async def turns() -> None:
    """Let every task that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)


async def until(holds: Callable[[], bool]) -> None:
    """Let others go on until something holds."""
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110  # no event tells of it
            await asyncio.sleep(0)


def left_over(directory: Path) -> list[Path]:
    """Return the drafts that lie in a store's directory."""
    return [path for path in (directory / "drafts").rglob("*") if path.is_file()]


def blobs(directory: Path) -> list[Path]:
    """Return the bodies that lie in a store's directory."""
    return [path for path in (directory / "blobs").rglob("*") if path.is_file()]
