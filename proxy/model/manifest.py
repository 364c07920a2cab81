"""What posts name, or a rewriting did, written down as JSON: for people and ``[access] posts``.

Pure: text in, text out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from proxy.errors import BadManifest

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``sources``: what is known of each, by URL; ``more`` is the command's own."""

    made_by: str  # "scan", "rewrite", "export"
    sources: Mapping[str, Mapping[str, Any]]
    more: Mapping[str, Any] = field(default_factory=dict)


def write(manifest: Manifest) -> str:
    """Return the manifest as JSON, sources sorted: the same manifest is the same text."""
    found = {"version": VERSION, "made_by": manifest.made_by, **manifest.more}
    sources = dict(sorted(manifest.sources.items()))
    return json.dumps({**found, "sources": sources}, ensure_ascii=False, indent=1) + "\n"


def read(text: str) -> Manifest:
    """Return what ``write`` wrote; raises BadManifest with what is wrong."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise BadManifest(f"no JSON: {exc}") from exc
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise BadManifest(f"no manifest of version {VERSION}")
    sources = found.pop("sources", None)
    if not isinstance(sources, dict) or not all(isinstance(v, dict) for v in sources.values()):
        raise BadManifest('"sources" is to be an object of objects, by URL')
    del found["version"]
    return Manifest(made_by=str(found.pop("made_by", "")), sources=sources, more=found)
