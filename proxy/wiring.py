"""Builds the parts of one server process from Settings, and closes them in reverse order."""

import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from proxy import clock
from proxy.dialects.address import parse_source
from proxy.errors import BadAddress, BadManifest, SettingsError
from proxy.fetch.client import Fetcher
from proxy.fetch.connector import INTERNET, Wire
from proxy.fetch.resolver import Resolver, SystemResolver
from proxy.flow.caution import Caution
from proxy.flow.explain import Explainer
from proxy.flow.flow import Flow
from proxy.flow.intake import Intake
from proxy.flow.ladder import Ladder
from proxy.flow.originals import Originals
from proxy.flow.pictures import Pictures
from proxy.images.workers import Workers
from proxy.model import manifest
from proxy.observe.metrics import Metrics
from proxy.rules.policy import Policy
from proxy.settings import Settings
from proxy.stores.store import Store
from proxy.tasks import Tasks

_CLOSING_S = 5.0  # seconds background work gets to end by itself
_FIRST_ANSWERS_S = 0.2  # those who waited for the start come first, then the picture workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a server process is made of."""

    settings: Settings
    policy: Policy
    store: Store
    workers: Workers
    flow: Flow
    explainer: Explainer
    tasks: Tasks
    metrics: Metrics


def policy_of(settings: Settings) -> Policy:
    """Return what the operator allows, with what the manifests of ``[access] posts`` name.

    Raises SettingsError with a sentence for each of them that cannot be read.
    """
    if not settings.access.posts:
        return Policy.of(settings)
    named, mistakes = set[str](), []
    for path in settings.access.posts:
        try:
            sources = manifest.read(Path(path).expanduser().read_text(encoding="utf-8")).sources
        except OSError as exc:
            mistakes.append(f"access.posts: {path}: the file cannot be read: {exc.strerror}")
        except UnicodeDecodeError:
            mistakes.append(f"access.posts: {path}: the text is not UTF-8")
        except BadManifest as exc:
            mistakes.append(f"access.posts: {path}: {exc}")
        else:
            for url in sources:
                with suppress(BadAddress):  # nor could it be asked for
                    named.add(parse_source(url).url)
    if mistakes:
        raise SettingsError(tuple(mistakes))
    return Policy.of(settings, posts=frozenset(named))


@asynccontextmanager
async def service(
    settings: Settings,
    *,
    picture_workers: int,
    resolver: Resolver | None = None,
    wire: Wire = INTERNET,
) -> AsyncIterator[Service]:
    """Open a service; ``picture_workers`` is this process's share.

    ``resolver`` is the system's by default; ``wire`` is what lies between us and the origins.
    Raises SettingsError where a manifest of ``[access] posts`` cannot be read.
    """
    async with AsyncExitStack() as stack:
        policy, metrics = policy_of(settings), Metrics()
        tasks = Tasks()
        # Its upkeep ends with the store, not with the work that tasks.close waits for.
        store = await Store.open(settings.cache, now=clock.now, tasks=Tasks())
        stack.push_async_callback(store.close)
        if resolver is None:
            resolver = SystemResolver()
            stack.callback(resolver.close)
        fetcher = Fetcher(
            settings.fetch,
            resolver=resolver,
            pseudonym=policy.pseudonym,
            now=clock.now,
            wire=wire,
        )
        stack.push_async_callback(fetcher.close)
        workers = Workers(settings.images, processes=picture_workers)
        # Not waited for: what is kept is served at once.
        tasks.spawn(workers.start(after_s=_FIRST_ANSWERS_S), name="start the picture workers")
        stack.push_async_callback(workers.close)
        stack.push_async_callback(tasks.close, timeout_s=_CLOSING_S)
        flow = _corridor(
            settings,
            policy=policy,
            store=store,
            fetcher=fetcher,
            workers=workers,
            tasks=tasks,
            metrics=metrics,
        )
        yield Service(
            settings=settings,
            policy=policy,
            store=store,
            workers=workers,
            flow=flow,
            explainer=Explainer(settings=settings, policy=policy, store=store, now=clock.now),
            tasks=tasks,
            metrics=metrics,
        )


def _corridor(  # noqa: PLR0913  # the corridor is given every room it leads through
    settings: Settings,
    *,
    policy: Policy,
    store: Store,
    fetcher: Fetcher,
    workers: Workers,
    tasks: Tasks,
    metrics: Metrics,
) -> Flow:
    caution = Caution(
        store,
        remember_failures=settings.cache.remember_failures,
        now=clock.now,
        jitter=lambda: random.uniform(-1, 1),  # noqa: S311  # it spreads load, it guards nothing
    )
    originals = Originals(
        store=store,
        caution=caution,
        intake=Intake(
            settings=settings,
            policy=policy,
            fetcher=fetcher,
            store=store,
            ladder=Ladder(store, now=clock.now),
            clean=workers.clean,
            fingerprint=workers.fingerprint,
        ),
        tasks=tasks,
        meter=metrics,
        now=clock.now,
        total_s=settings.fetch.total,
        stale_wait_s=settings.cache.stale_wait,
    )
    pictures = Pictures(
        images=settings.images,
        store=store,
        workers=workers,
        caution=caution,
        tasks=tasks,
        meter=metrics,
        now=clock.now,
    )
    return Flow(
        settings=settings,
        policy=policy,
        store=store,
        originals=originals,
        pictures=pictures,
        now=clock.now,
    )
