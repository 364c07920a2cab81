"""Bytes in place of bytes: a document's edits, and the document with them made. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """``new`` instead of ``document[start:end]``; never nothing for nothing."""

    start: int
    end: int
    new: bytes
    source: str = ""  # the picture it is about


def applied(document: bytes, edits: Sequence[Edit]) -> bytes:
    """Return the document with the edits made; they are in order and do not overlap."""
    pieces: list[bytes] = []
    at = 0
    for edit in edits:
        pieces += (document[at : edit.start], edit.new)
        at = edit.end
    return b"".join((*pieces, document[at:]))


def starts(edits: Sequence[Edit]) -> Iterator[int]:
    """Yield where each edit begins in the new document."""
    shift = 0
    for edit in edits:
        yield edit.start + shift
        shift += len(edit.new) - (edit.end - edit.start)
