"""When 304 is enough (RFC 9110 §13, RFC 9111 §4.3.2)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.entry import Times
from proxy.model.headers import Headers
from proxy.reply.conditional import is_unchanged, without_body

EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT"
AT = "Sun, 06 Nov 1994 08:49:37 GMT"
LATER = "Sun, 06 Nov 1994 08:49:38 GMT"
DATE = 784_111_777.0  # AT
TIMES = Times(requested_at=DATE + 100, received_at=DATE + 100, date=DATE)


@pytest.mark.parametrize(
    ("etag", "asked", "unchanged"),
    [
        pytest.param('"a"', '"a"', True, id="the same"),
        pytest.param('"a"', '"b"', False, id="another"),
        pytest.param('W/"a"', 'W/"a"', True, id="both weak"),
        pytest.param('"a"', 'W/"a"', True, id="weak asked, strong held: a weak comparison"),
        pytest.param('W/"a"', '"a"', True, id="strong asked, weak held"),
        pytest.param('"a"', '"1", "a", "2"', True, id="in the middle of a list"),
        pytest.param('"a"', '"1","2", W/"a"', True, id="at the end of a list"),
        pytest.param('"a,b"', '"a", "b"', False, id="a comma within a tag"),
        pytest.param('"a,b"', '"x", "a,b"', True, id="a comma within a tag that matches"),
        pytest.param('"a"', "*", True, id="any"),
        pytest.param(None, "*", True, id="any, even without a tag"),
        pytest.param(None, '"a"', False, id="no tag to compare"),
        pytest.param("bare", "bare", True, id="both unquoted"),
        pytest.param('"a"', "a", False, id="quotes are part of a tag"),
        pytest.param('"A"', '"a"', False, id="letters matter"),
        pytest.param('"a"', "", False, id="an empty field"),
        pytest.param('"a"', '"a', False, id="an unclosed quote"),
        pytest.param('"*"', '"b"', False, id="a star in quotes is a tag"),
    ],
)
def test_if_none_match(etag: str | None, asked: str, unchanged: bool) -> None:  # noqa: FBT001  # a table's column
    headers = Headers(() if etag is None else (("ETag", etag),))
    assert is_unchanged(Headers((("If-None-Match", asked),)), headers, TIMES) is unchanged


@pytest.mark.parametrize(
    ("modified", "times", "since", "unchanged"),
    [
        pytest.param(AT, TIMES, AT, True, id="the same instant"),
        pytest.param(AT, TIMES, LATER, True, id="modified earlier"),
        pytest.param(AT, TIMES, EARLIER, False, id="modified later"),
        pytest.param(AT, TIMES, "Sunday, 06-Nov-94 08:49:37 GMT", True, id="in an obsolete form"),
        pytest.param(AT, TIMES, "yesterday", False, id="a date that is none"),
        pytest.param(None, TIMES, AT, True, id="no Last-Modified: by Date"),
        pytest.param(None, TIMES, EARLIER, False, id="by Date, made later"),
        pytest.param("yesterday", TIMES, AT, True, id="an unreadable Last-Modified: by Date"),
        pytest.param(None, replace(TIMES, date=None), AT, False, id="no Date: by its coming"),
        pytest.param(
            None, replace(TIMES, date=None, received_at=DATE), AT, True, id="come in time"
        ),
    ],
)
def test_if_modified_since(modified: str | None, times: Times, since: str, unchanged: bool) -> None:  # noqa: FBT001  # a table's column
    headers = Headers(() if modified is None else (("Last-Modified", modified),))
    assert is_unchanged(Headers((("If-Modified-Since", since),)), headers, times) is unchanged


@pytest.mark.parametrize(
    ("asked", "unchanged"),
    [
        pytest.param([], False, id="no condition"),
        pytest.param(
            [("If-None-Match", '"b"'), ("If-Modified-Since", LATER)],
            False,
            id="a tag that differs silences the date",
        ),
        pytest.param(
            [("If-None-Match", '"a"'), ("If-Modified-Since", EARLIER)],
            True,
            id="a tag that fits silences the date",
        ),
        pytest.param(
            [("If-None-Match", '"b"'), ("if-none-match", '"a"')], True, id="a list on two lines"
        ),
        pytest.param(
            [("If-Modified-Since", AT), ("If-Modified-Since", AT)], False, id="two dates are none"
        ),
        pytest.param(
            [("If-Match", '"b"'), ("If-Unmodified-Since", EARLIER)],
            False,
            id="conditions for origins",
        ),
    ],
)
def test_conditions_together(asked: list[tuple[str, str]], unchanged: bool) -> None:  # noqa: FBT001  # a table's column
    headers = Headers((("ETag", '"a"'), ("Last-Modified", AT)))
    assert is_unchanged(Headers.of(asked), headers, TIMES) is unchanged


@pytest.mark.parametrize(
    ("names", "left"),
    [
        pytest.param(
            ["Content-Type", "ETag", "Last-Modified", "Age"],
            ["ETag", "Age"],
            id="a tag is enough to update by",
        ),
        pytest.param(
            ["Content-Type", "Last-Modified", "Vary"], ["Last-Modified", "Vary"], id="else the date"
        ),
        pytest.param(
            ["Content-Location", "Content-Language", "Content-Security-Policy", "Accept-Ranges"],
            ["Content-Location", "Content-Security-Policy"],
            id="nothing about bytes that are not sent",
        ),
    ],
)
def test_without_body(names: list[str], left: list[str]) -> None:
    headers = Headers(tuple((name, "x") for name in names))
    assert [name for name, _ in without_body(headers)] == left


@given(st.text(), st.text(), st.text(), st.text())
def test_no_values_break_it(match: str, since: str, etag: str, modified: str) -> None:
    headers = Headers((("ETag", etag), ("Last-Modified", modified)))
    for asked in (("If-None-Match", match), ("If-Modified-Since", since)):
        assert is_unchanged(Headers((asked,)), headers, TIMES) in {True, False}


@given(st.lists(st.text(alphabet=st.characters(exclude_characters='"')), min_size=1))
def test_a_tag_is_found_in_any_list_that_holds_it(tags: list[str]) -> None:
    listed = ", ".join(f'W/"{tag}"' for tag in tags)
    asked = Headers((("If-None-Match", listed),))
    assert is_unchanged(asked, Headers((("ETag", f'"{tags[-1]}"'),)), TIMES)
