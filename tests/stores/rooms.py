"""The parts of the disk backend, put together as ``disk.py`` does, for tests of one part."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from proxy.stores.counter import Counter
from proxy.stores.directory import Directory
from proxy.stores.health import Health
from proxy.stores.index import DiskIndex
from proxy.stores.ledger import Ledger
from proxy.stores.pins import Pins
from proxy.stores.schema import IndexFile
from proxy.stores.space import Space
from proxy.stores.verify import Verification
from proxy.stores.writer import Writer
from tests.stores.makers import MIB, Clock, blob_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything over one directory."""

    directory: Directory
    clock: Clock
    health: Health
    file: IndexFile
    writer: Writer
    index: DiskIndex
    ledger: Ledger
    space: Space
    counter: Counter
    pins: Pins
    verification: Verification

    async def ask(self, question: str) -> list[tuple[object, ...]]:
        """Return what SQL says."""

        def work(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
            return connection.execute(question).fetchall()

        return await self.writer.do(work)

    def blob(self, digest: str) -> Path:
        """Return where a blob lies."""
        return Path(self.directory.blob(digest))

    async def put(self, data: bytes) -> str:
        """Put a body on the shelf by way of a draft file; return its digest."""
        path = self.directory.draft()
        path.write_bytes(data)
        digest = blob_of(data).digest
        assert await self.space.publish(digest, path)
        return digest


@asynccontextmanager
async def parts(root: Path, *, bound: int = 64 * MIB) -> AsyncIterator[Parts]:
    """Open them, and close them in the end."""
    directory, clock, health = Directory(root), Clock(), Health()
    counter, pins = Counter(directory.purges), Pins(directory)
    file = IndexFile(
        directory.index,
        lock=directory.locks / "index",
        now=clock,
        counter=counter,
        restore=lambda connection: pins.restore(connection, now=clock()),
    )
    writer = Writer(file, prepare=directory.prepare)
    index = DiskIndex(file, writer=writer, directory=directory, health=health, pins=pins, now=clock)
    ledger = Ledger(
        directory,
        bound=bound,
        now=clock,
        write_touches=index.write_touches,
        mend=index.mend,
    )
    space = Space(writer=writer, ledger=ledger, directory=directory, health=health, now=clock)
    await space.release_dead()
    counter.renew()
    await index.renew()
    try:
        yield Parts(
            directory=directory,
            clock=clock,
            health=health,
            file=file,
            writer=writer,
            index=index,
            ledger=ledger,
            space=space,
            counter=counter,
            pins=pins,
            verification=Verification(
                index=index, writer=writer, directory=directory, pins=pins, now=clock
            ),
        )
    finally:
        await writer.close()
        index.close()
        counter.close()
        directory.leave()


def failing(number: int) -> Callable[..., int]:
    """Return a system call that fails with this errno."""

    def call(*_: object) -> int:
        raise OSError(number, "the test says so")

    return call
