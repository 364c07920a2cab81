"""``image-proxy scan``: what posts refer to, as a list or as a manifest."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from proxy.cli import posts, written
from proxy.cli.columns import columns
from proxy.cli.figures import counted, visible
from proxy.cli.opened import AsJson, complain, say
from proxy.cli.options import ConfigFile, settings
from proxy.cli.posts import Places, Posts
from proxy.mirror.reference import Reference
from proxy.model.manifest import Manifest, write


def scan(
    *paths: Places,
    manifest: Annotated[
        Path | None,
        Parameter(help="Write the sources to this file, for [access] posts to read."),
    ] = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> int:
    """List the pictures that posts refer to: where each stands, what it is, where it comes from.

    Fetches no picture. Exit code 0: each reference leads to a source, or is a picture itself
    (data:); 1: one does not, or a document could not be read.
    """
    chosen = settings(config)
    found = asyncio.run(posts.read(paths, chosen))
    if manifest is not None:
        written.write(manifest, write(_manifest(found)), "--manifest")
    if as_json:
        say(json.dumps(_facts(found)))
    else:
        _tell(found)
    return int(any(found.lost()) or any(found.complaints()))


def _manifest(found: Posts) -> Manifest:
    """Return the sources, each with the posts that show it and as what."""
    sources: dict[str, dict[str, Any]] = {}
    for one in found.references():
        if one.source is not None:
            row = sources.setdefault(one.source, {"posts": {}, "roles": set()})
            row["posts"][one.post] = None  # in their order, each once
            row["roles"].add(one.role.value)
    return Manifest(
        made_by="scan",
        sources={
            source: {"posts": list(row["posts"]), "roles": sorted(row["roles"])}
            for source, row in sources.items()
        },
    )


def _facts(found: Posts) -> dict[str, object]:
    return {
        "documents": len(found.scanned),
        "sources": len({one.source for one in found.references()} - {None}),
        "references": [asdict(one) for one in found.references()],
        "complaints": [
            {"post": name, "complaint": complaint} for name, complaint in found.complaints()
        ],
    }


def _tell(found: Posts) -> None:
    for line in columns(map(_row, found.references())):
        say(line)
    posts.complain_of(found.complaints())
    sources = {one.source for one in found.references()} - {None}
    counts = (
        counted(sum(1 for _ in found.references()), "reference"),
        counted(len(sources), "source"),
        counted(len(found.scanned), "document"),
    )
    complain("{} to {} in {}".format(*counts))


def _row(one: Reference) -> tuple[str, ...]:
    sides = ("?" if side is None else str(side) for side in (one.width, one.height))
    size = "×".join(sides) if one.width or one.height else "-"
    mark = "✗" if posts.is_lost(one) else "·"
    leads_to = one.source or f"{mark} {one.problem}: {one.written[:200]}"
    return posts.place_of(one), one.role.value, visible(one.where), size, visible(leads_to)
