"""Rows come back as they were written, or not at all."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.body import Blob
from proxy.model.entry import Entry, Head, Kind, Times
from proxy.model.headers import Headers
from proxy.stores.rows import COLUMNS, BadRow, checksum, from_row, to_row
from tests.stores.makers import FACTS, entry

WORDS = st.text(st.characters(codec="utf-8"))
SECONDS = st.floats(allow_nan=False)
ENTRIES = st.builds(
    Entry,
    key=WORDS,
    kind=st.sampled_from(Kind),
    source=WORDS,
    host=WORDS,
    head=st.builds(
        Head,
        status=st.integers(100, 599),
        headers=st.lists(st.tuples(st.text(), st.text())).map(Headers.of),
    ),
    times=st.builds(
        Times, requested_at=SECONDS, received_at=SECONDS, date=st.none() | SECONDS, age_s=SECONDS
    ),
    body=st.none() | st.builds(Blob, WORDS, st.integers(0, 1 << 40)),
    media_type=WORDS,
    facts=st.sampled_from((None, FACTS)),
    selecting=st.lists(st.tuples(st.text(), st.text())).map(Headers.of),
    parent=st.none() | WORDS,
    pinned=st.booleans(),
    came_from=WORDS,
)
GOOD = entry("key", Blob("ab" * 32, 7), parent="original")


@given(ENTRIES)
def test_every_entry_comes_back(written: Entry) -> None:
    row = to_row(written)
    assert from_row(row, checksum(row), key=written.key) == written


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("other", [None, 3, b"other"])
def test_a_changed_column_is_noticed(column: str, other: bytes | int | None) -> None:
    row = to_row(GOOD)
    at = COLUMNS.index(column)
    with pytest.raises(BadRow):
        from_row((*row[:at], other, *row[at + 1 :]), checksum(row), key="key")


def test_a_row_under_another_key_is_noticed() -> None:
    row = to_row(GOOD)
    with pytest.raises(BadRow):
        from_row(row, checksum(row), key="key 2")


@pytest.mark.parametrize("sum_", [None, b"", 3])
def test_a_changed_checksum_is_noticed(sum_: bytes | int | None) -> None:
    with pytest.raises(BadRow):
        from_row(to_row(GOOD), sum_, key="key")


@pytest.mark.parametrize("column", ["head", "times", "facts", "kind", "selecting"])
def test_a_column_that_cannot_be_read_is_a_bad_row(column: str) -> None:
    row = to_row(GOOD)
    at = COLUMNS.index(column)
    odd = (*row[:at], b"[1]", *row[at + 1 :])
    with pytest.raises(BadRow):
        from_row(odd, checksum(odd), key="key")


def test_text_that_is_none_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        to_row(replace(GOOD, media_type="image/\udce9"))
