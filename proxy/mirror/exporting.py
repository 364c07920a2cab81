"""Writes what is kept as a static tree: from the store to files, a source at a time.

Every file is checked against its digest: one that stands right is not touched, one of somebody
else's is never replaced. What cannot be had is named, and what the tree holds of it stays.
"""

import asyncio
import errno
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

from proxy.cache.keys import original_key
from proxy.dialects.address import parse_source
from proxy.errors import BadManifest, BodyLost, PictureError, ProxyError, SettingsError
from proxy.mirror import export
from proxy.mirror.export import FILE, MADE_BY, Part, Row
from proxy.mirror.kitchen import Kitchen
from proxy.mirror.places import static_path
from proxy.mirror.tree import Tree
from proxy.model import manifest
from proxy.model.body import Blob, Held, Stored
from proxy.model.entry import Entry, Kind
from proxy.model.manifest import Manifest
from proxy.stores.directory import Directory
from proxy.stores.store import Store

FORMATS: Mapping[str, str] = {"avif": "image/avif", "webp": "image/webp", "jpeg": ""}  # → Accept
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A source of which the original is exported, and the pictures of these presets.

    ``presets`` None: of those that a picture is kept of, in whatever format.
    """

    source: str
    presets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that could not be had, or done."""

    source: str
    what: str  # "original", "thumbnail (jpeg)" …
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What a run came to, in files."""

    written: int
    unchanged: int
    removed: int
    left: int  # of earlier runs, named by nothing any more
    missing: tuple[Missing, ...]

    @property
    def files(self) -> int:
        """Return how many files were wanted and are there."""
        return self.written + self.unchanged


async def pinned(store: Store) -> list[Wanted]:
    """Return every source whose original is pinned. Raises StoreUnavailable."""
    found: list[Wanted] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await store.entries(limit=_PAGE, cursor=cursor)
        found += [
            Wanted(source=entry.source)
            for entry in page.entries
            if entry.pinned and entry.key == original_key(parse_source(entry.source))
        ]
        cursor = page.cursor
    return found


class Exporter:
    """Writes sources into ``tree``; ``before`` is the manifest that stands there.

    ``blobs`` is the store's directory where files are to be hard links to it, else None.
    """

    def __init__(
        self,
        *,
        store: Store,
        kitchen: Kitchen,
        tree: Tree,
        formats: Sequence[str],
        blobs: Directory | None,
    ) -> None:
        self._store = store
        self._kitchen = kitchen
        self._tree = tree
        self._formats = formats
        self._blobs = blobs
        self._before = _before(tree)
        self._known = export.named(self._before)
        self._owners: dict[str, tuple[str, str | None]] = {}
        self._rows: dict[str, Row] = {}
        self._missing: list[Missing] = []
        self._n_written = self._n_unchanged = 0

    async def export(self, wanted: Wanted) -> None:
        """Write one source's files; what cannot be had is noted."""
        source = wanted.source
        entry = await self._store.look_up(original_key(parse_source(source)))
        if entry is None or entry.body is None or not _succeeded(entry.head.status):
            answered = entry and f"its publisher answered {entry.head.status}"
            kept = answered or "nothing is kept of it"
            self._missing.append(Missing(source=source, what="original", because=kept))
            if source in self._before.sources:
                self._rows[source] = self._before.sources[source]
            return
        original = await self._original(entry)
        presets = {
            name: await self._pictures(entry, name) for name in await self._presets(wanted, entry)
        }
        if original or any(presets.values()):
            first = next(iter(original), None)
            self._rows[source] = export.row_of(first, presets, came_from=entry.came_from)

    async def finish(self, *, prune: bool) -> Exported:
        """Write the manifest, remove what nothing names any more, and tell what was done."""
        after, left = export.settled(self._before, self._rows, prune=prune)
        n_removed = 0
        for path in sorted(left) if prune else ():
            try:
                await asyncio.to_thread(self._tree.remove, path)
            except OSError as failure:
                self._miss(path, "removal", failure)
            else:
                left.discard(path)
                n_removed += 1
        data = manifest.write(export.leaving(after, left)).encode()
        digest = sha256(data).hexdigest()
        try:
            if await asyncio.to_thread(self._tree.digest, FILE) != digest:
                await self._tree.write(FILE, Held(data, digest))
        except OSError as failure:
            self._miss(FILE, "manifest", failure)
        return Exported(
            written=self._n_written,
            unchanged=self._n_unchanged,
            removed=n_removed,
            left=len(left),
            missing=tuple(sorted(self._missing, key=lambda one: (one.source, one.what))),
        )

    async def _original(self, entry: Entry) -> tuple[Part, ...]:
        try:
            return (await self._part(entry, None, entry),)
        except (ProxyError, OSError) as failure:
            self._miss(entry.source, "original", failure)
            return export.parts_of(self._before, entry.source, None)

    async def _presets(self, wanted: Wanted, entry: Entry) -> list[str]:
        if wanted.presets is not None:
            return list(wanted.presets)
        found = []
        for preset in self._kitchen.presets:
            try:
                kept = [await self._kitchen.kept(entry, preset, a) for a in FORMATS.values()]
            except PictureError:
                continue
            if any(kept):
                found.append(preset)
        return found

    async def _pictures(self, entry: Entry, preset: str) -> list[Part]:
        """Write a preset's pictures; where one cannot be had, the tree's own stay named."""
        parts: dict[str, Part] = {}
        for form in self._formats:
            try:
                part = await self._picture(entry, preset, FORMATS[form])
                parts[part.path] = part
            except (ProxyError, OSError) as failure:
                self._miss(entry.source, f"{preset} ({form})", failure)
                for old in export.parts_of(self._before, entry.source, preset):
                    parts.setdefault(old.path, old)
        return [parts[path] for path in sorted(parts)]

    async def _picture(self, entry: Entry, preset: str, accept: str) -> Part:
        made = await self._kitchen.picture(entry, preset, accept)
        try:
            return await self._part(entry, preset, made)
        except BodyLost:
            if made.kind is Kind.ORIGINAL:
                raise
        await self._store.forget(made.key)  # and made again, once
        return await self._part(entry, preset, await self._kitchen.picture(entry, preset, accept))

    async def _part(self, original: Entry, preset: str | None, shown: Entry) -> Part:
        """Write one file. Raises BodyLost where its body is no longer there, OSError."""
        if shown.body is None:
            raise BodyLost(shown.source)
        path = static_path(original.source, preset, shown.media_type)
        await self._put(path, (original.source, preset), shown.body)
        width, height = shown.facts.upright if shown.facts else (None, None)
        return Part(
            path=path,
            media_type=shown.media_type,
            width=width,
            height=height,
            sha256=shown.body.digest,
        )

    async def _put(self, path: str, owner: tuple[str, str | None], body: Stored) -> None:
        other = self._owners.get(path, owner)
        if other != owner:  # their hashes are the same
            raise FileExistsError(errno.EEXIST, f"{other[0]} lies there", path)
        if path in self._owners:  # one format stood in for another
            return
        standing = await asyncio.to_thread(self._tree.digest, path)
        if standing is not None and standing != body.digest and path not in self._known:
            raise FileExistsError(errno.EEXIST, "a file of somebody else's lies there", path)
        if standing == body.digest:
            self._n_unchanged += 1
        else:
            await self._write(path, body)
            self._n_written += 1
        self._owners[path] = owner

    async def _write(self, path: str, body: Stored) -> None:
        if await self._linked(path, body):
            return
        opened = await self._store.opened(body)
        if opened is None:
            raise BodyLost(path)
        await self._tree.write(path, opened)

    async def _linked(self, path: str, body: Stored) -> bool:
        if self._blobs is None or not isinstance(body, Blob):
            return False
        blob = Path(self._blobs.blob(body.digest))
        return await asyncio.to_thread(self._tree.link, path, blob, body.digest)

    def _miss(self, source: str, what: str, failure: ProxyError | OSError) -> None:
        match failure:
            case BodyLost():
                because = "what is kept of it is damaged or lost"
            case OSError():
                because = failure.strerror or str(failure)
            case _:
                because = str(failure) or failure.title()
        self._missing.append(Missing(source=source, what=what, because=because))


async def export_all(
    exporter: Exporter,
    wanted: Sequence[Wanted],
    *,
    at_once: int,
    on_progress: Callable[[], None] = lambda: None,
) -> None:
    """Export all that is wanted; ``on_progress`` hears of each source that is done."""
    left = iter(wanted)  # shared by the lanes: each takes the next

    async def lane() -> None:
        for one in left:
            await exporter.export(one)
            on_progress()

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(lane())


def _before(tree: Tree) -> Manifest:
    """Return the manifest of the run before; raises SettingsError where the tree is another's."""
    try:
        data = tree.read(FILE)
        return (
            Manifest(made_by=MADE_BY, sources={})
            if data is None
            else export.read_own(data.decode())
        )
    except (BadManifest, UnicodeDecodeError) as exc:
        said = f"DIR: the {FILE} there is none of export's ({exc}); choose another folder"
        raise SettingsError((said,)) from exc
    except OSError as exc:
        raise SettingsError((f"DIR: {FILE}: {exc.strerror}",)) from exc


def _succeeded(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
