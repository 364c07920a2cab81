"""Processes over one store, for the proofs: ``python -m tests.fakes.stores ROLE DIR BOUND``.

They say what they have done on stdout, a line each, and go on until they are killed or told.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from proxy.stores.store import Store
from tests.stores.makers import body, entry, opened, put

N_KEYS = 1000
N_ASKED = 100  # of them, where asks should mostly be hits
N_WRITERS = 50
TICK_S = 0.005


def said(*words: object) -> None:
    """Write a line that the parent reads at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def data_of(n: int) -> bytes:
    """Return the one right body of key ``k<n>``."""
    return body(n, 1000 + 3000 * (n % 100))


async def write_for_ever(store: Store) -> None:
    """Fill the store by many writers; every tenth entry is pinned, and that is said."""
    said("writing")

    async def writer(lane: int) -> None:
        n = lane
        while True:
            n = (n + 7) % N_KEYS
            if await put(store, f"k{n}", data_of(n)) and n % 10 == 0 and await store.pin(f"k{n}"):
                said("pinned", n)

    await asyncio.gather(*(writer(lane * 20) for lane in range(N_WRITERS)))


async def lags(seconds: float) -> list[float]:
    """Return how late each tick of the loop came, in seconds."""
    late = []
    ends_at = time.monotonic() + seconds
    while (now := time.monotonic()) < ends_at:
        await asyncio.sleep(TICK_S)
        late.append(max(0.0, time.monotonic() - now - TICK_S))
    return late


async def churn(store: Store) -> None:
    """Write new pictures until the parent ends us; on each line it sends say how late ticks are."""
    n_bytes = 0
    late: list[float] = []
    said("churning")

    async def writer(lane: int) -> None:
        nonlocal n_bytes
        n = lane
        while True:
            data = body(n, 2000 + 997 * (n % 100))
            await put(store, f"k{n}", data)
            n_bytes += len(data)
            await store.look_up(f"k{n - 64}")
            n += 8

    async def probe() -> None:
        while True:
            late.extend(await lags(0.5))

    tasks = [asyncio.ensure_future(writer(lane)) for lane in range(8)]
    tasks.append(asyncio.ensure_future(probe()))
    while await asyncio.to_thread(sys.stdin.readline):
        said(n_bytes, p99(late))
    for task in tasks:
        task.cancel()


async def idle() -> None:
    """Tick in an empty process, until the parent asks how late ticks were."""
    late: list[float] = []
    said("ticking")
    asked = asyncio.ensure_future(asyncio.to_thread(sys.stdin.readline))
    while not asked.done():
        late += await lags(0.2)
    said(0, p99(late))


def p99(late: list[float]) -> float:
    """Return the ninety-ninth percentile."""
    return sorted(late)[int(len(late) * 0.99)] if late else 0.0


async def watch(store: Store) -> None:
    """Work on the store; for each key the parent names say when it is gone from here."""
    n_read = n_bad = 0

    async def work() -> None:
        nonlocal n_read, n_bad
        n = 0
        while True:
            n = (n + 13) % N_ASKED
            good, bad = await ask(store, n)
            n_read, n_bad = n_read + good, n_bad + bad

    worker = asyncio.ensure_future(work())
    said("watching")
    while key := (await asyncio.to_thread(sys.stdin.readline)).strip():
        assert await store.look_up(key) is not None
        said("have")
        while store.recall(key) is not None:  # noqa: ASYNC110  # a request looks, nothing tells it
            await asyncio.sleep(0)
        said(time.monotonic())
    worker.cancel()
    said(n_read, n_bad)


async def ask(store: Store, n: int) -> tuple[int, int]:
    """Ask for ``k<n>`` as a request would, kept where it is not there; return (read, wrong)."""
    key = f"k{n}"
    found = store.recall(key) or await store.look_up(key)
    data = await store.read(found.body) if found is not None and found.body else None
    if found is None or data is None:
        began = store.sequence()
        draft = await store.begin(None)
        await draft.write(data_of(n))
        stored = await draft.commit()
        await store.keep(entry(key, stored), began)
        return 0, 0
    return 1, int(data != data_of(n) or found.key != key)


ROLES: dict[str, Callable[[Store], Awaitable[None]]] = {
    "write": write_for_ever,
    "churn": churn,
    "watch": watch,
}


async def main(role: str, folder: str, bound: int) -> None:
    """Play a role."""
    async with opened(Path(folder), disk=bound, memory=8 << 20, now=time.time) as store:
        await ROLES[role](store)


if __name__ == "__main__":
    if sys.argv[1] == "idle":
        asyncio.run(idle())
    else:
        asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
