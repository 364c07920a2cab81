"""``image-proxy export``: what is kept, as a static tree that any web server can serve."""

import asyncio
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from proxy.cli import posts
from proxy.cli.figures import counted, visible
from proxy.cli.opened import AsJson, complain, say, with_store
from proxy.cli.options import ConfigFile, settings
from proxy.cli.posts import Places, Posts
from proxy.errors import SettingsError
from proxy.mirror.exporting import Exported, Exporter, Wanted, export_all, pinned
from proxy.mirror.kitchen import kitchen
from proxy.mirror.tree import Tree
from proxy.mirror.wishes import wishes
from proxy.settings import Settings
from proxy.stores.directory import Directory
from proxy.stores.store import Store

_MEMORY_BYTES = 16 << 20  # no body is read twice
Format = Literal["avif", "webp", "jpeg"]


def export(  # noqa: PLR0913  # what may be typed
    directory: Annotated[Path, Parameter(name="DIR", help="The tree's folder.")],
    /,
    *paths: Places,
    formats: Annotated[
        tuple[Format, ...],
        Parameter(
            help="Of the presets' pictures, one or more; jpeg is what every browser shows: JPEG,"
            " PNG or GIF.",
            negative="",
            consume_multiple=True,
        ),
    ] = ("jpeg",),
    link: Annotated[
        bool,
        Parameter(
            negative="",
            help="Make the files hard links to the store's own, where that is possible: no room is"
            " taken, but who writes into one destroys the only copy.",
        ),
    ] = False,
    prune: Annotated[
        bool, Parameter(negative="", help="Remove what earlier exports wrote and this one did not.")
    ] = False,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Write pictures as files, HOST/PATH, with an index in DIR/manifest.json.

    Without posts: every pinned original, with the pictures of presets that are kept of it. With
    posts: what they show. Asks no publisher. A second run touches only what changed. Exit code 0:
    all is there; 1: something is missing, and named.
    """
    chosen = settings(config)
    if not formats:
        raise SettingsError(("--formats: name one or more of avif, webp, jpeg",))
    found = asyncio.run(posts.read(paths, chosen)) if paths else None
    cache = chosen.cache.model_copy(update={"memory": min(chosen.cache.memory, _MEMORY_BYTES)})
    chosen = chosen.model_copy(update={"cache": cache})
    blobs = Directory(Path(cache.dir).expanduser()) if link else None

    async def work(store: Store) -> int:
        with Tree.opened(directory) as tree:
            wanted = await pinned(store) if found is None else _shown(found, chosen)
            done = await _done(
                chosen, store, tree, wanted, formats=formats, blobs=blobs, prune=prune
            )
        return _tell(directory, wanted, found, done, as_json=as_json)

    return with_store(chosen, work)


async def _done(  # noqa: PLR0913  # a run and how it is to go
    chosen: Settings,
    store: Store,
    tree: Tree,
    wanted: list[Wanted],
    *,
    formats: tuple[Format, ...],
    blobs: Directory | None,
    prune: bool,
) -> Exported:
    n_workers = chosen.images.workers or os.cpu_count() or 1
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with kitchen(chosen, store=store, processes=n_workers) as cook:
        exporter = Exporter(store=store, kitchen=cook, tree=tree, formats=formats, blobs=blobs)
        with Progress(
            "exporting", *columns, console=console, disable=not console.is_terminal
        ) as progress:
            task = progress.add_task("", total=len(wanted))
            await export_all(
                exporter,
                wanted,
                at_once=n_workers + 1,  # one reads while the others wait for their pictures
                on_progress=lambda: progress.advance(task),
            )
        return await exporter.finish(prune=prune)


def _shown(found: Posts, chosen: Settings) -> list[Wanted]:
    """Return what the posts show."""
    asked = wishes(found.references(), posts.presets_by_role(chosen))
    return [Wanted(source=wish.source, presets=wish.presets) for wish in asked]


def _tell(
    directory: Path, wanted: list[Wanted], found: Posts | None, done: Exported, *, as_json: bool
) -> int:
    unread = list(found.complaints()) if found else []
    lost = list(found.lost()) if found else []
    if as_json:
        facts = {"dir": str(directory), "sources": len(wanted), **asdict(done)}
        facts["without_source"] = [
            {"at": posts.place_of(one), "written": one.written, "problem": one.problem}
            for one in lost
        ]
        facts["complaints"] = [{"post": name, "complaint": why} for name, why in unread]
        say(json.dumps(facts))
    else:
        for one in done.missing:
            complain(visible(f"{one.source}: {one.what}: {one.because}"))
        for reference in lost:
            written = visible(f"{reference.written[:200]}: {reference.problem}")
            complain(f"{posts.place_of(reference)}: {written}")
        posts.complain_of(unread)
        numbers = f"{done.written:,} written, {done.unchanged:,} as they were"
        removed = f", {done.removed:,} removed" if done.removed else ""
        left = f", {done.left:,} of earlier exports left (--prune removes)" if done.left else ""
        sources = counted(len(wanted), "source")
        say(f"{directory}: {sources}, {counted(done.files, 'file')}: {numbers}{removed}{left}")
    if not wanted:
        complain(
            "nothing is pinned (`image-proxy mirror PATH…` pins), and no posts were named"
            if found is None
            else "the posts show no pictures"
        )
    return int(bool(done.missing or lost or unread or not wanted))
