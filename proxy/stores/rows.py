"""An Entry as a row of the index, and back, with the checksum that tells a damaged one.

Pure. Knows the columns' order, not their tables. A digest flipped inside a row passes SQLite's own
integrity check (design §5), so a row is believed only after its checksum.
"""

import json
from hashlib import blake2b
from typing import Any

from proxy.model.body import Blob
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.model.picture import Facts, Format

COLUMNS = (
    "key",
    "kind",
    "source",
    "host",
    "head",
    "times",
    "digest",
    "length",
    "media_type",
    "facts",
    "selecting",
    "parent",
    "pinned",
)

_NO_LINES = b"[]"
_decode = json.JSONDecoder().raw_decode

# Text as UTF-8 bytes, on both ways: what was damaged need not be text any more.
Column = bytes | int | float | None
Row = tuple[Column, ...]


class BadRow(ValueError):
    """The row is not what was written."""


def to_row(entry: Entry) -> Row:
    """Return the columns in order. The body is a Blob or None.

    Raises UnicodeEncodeError for a text that is none (lone surrogates outside of header values).
    """
    blob = entry.body if isinstance(entry.body, Blob) else None
    head = {"status": entry.head.status, "headers": entry.head.headers.lines}
    came_from = {"came_from": entry.came_from} if entry.came_from else {}
    texts = (entry.key, entry.kind.value, entry.source, entry.host)
    return (
        *(text.encode() for text in texts),
        _json(head | came_from),
        _json(_fields(entry.times)),
        blob.digest.encode() if blob else None,
        blob.length if blob else None,
        entry.media_type.encode(),
        _json(_fields(entry.facts)) if entry.facts else None,
        _json(entry.selecting.lines),
        entry.parent.encode() if entry.parent is not None else None,
        int(entry.pinned),
    )


def checksum(row: Row) -> bytes:
    """Return 16 bytes over every column, the key included: a row under another key is damaged."""
    return blake2b(repr(row).encode(), digest_size=16).digest()


def from_row(row: Row, sum_: Column, *, key: str) -> Entry:
    """Return the entry of ``key``; raises BadRow where anything differs from what was written."""
    if checksum(row) != sum_ or row[0] != key.encode():
        raise BadRow(f"the row of {key} fails its checksum")
    try:
        return _believe(row)
    except (ValueError, TypeError, KeyError) as exc:
        raise BadRow(f"the row of {key} cannot be read: {exc!r}") from exc


def _believe(row: Row) -> Entry:
    key, kind, source, host, head, times, digest, length, media_type, facts, selecting, *rest = row
    parent, pinned = rest
    said = _read(head)
    return Entry(
        key=_text(key),
        kind=Kind(_text(kind)),
        source=_text(source),
        host=_text(host),
        head=Head(status=said["status"], headers=_headers(said["headers"])),
        times=Times(**_read(times)),
        body=Blob(_text(digest), length) if isinstance(length, int) else None,
        media_type=_text(media_type),
        facts=None if facts is None else _facts(facts),
        selecting=Headers() if selecting == _NO_LINES else _headers(_read(selecting)),
        parent=None if parent is None else _text(parent),
        pinned=bool(pinned),
        came_from=str(said.get("came_from", "")),
    )


def _headers(lines: list[tuple[str, str]]) -> Headers:
    return Headers(tuple([(name, value) for name, value in lines]))


def _facts(column: Column) -> Facts:
    fields = _read(column)
    return Facts(**{**fields, "format": Format(fields["format"])})


def _read(column: Column) -> Any:  # noqa: ANN401  # JSON of ours, believed by its checksum
    """Return what ``_json`` wrote; nothing stands around it, so that nothing is looked for."""
    return _decode(_text(column))[0]


def _fields(noun: Times | Facts) -> dict[str, object]:
    """Return a noun's fields by name: ``asdict`` copies each in depth, at ten times the cost."""
    return {name: getattr(noun, name) for name in noun.__slots__}


def _json(value: object) -> bytes:
    """Return compact ASCII: header values may hold bytes that are no UTF-8 (as surrogates)."""
    return json.dumps(value, separators=(",", ":")).encode()


def _text(column: Column) -> str:
    if not isinstance(column, bytes):
        raise TypeError(f"{column!r} is no text")
    return column.decode()
