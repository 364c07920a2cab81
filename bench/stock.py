"""A store that holds many objects, written in bulk: a file, a blob's row and an entry's each.

As a commit does it, by the store's own functions inside its own write transactions, a thousand
objects a transaction instead of a fetch each.
"""
# a folder of programs

import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from proxy import clock
from proxy.cache.keys import original_key
from proxy.dialects.address import parse_source
from proxy.model.body import Blob
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.picture import Facts, Format
from proxy.settings import Cache
from proxy.stores import entries, rows, shelf
from proxy.stores.disk import Disk

HOST = "image.woshipm.com"
_A_STEP = 1000


async def fill(directory: Path, picture: bytes, n_objects: int) -> None:
    """Keep ``n_objects`` originals in a directory; the number is the only thing that differs."""
    disk = await Disk.open(Cache(dir=str(directory)), now=clock.now)
    try:
        for first in range(0, n_objects, _A_STEP):
            some = range(first, min(first + _A_STEP, n_objects))
            await disk._writer.do(_step(disk, picture, some))  # noqa: SLF001  # no fetch a thousand
    finally:
        await disk.save()
        await disk.close()


def address(number: int) -> str:
    """Return the source of an object."""
    return f"http://{HOST}/wp-files/{number}.jpg"


def _step(disk: Disk, picture: bytes, numbers: range) -> Callable[[sqlite3.Connection], None]:
    def work(connection: sqlite3.Connection) -> None:
        now = clock.now()
        directory = disk._directory  # noqa: SLF001
        for number in numbers:
            data = picture + b"%08d" % number
            digest = sha256(data).hexdigest()
            draft = directory.draft()
            draft.write_bytes(data)
            shelf.publish(connection, directory, digest, draft, now=now)
            entry = _entry(address(number), Blob(digest, len(data)), now)
            entries.write(connection, rows.to_row(entry), touched_at=now)

    return work


def _entry(url: str, body: Blob, now: float) -> Entry:
    source = parse_source(url)
    return Entry(
        key=original_key(source),
        kind=Kind.ORIGINAL,
        source=source.url,
        host=source.host,
        head=Head(status=200, headers=Headers((("Content-Type", "image/jpeg"),))),
        times=Times(requested_at=now, received_at=now, date=now),
        body=body,
        media_type="image/jpeg",
        facts=Facts(format=Format.JPEG, width=64, height=48),
    )
