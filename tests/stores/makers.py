"""Entries, bodies and stores as the tests of this room need them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

from proxy.model.body import Blob, Held, Stored
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.picture import Facts, Format
from proxy.settings import Cache
from proxy.stores.store import Store
from proxy.tasks import Tasks

MIB = 1 << 20
FACTS = Facts(format=Format.JPEG, width=640, height=480)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, at: float = 1_000_000.0) -> None:
        self.at = at

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.at


def entry(key: str, body: Stored | None = None, *, parent: str | None = None) -> Entry:
    """Return an original, or a picture where it has a parent."""
    return Entry(
        key=key,
        kind=Kind.PICTURE if parent else Kind.ORIGINAL,
        source=f"http://image.woshipm.com/{key}.jpg",
        host="image.woshipm.com",
        head=Head(status=200, headers=Headers((("ETag", '"a"'), ("X-Raw", "caf\udce9")))),
        times=Times(requested_at=1.5, received_at=2.25, date=2.0, age_s=0.5),
        body=body,
        media_type="image/jpeg",
        facts=FACTS,
        selecting=Headers((("Accept-Language", "zh"),)),
        parent=parent,
    )


def body(seed: int, n_bytes: int = 25_000) -> bytes:
    """Bytes that differ from those of every other seed."""
    block = sha256(str(seed).encode()).digest()
    return (block * (n_bytes // len(block) + 1))[:n_bytes]


def held_of(data: bytes) -> Held:
    """Return a body in memory."""
    return Held(data, sha256(data).hexdigest())


def blob_of(data: bytes) -> Blob:
    """Return what committing these bytes returns."""
    return Blob(sha256(data).hexdigest(), len(data))


def files(directory: Path) -> list[Path]:
    """Every file under a directory."""
    return sorted(path for path in directory.rglob("*") if path.is_file())


async def put(store: Store, key: str, data: bytes, *, parent: str | None = None) -> bool:
    """Keep an entry with these bytes as its body."""
    draft = await store.begin(len(data))
    await draft.write(data)
    return await store.keep(entry(key, await draft.commit(), parent=parent))


@asynccontextmanager
async def opened(
    directory: Path,
    *,
    disk: int = 64 * MIB,
    memory: int = 0,
    now: Callable[[], float] | None = None,
    backend: str = "disk",
) -> AsyncIterator[Store]:
    """Open a store and close it in the end; without memory, so that the backend is tested."""
    settings = Cache(dir=str(directory), disk=f"{disk} B", memory=f"{memory} B")
    tasks = Tasks()
    store = await Store.open(settings, now=now or Clock(), tasks=tasks, backend=backend)
    try:
        yield store
    finally:
        await store.close()
        await tasks.close(timeout_s=5)
