"""The slow comparison of index and blobs, in steps too small to be felt.

Once after each start and once a day: checks the index's pages and rows, counts files no row knows
of (their process was killed before it could write the row), and removes what nobody has named for
a day.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from proxy.errors import StoreUnavailable
from proxy.stores import shelf
from proxy.stores.claims import try_lock
from proxy.stores.directory import Directory
from proxy.stores.ledger import Ledger
from proxy.stores.schema import IndexFile
from proxy.stores.tables import RECOUNT
from proxy.stores.verify import Verification
from proxy.stores.writer import Writer

# 256 steps: some 10 s in all, with 100,000 blobs 6 ms of every 30.
_PAUSE_S = 0.025


async def sweep(  # noqa: PLR0913  # the parts it goes through
    *,
    file: IndexFile,
    writer: Writer,
    ledger: Ledger,
    directory: Directory,
    verification: Verification,
    pause_s: float = _PAUSE_S,
) -> None:
    """Go through everything once, unless another process does. Raises StoreUnavailable."""
    with _alone(directory) as first:
        if not first:
            return
        if await asyncio.to_thread(file.damage):
            writer.suspect()  # the next job sets it aside
        # Rows first: a damaged digest must not make the body of a pinned row nobody's.
        await verification.rows(pause_s=pause_s)
        for number in range(256):
            await writer.do(_step(directory, f"{number:02x}"))
            await asyncio.sleep(pause_s)
        await writer.do(lambda connection: connection.execute(RECOUNT).rowcount)
        while await writer.do(ledger.sweep):  # noqa: ASYNC110  # a pause between steps, no waiting
            await asyncio.sleep(pause_s)


def _step(directory: Directory, prefix: str) -> Callable[[sqlite3.Connection], None]:
    return lambda connection: shelf.reconcile(connection, directory, prefix)


@contextmanager
def _alone(directory: Directory) -> Iterator[bool]:
    """Tell whether no other process sweeps; none does until the block ends."""
    try:
        handle = try_lock(directory.locks / "sweep")
    except OSError as exc:
        raise StoreUnavailable(f"nothing can be locked: {exc}") from exc
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)
