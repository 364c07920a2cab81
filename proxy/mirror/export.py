"""What an export's manifest says of its tree, and what of the tree nothing names any more. Pure.

A source's row is its original's part; ``presets`` holds the parts of its pictures, by name.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from proxy.errors import BadManifest
from proxy.model.manifest import Manifest, read

MADE_BY = "export"
FILE = "manifest.json"
_LEFT = "left"  # written once, named by no row since; there until --prune

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of the tree. ``path`` is below the root, "/" between segments."""

    path: str
    media_type: str
    width: int | None  # pixels, upright; None where the bytes are no picture
    height: int | None
    sha256: str

    def row(self) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {name: getattr(self, name) for name in ("path", "media_type", *_SIZES, "sha256")}


_SIZES = ("width", "height")


def row_of(
    original: Part | None, presets: Mapping[str, Iterable[Part]], *, came_from: str = ""
) -> Row:
    """Return a source's row; ``came_from`` is where its bytes are from, if not from itself."""
    made = {name: [part.row() for part in parts] for name, parts in sorted(presets.items())}
    return {
        **(original.row() if original else {}),
        **({"came_from": came_from} if came_from else {}),
        "presets": {name: parts for name, parts in made.items() if parts},
    }


def parts_of(manifest: Manifest, source: str, preset: str | None) -> tuple[Part, ...]:
    """Return what a manifest that ``read_own`` gave says of a source's original or a preset."""
    row = manifest.sources.get(source, {})
    found = row.get("presets", {}).get(preset, []) if preset else [row] if "path" in row else []
    return tuple(_part(one) for one in found)


def read_own(text: str) -> Manifest:
    """Return an export's manifest; raises BadManifest where it is none."""
    manifest = read(text)
    if manifest.made_by != MADE_BY:
        raise BadManifest(f"made by {manifest.made_by or 'something else'}, not by export")
    try:
        named(manifest)
    except (AttributeError, KeyError, TypeError) as exc:
        raise BadManifest(f"not as export writes it: {exc!r}") from exc
    return manifest


def named(manifest: Manifest) -> frozenset[str]:
    """Return every path a manifest knows of, those that are merely left included."""
    paths = (part.path for source in manifest.sources for part in _all_parts(manifest, source))
    return frozenset(paths).union(map(_text, manifest.more.get(_LEFT, ())))


def settled(before: Manifest, rows: Mapping[str, Row], *, prune: bool) -> tuple[Manifest, set[str]]:
    """Return the manifest after a run that gave ``rows``, and the paths nothing names any more.

    Without ``prune`` the sources of earlier runs keep their rows.
    """
    sources = rows if prune else {**before.sources, **rows}
    after = Manifest(made_by=MADE_BY, sources=sources)
    return after, set(named(before) - named(after))


def leaving(manifest: Manifest, left: Iterable[str]) -> Manifest:
    """Return the manifest with the paths that are left in the tree, for a later ``--prune``."""
    paths = sorted(left)
    return Manifest(
        made_by=manifest.made_by,
        sources=manifest.sources,
        more={_LEFT: paths} if paths else {},
    )


def _all_parts(manifest: Manifest, source: str) -> Iterator[Part]:
    for preset in (None, *manifest.sources[source]["presets"]):
        yield from parts_of(manifest, source, preset)


def _part(row: Row) -> Part:
    """Read a part; raises KeyError and TypeError where it is none."""
    width, height = (row[name] if row[name] is None else int(row[name]) for name in _SIZES)
    texts = {name: _text(row[name]) for name in ("path", "media_type", "sha256")}
    return Part(width=width, height=height, **texts)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
