"""Makes the pictures of presets out of stored originals alone.

The server's own making, with its keys and over its store, but nothing here could ask a publisher:
no fetcher is built. (The ``local`` door validates what is stale, as a reader's ask does.)
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from proxy import clock
from proxy.dialects.address import parse_source
from proxy.errors import UnknownPreset
from proxy.flow.caution import Caution
from proxy.flow.pictures import Pictures, choose
from proxy.images import hints
from proxy.images.workers import Workers
from proxy.model.entry import Entry
from proxy.model.headers import Headers
from proxy.model.transform import Transform
from proxy.observe.metrics import Metrics
from proxy.rules.policy import Policy
from proxy.rules.profiles import terms_of
from proxy.settings import Settings
from proxy.stores.store import Store
from proxy.tasks import Tasks

_CLOSING_S = 5.0


class Kitchen:
    """Finds and makes pictures; its worker processes start with the first that must be made."""

    def __init__(self, settings: Settings, *, store: Store, workers: Workers, tasks: Tasks) -> None:
        self._settings = settings
        self._policy = Policy.of(settings)
        self._store = store
        self._workers = workers
        self._tasks = tasks
        self._started = False
        self._pictures = Pictures(
            images=settings.images,
            store=store,
            workers=workers,
            # Whoever runs a command again wants it tried again.
            caution=Caution(store, remember_failures=False, now=clock.now, jitter=lambda: 0.0),
            tasks=tasks,
            meter=Metrics(),
            now=clock.now,
        )

    @property
    def presets(self) -> tuple[str, ...]:
        """Return the names there are."""
        return tuple(self._settings.presets)

    async def kept(self, original: Entry, preset: str, accept: str) -> Entry | None:
        """Return the picture of a preset if it is kept, or the original where that stands in.

        Raises a PictureError where none can be made.
        """
        choice = choose(original, self._transform(preset), accept, self._settings.images)
        return original if choice is None else await self._store.look_up(choice.key)

    async def picture(self, original: Entry, preset: str, accept: str) -> Entry:
        """Return the picture of a preset, made where it is not kept.

        Raises what ``Pictures.obtain`` raises.
        """
        known = await self.kept(original, preset, accept)
        if known is not None:
            return known
        if not self._started:
            self._started = True
            self._tasks.spawn(self._workers.start(), name="start the picture workers")
        profile = terms_of(parse_source(original.source), self._policy).profile
        asked = Headers((("Accept", accept),) if accept else ())
        made, _ = await self._pictures.obtain(original, self._transform(preset), asked, profile)
        return made

    def _transform(self, preset: str) -> Transform:
        if preset not in self._settings.presets:  # [mirror] presets may name any
            raise UnknownPreset(preset, self.presets)
        return hints.resolve(self._settings.presets[preset].transform, Headers())


@asynccontextmanager
async def kitchen(settings: Settings, *, store: Store, processes: int) -> AsyncIterator[Kitchen]:
    """Open a kitchen over a store; ``processes`` pictures are made at one time."""
    workers, tasks = Workers(settings.images, processes=processes), Tasks()
    try:
        yield Kitchen(settings, store=store, workers=workers, tasks=tasks)
    finally:
        await tasks.close(timeout_s=_CLOSING_S)
        await workers.close()
