"""What a rewriting leaves in the manifest: of each file every mark, as JSON has it. Pure.

``earlier`` is the record that held before a run that has not ended: a file that it had not reached
yet is still as that says.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from proxy.errors import BadManifest
from proxy.mirror.rewrite.undo import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One file's."""

    to: str  # the target's text
    before: str  # sha256 of the file once it is undone
    after: str  # sha256 of the file as it was written
    marks: tuple[Mark, ...]  # in order
    earlier: "Record | None" = None


def to_json(record: Record) -> dict[str, Any]:
    """Return the record as JSON can say it; bytes that are no UTF-8 as base64."""
    found: dict[str, Any] = {
        "to": record.to,
        "before": record.before,
        "after": record.after,
        "edits": [_mark_to_json(mark) for mark in record.marks],
    }
    return found | ({"earlier": to_json(record.earlier)} if record.earlier else {})


def from_json(found: Any) -> Record:  # noqa: ANN401  # JSON, judged here
    """Return what ``to_json`` was given; raises BadManifest."""
    try:
        earlier = found.get("earlier")
        return Record(
            to=_text(found["to"]),
            before=_text(found["before"]),
            after=_text(found["after"]),
            marks=tuple(_mark_from_json(one) for one in found["edits"]),
            earlier=from_json(earlier) if earlier else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as exc:
        raise BadManifest(f"no record of a rewriting: {exc!r}") from exc


def _mark_to_json(mark: Mark) -> dict[str, Any]:
    return {
        "start": mark.start,
        "new": _bytes_to_json(mark.new),
        "original": _bytes_to_json(mark.original),
        "source": mark.source,
        **({"nth": mark.nth, "of": mark.of} if mark.of != 1 else {}),
    }


def _mark_from_json(found: Mapping[str, Any]) -> Mark:
    mark = Mark(
        start=_number(found["start"]),
        new=_bytes_from_json(found["new"]),
        original=_bytes_from_json(found["original"]),
        source=_text(found["source"]),
        nth=_number(found.get("nth", 0)),
        of=_number(found.get("of", 1)),
    )
    if not mark.new or mark.nth >= mark.of:
        raise ValueError(found)
    return mark


def _bytes_to_json(data: bytes) -> str | dict[str, str]:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(data).decode()}


def _bytes_from_json(found: str | Mapping[str, str]) -> bytes:
    if isinstance(found, str):
        return found.encode()
    return b64decode(found["base64"], validate=True)


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError(found)
    return found


def _number(found: object) -> int:
    if not isinstance(found, int) or found < 0:
        raise TypeError(found)
    return found
