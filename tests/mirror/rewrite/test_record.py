"""Twin of proxy/mirror/rewrite/record.py."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import BadManifest
from proxy.mirror.rewrite.record import Record, from_json, to_json
from proxy.mirror.rewrite.undo import Mark

BYTES = st.binary(min_size=1, max_size=9)
MARKS = st.builds(
    Mark,
    start=st.integers(0, 99),
    new=BYTES,
    original=BYTES,
    source=st.text(max_size=9),
    nth=st.integers(0, 1),
    of=st.integers(2, 3),
) | st.builds(Mark, start=st.integers(0, 99), new=BYTES, original=BYTES, source=st.text(max_size=9))
RECORDS = st.builds(
    Record,
    to=st.text(max_size=9),
    before=st.text(max_size=9),
    after=st.text(max_size=9),
    marks=st.lists(MARKS, max_size=3).map(tuple),
)


@given(record=RECORDS, earlier=st.none() | RECORDS)
def test_a_record_is_read_as_it_was_written(record: Record, earlier: Record | None) -> None:
    whole = Record(
        to=record.to,
        before=record.before,
        after=record.after,
        marks=record.marks,
        earlier=earlier,
    )
    assert from_json(json.loads(json.dumps(to_json(whole)))) == whole


GOOD = {"to": "", "before": "", "after": "", "edits": []}
EDIT = {"start": 0, "new": "a", "original": "b", "source": ""}


@pytest.mark.parametrize(
    "found",
    [
        pytest.param([], id="a list"),
        pytest.param({}, id="nothing in it"),
        pytest.param(GOOD | {"to": 1}, id="a number for a text"),
        pytest.param(GOOD | {"edits": [EDIT | {"start": -1}]}, id="a place before the first"),
        pytest.param(GOOD | {"edits": [EDIT | {"new": ""}]}, id="nothing was written"),
        pytest.param(GOOD | {"edits": [EDIT | {"nth": 1}]}, id="the second of one"),
        pytest.param(GOOD | {"edits": [EDIT | {"new": {"base64": "?"}}]}, id="no base64"),
        pytest.param(GOOD | {"earlier": 1}, id="an earlier that is none"),
    ],
)
def test_what_is_no_record_is_refused(found: Any) -> None:  # noqa: ANN401  # JSON
    with pytest.raises(BadManifest):
        from_json(found)
