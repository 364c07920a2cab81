"""What the store knows of pictures, for a rewriting: their sides, colours, and place in an export.

Asks no publisher. What is known is learned ahead, source by source; the questions are then answered
at once.
"""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

from proxy.cache.keys import info_key, original_key
from proxy.dialects.address import parse_source
from proxy.errors import BodyLost, ProxyError
from proxy.images.workers import Workers
from proxy.mirror.kitchen import Kitchen, kitchen
from proxy.mirror.places import static_path
from proxy.model.body import Stored
from proxy.model.entry import Entry
from proxy.model.picture import Facts
from proxy.settings import Settings
from proxy.stores.store import Store


class Kept:
    """Answers for the sources it has learned; others are not known."""

    def __init__(
        self, store: Store, *, cook: Kitchen, workers: Workers, places: bool, info: bool
    ) -> None:
        self._store = store
        self._cook = cook
        self._workers = workers
        self._wants_places = places
        self._wants_info = info
        self._started = False
        self._entries: dict[str, Entry | None] = {}
        self._infos: dict[str, Mapping[str, object]] = {}
        self._places: dict[tuple[str, str], str | None] = {}

    async def learn(self, asked: Iterable[tuple[str, str]]) -> None:
        """Look up sources, each with "" or the preset it is asked by, that are not known yet.

        Where places are wanted, a preset's picture is made if it is missing.
        """
        for source, made in asked:
            if source not in self._entries:
                await self._look_up(source)
            entry = self._entries[source]
            if entry and self._wants_places and (source, made) not in self._places:
                self._places[source, made] = await self._place(entry, made)

    def facts_of(self, source: str) -> Facts | None:
        """Return what an original's header says."""
        entry = self._entries.get(source)
        return entry.facts if entry else None

    def info_of(self, source: str) -> Mapping[str, object] | None:
        """Return what ``/info/`` tells of an original."""
        return self._infos.get(source)

    def place_of(self, source: str, made: str) -> str | None:
        """Return where an export has an original ("") or a preset's picture; None: nowhere."""
        return self._places.get((source, made))

    async def _look_up(self, source: str) -> None:
        entry = await self._store.look_up(original_key(parse_source(source)))
        if entry and (entry.body is None or entry.head.status != HTTPStatus.OK):
            entry = None
        self._entries[source] = entry
        if entry and entry.body and entry.facts and self._wants_info:
            await self._describe(entry.body, source)

    async def _place(self, original: Entry, made: str) -> str | None:
        if not made:
            return static_path(original.source, None, original.media_type)
        try:  # as those are answered who name no format: what every browser shows
            picture = await self._cook.picture(original, made, "")
        except ProxyError:
            return None
        return static_path(original.source, made, picture.media_type)

    async def _describe(self, body: Stored, source: str) -> None:
        async def load() -> bytes:
            data = await self._store.read(body)
            if data is None:
                raise BodyLost(source)
            return data

        known = await self._store.look_up(info_key(body.digest))
        data = await self._store.read(known.body) if known and known.body else None
        try:
            if data is None:
                if not self._started:
                    self._started = True
                    await self._workers.start()
                data = await self._workers.describe(load)
            self._infos[source] = json.loads(data)
        except (ProxyError, ValueError):  # it has no background, then
            return


@asynccontextmanager
async def kept(
    settings: Settings, store: Store, *, places: bool = False, info: bool = False
) -> AsyncIterator[Kept]:
    """Open what answers over a store.

    ``places``: whether ``place_of`` will be asked; ``info``: whether ``info_of`` will be.
    """
    workers = Workers(settings.images, processes=1)
    async with kitchen(settings, store=store, processes=1) as cook:
        try:
            yield Kept(store, cook=cook, workers=workers, places=places, info=info)
        finally:
            await workers.close()
