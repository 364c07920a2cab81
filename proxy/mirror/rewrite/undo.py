"""What was written into a document can be found there again, and taken back. Pure.

A mark is found by what was written and as which of its equals, so that a document may change all
around it. Found again less or more often than it was written, it has changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from proxy.mirror.rewrite.edits import Edit, applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """``new`` was written at ``start`` of the new document, where ``original`` stood."""

    start: int
    new: bytes
    original: bytes
    source: str
    nth: int = 0  # of the places where ``new`` stood then
    of: int = 1

    @property
    def end(self) -> int:
        """Return where it ends in the new document."""
        return self.start + len(self.new)


def located(document: bytes, marks: Sequence[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Return the marks at their places in a document, in order, and those that have changed."""
    found, lost = [], []
    for new, equals in _by_text(marks).items():
        places = list(_places(document, new))
        for mark in equals:
            if len(places) == mark.of:
                found.append(replace(mark, start=places[mark.nth]))
            else:
                lost.append(mark)
    found.sort(key=lambda mark: mark.start)
    mixed = {mark for pair in pairwise(found) if pair[0].end > pair[1].start for mark in pair}
    return [mark for mark in found if mark not in mixed], [*lost, *mixed]


def adopted(document: bytes, marks: Sequence[Mark]) -> list[Mark]:
    """Return marks for whatever of them still stands in a document that was edited since.

    What is gone is its author's will; a copy of what was written stands for the same bytes.
    """
    found, lost = located(document, marks)
    for new, equals in _by_text(lost).items():
        for nth, start in enumerate(_places(document, new)):
            found.append(replace(equals[min(nth, len(equals) - 1)], start=start))
    kept: list[Mark] = []
    for mark in sorted(found, key=lambda mark: (mark.start, -mark.end)):
        if not kept or kept[-1].end <= mark.start:
            kept.append(mark)
    return numbered(document, kept)


def numbered(document: bytes, marks: Iterable[Mark]) -> list[Mark]:
    """Return marks of this document, each told which of its equals it is."""
    told = list(marks)
    places = {new: list(_places(document, new)) for new in {mark.new for mark in told}}
    return [
        replace(mark, nth=places[mark.new].index(mark.start), of=len(places[mark.new]))
        for mark in told
    ]


def undone(document: bytes, marks: Sequence[Mark]) -> bytes:
    """Return the document with what stood there before; ``marks`` are located in it."""
    return applied(
        document,
        [Edit(start=mark.start, end=mark.end, new=mark.original) for mark in marks],
    )


def redone(document: bytes, marks: Sequence[Mark]) -> bytes:
    """Return what ``undone`` was given, of what it returned."""
    edits, shift = [], 0
    for mark in marks:
        start = mark.start + shift
        edits.append(Edit(start=start, end=start + len(mark.original), new=mark.new))
        shift += len(mark.original) - len(mark.new)
    return applied(document, edits)


def recorded(document: bytes, marks: Sequence[Mark], edits: Sequence[Edit]) -> list[Mark]:
    """Return the marks of the document that ``edits`` make of this one, which has ``marks``.

    Where an edit meets a mark, both are one: what stood there first is what is kept.
    """
    made: list[Mark] = []
    shift = 0
    for start, end, older, newer in _joined(marks, edits):
        piece = document[start:end]
        back = [replace(mark, start=mark.start - start) for mark in older]
        ahead = [replace(edit, start=edit.start - start, end=edit.end - start) for edit in newer]
        original, new = undone(piece, back), applied(piece, ahead)
        if new != original:
            source = (newer[-1] if newer else older[-1]).source
            made.append(Mark(start=start + shift, new=new, original=original, source=source))
        shift += len(new) - len(piece)
    return numbered(applied(document, edits), made)


def _joined(
    marks: Sequence[Mark], edits: Sequence[Edit]
) -> Iterator[tuple[int, int, list[Mark], list[Edit]]]:
    """Yield the stretches of a document that marks and edits cover, with those of each."""
    older: list[Mark] = []
    newer: list[Edit] = []
    start = end = 0
    both: list[Mark | Edit] = [*marks, *edits]
    for one in sorted(both, key=lambda one: (one.start, one.end)):
        if (older or newer) and one.start >= end:
            yield start, end, older, newer
            older, newer = [], []
        if not older and not newer:
            start = end = one.start
        end = max(end, one.end)
        if isinstance(one, Mark):
            older.append(one)
        else:
            newer.append(one)
    if older or newer:
        yield start, end, older, newer


def _by_text(marks: Sequence[Mark]) -> dict[bytes, list[Mark]]:
    found: dict[bytes, list[Mark]] = {}
    for mark in marks:
        found.setdefault(mark.new, []).append(mark)
    return found


def _places(document: bytes, text: bytes) -> Iterator[int]:
    """Yield where a text stands, overlapping itself or not."""
    at = document.find(text)
    while at >= 0:
        yield at
        at = document.find(text, at + 1)
