"""``image-proxy report``: what a mirror holds of some posts, what it lacks, and why."""

import asyncio
import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from proxy import clock
from proxy.cli import page, posts, written
from proxy.cli.columns import columns
from proxy.cli.figures import size, visible
from proxy.cli.opened import AsJson, complain, say, store_of
from proxy.cli.options import ConfigFile, settings
from proxy.cli.posts import Places
from proxy.errors import BadManifest, SettingsError, StoreUnavailable
from proxy.mirror import ledger
from proxy.mirror.ledger import Ledger
from proxy.mirror.report import Finding, Report, facts
from proxy.mirror.report import report as put_together
from proxy.mirror.standing import Observer, Standing
from proxy.mirror.wishes import wishes
from proxy.model import manifest
from proxy.settings import Settings
from proxy.stores.store import Store
from proxy.wiring import policy_of

# What a page may hold, so that a browser opens it: 6 MiB of pictures are 8 MiB as text.
_MOST_PICTURES = 400
_MOST_BYTES = 6 << 20
_LARGEST = 64 << 10  # bytes of one picture; made thumbnails have some 20 KiB


def report(  # what may be typed
    *paths: Places,
    html: Annotated[
        Path | None, Parameter(help="Write the report to this file, as one page for a browser.")
    ] = None,
    against: Annotated[
        Path | None,
        Parameter(
            name="--manifest",
            help="What an export said of its pictures: tell which are others by now.",
        ),
    ] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """Tell what posts show that is not in the mirror, by post and by host, and why.

    Looks at the posts, the index and what was remembered of earlier attempts; asks no publisher.
    Exit code 0: nothing is missing; 1: something is, or a document could not be read.
    """
    chosen = settings(config)
    promised = _promised(against)
    try:
        made, pictures = asyncio.run(_made(paths, promised, chosen, with_pictures=html is not None))
    except StoreUnavailable as failing:
        complain(visible(str(failing)))
        return 1
    if html is not None:
        written.write(html, page.render(made, pictures), "--html")
    if as_json:
        say(json.dumps(facts(made)))
    else:
        _tell(made)
    return int(not made.good)


def _promised(file: Path | None) -> Mapping[str, Mapping[str, Any]]:
    if file is None:
        return {}
    try:
        return manifest.read(file.read_text(encoding="utf-8")).sources
    except OSError as failed:
        raise SettingsError((f"--manifest: {file}: {failed.strerror}",)) from failed
    except (UnicodeDecodeError, BadManifest) as wrong:
        raise SettingsError((f"--manifest: {file}: {wrong}",)) from wrong


async def _made(
    paths: tuple[str, ...],
    promised: Mapping[str, Mapping[str, Any]],
    chosen: Settings,
    *,
    with_pictures: bool,
) -> tuple[Report, Mapping[str, str]]:
    found = await posts.read(paths, chosen)
    attempts = Ledger.read(ledger.path_of(chosen.cache))
    async with store_of(chosen) as store:
        observer = Observer(
            settings=chosen,
            policy=policy_of(chosen),
            store=store,
            attempts=attempts,
            promised=promised,
            now=clock.now,
        )
        standings = {
            wish.source: await observer.standing(wish)
            for wish in wishes(found.references(), posts.presets_by_role(chosen))
        }
        pictures = await _pictures(store, standings.values()) if with_pictures else {}
    return put_together(found.scanned, standings, made_at=clock.now()), pictures


async def _pictures(store: Store, standings: Iterable[Standing]) -> Mapping[str, str]:
    """Return small pictures of the sources as data: addresses, as many as a page may hold."""
    found: dict[str, str] = {}
    left = _MOST_BYTES
    for standing in standings:
        if standing.small is None or len(found) == _MOST_PICTURES:
            continue
        media_type, blob = standing.small
        if blob.length > min(left, _LARGEST):
            continue
        data = await store.read(blob)
        if data is not None:
            left -= len(data)
            text = base64.b64encode(data).decode()
            found[standing.source] = f"data:{media_type};base64,{text}"
    return found


def _tell(made: Report) -> None:
    say(page.headline(made))
    say(page.lead(made))
    for table in (_hosts(made), _findings(made)):
        for n, line in enumerate(columns(table)):
            say(line if n else f"\n{line}")
    posts.complain_of(
        (post.name, complaint) for post in made.posts for complaint in post.complaints
    )


def _hosts(made: Report) -> Iterator[tuple[str, ...]]:
    if made.hosts:
        yield "host", "pictures", "kept", "pinned", "missing", "bytes"
    for host in made.hosts:
        counts = (host.sources, host.kept, host.pinned, host.missing)
        yield visible(host.name), *(f"{number:,}" for number in counts), size(host.length)


def _findings(made: Report) -> Iterator[tuple[str, ...]]:
    for post in made.posts:
        for one in post.findings:
            if one.cause is not None:
                mark = "✗" if one.missing else "·"
                at = posts.place_of(one.reference)
                yield f"{mark} {one.cause.label}", at, one.reference.role.value, _said(one)


def _said(one: Finding) -> str:
    address = one.reference.source or one.reference.written[:200]
    return visible(f"{address}: {one.because}" if one.because else address)
