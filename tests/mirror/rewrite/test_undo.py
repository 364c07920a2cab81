"""Twin of proxy/mirror/rewrite/undo.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.mirror.rewrite.edits import Edit, applied
from proxy.mirror.rewrite.undo import Mark, adopted, located, recorded, redone, undone

SMALL = st.text("ab", max_size=12).map(str.encode)


@st.composite
def edits_of(draw: st.DrawFn, length: int) -> list[Edit]:
    cuts = sorted(draw(st.lists(st.integers(0, length), max_size=6, unique=True)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [
        Edit(start=start, end=end, new=draw(st.text("ab", min_size=1, max_size=4)).encode())
        for start, end in spans
    ]


@given(data=st.data(), document=SMALL)
def test_runs_upon_runs_lead_back_to_the_first_bytes(data: st.DataObject, document: bytes) -> None:
    now, marks = document, list[Mark]()
    for _ in range(3):
        edits = data.draw(edits_of(len(now)))
        marks = recorded(now, marks, edits)
        now = applied(now, edits)
        assert undone(now, marks) == document
        assert redone(document, marks) == now
        assert located(now, marks) == (marks, [])


def mark(document: bytes, *pairs: tuple[bytes, bytes]) -> list[Mark]:
    """Return marks of the texts in a document, in order, with what stood there."""
    edits, at = [], 0
    first = document
    for new, original in pairs:
        at = first.index(new, at)
        edits.append(Edit(start=at, end=at + len(new), new=original))
        at += len(new)
    before = applied(document, edits)
    back = [Edit(start=0, end=len(before), new=document)]
    assert applied(before, back) == document
    found, shift = [], 0
    for edit, (new, original) in zip(edits, pairs, strict=True):
        start = edit.start + shift
        shift += len(original) - len(new)
        found.append(Edit(start=start, end=start + len(original), new=new, source="s"))
    return recorded(before, [], found)


DOCUMENT = b"one OURS two OURS three OTHER four"
MARKS = mark(DOCUMENT, (b"OURS", b"bare"), (b"OURS", b"wrapped"), (b"OTHER", b"third"))


@pytest.mark.parametrize(
    ("now", "before"),
    [
        pytest.param(DOCUMENT, b"one bare two wrapped three third four", id="as it was written"),
        pytest.param(
            b"new " + DOCUMENT + b" end",
            b"new one bare two wrapped three third four end",
            id="longer before and after",
        ),
        pytest.param(
            DOCUMENT.replace(b"two ", b""),
            b"one bare wrapped three third four",
            id="shorter between",
        ),
        pytest.param(
            b"OTHER one OURS two OURS", b"third one bare two wrapped", id="in another order"
        ),
    ],
)
def test_marks_are_found_where_a_document_changes_around_them(now: bytes, before: bytes) -> None:
    found, lost = located(now, MARKS)
    assert lost == []
    assert undone(now, found) == before


@pytest.mark.parametrize(
    ("now", "n_lost", "adopts"),
    [
        pytest.param(b"OURS OTHER", 2, b"bare third", id="one of two is gone"),
        pytest.param(
            b"OURS OURS OURS OTHER", 2, b"bare wrapped wrapped third", id="one more than written"
        ),
        pytest.param(b"OURS OURS other", 1, b"bare wrapped other", id="one is changed"),
        pytest.param(b"another document", 3, b"another document", id="all are gone"),
    ],
)
def test_changed_marks_are_lost_and_the_next_run_takes_them_as_they_are(
    now: bytes, n_lost: int, adopts: bytes
) -> None:
    _, lost = located(now, MARKS)
    assert len(lost) == n_lost
    assert undone(now, adopted(now, MARKS)) == adopts


def test_marks_that_grew_into_each_other_are_lost() -> None:
    marks = mark(b"aba cab", (b"aba", b"1"), (b"ab", b"2"))
    found, lost = located(b"aba", [*marks[:1], Mark(start=0, new=b"ba", original=b"", source="")])
    assert (found, len(lost)) == ([], 2)


def test_what_is_written_back_leaves_no_mark() -> None:
    marks = recorded(b"a", [], [Edit(start=0, end=1, new=b"b")])
    assert recorded(b"b", marks, [Edit(start=0, end=1, new=b"a")]) == []
