"""Parts of a body (RFC 9110 §14, §13.1.5)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import RangeNotSatisfiable
from proxy.model.entry import Times
from proxy.model.headers import Headers
from proxy.reply.ranges import lines, wanted_span
from tests.reply.answers import DATE, answer_of, original, request

TIMES = Times(requested_at=DATE + 100, received_at=DATE + 100, date=DATE)
AT = "Sun, 06 Nov 1994 08:49:37 GMT"
EARLIER = "Sun, 06 Nov 1994 08:49:36 GMT"
TAGGED = Headers((("ETag", '"a"'),))
DATED = Headers((("Last-Modified", EARLIER),))


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        pytest.param("bytes=0-1", (0, 1), id="the first two"),
        pytest.param("bytes=9-9", (9, 9), id="the last one"),
        pytest.param("bytes=0-9", (0, 9), id="all of it"),
        pytest.param("bytes=4-", (4, 9), id="to the end"),
        pytest.param("bytes=4-99", (4, 9), id="beyond the end"),
        pytest.param("bytes=4-9999999999999999999", (4, 9), id="as far beyond as may be"),
        pytest.param("bytes=-3", (7, 9), id="the last three"),
        pytest.param("bytes=-99", (0, 9), id="more of the end than there is"),
        pytest.param("Bytes = 2-3", (2, 3), id="the unit in any case"),
        pytest.param("bytes=,2-3,", (2, 3), id="among empty members"),
        pytest.param("bytes=0-0,5-6", None, id="two ranges: all of it"),
        pytest.param("bytes=" + "0-," * 999 + "0-", None, id="many that overlap: all of it"),
        pytest.param("bytes=3-2", None, id="backwards is no range"),
        pytest.param("bytes=-", None, id="no number"),
        pytest.param("bytes=a-b", None, id="no numbers"),
        pytest.param("bytes=1", None, id="no hyphen"),
        pytest.param("bytes=4-99999999999999999999", None, id="a number beyond all"),
        pytest.param("items=0-1", None, id="another unit"),
        pytest.param("bytes=१-२", None, id="digits of another script"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_wanted_span(asked: str, span: tuple[int, int] | None) -> None:
    assert wanted_span(request(("Range", asked)), TAGGED, TIMES, 10) == span


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=10-11", "bytes=-0", "bytes=99-"])
def test_a_range_beyond_the_end(asked: str) -> None:
    with pytest.raises(RangeNotSatisfiable) as failure:
        wanted_span(request(("Range", asked)), TAGGED, TIMES, 10)
    assert failure.value.length == 10


def test_only_get_has_ranges() -> None:
    asked = request(("Range", "bytes=0-1"), method="HEAD")
    assert wanted_span(asked, TAGGED, TIMES, 10) is None


@pytest.mark.parametrize(
    ("headers", "condition", "cut"),
    [
        pytest.param(TAGGED, '"a"', True, id="the tag we have"),
        pytest.param(TAGGED, '"b"', False, id="another tag"),
        pytest.param(TAGGED, 'W/"a"', False, id="a weak tag"),
        pytest.param(Headers((("ETag", 'W/"a"'),)), 'W/"a"', False, id="weak on both sides"),
        pytest.param(Headers(), '"a"', False, id="we have no tag"),
        pytest.param(DATED, EARLIER, True, id="the date we have"),
        pytest.param(DATED, AT, False, id="a later date"),
        pytest.param(Headers((("Last-Modified", AT),)), AT, False, id="too young to be strong"),
        pytest.param(TAGGED, EARLIER, False, id="we have no date"),
        pytest.param(DATED, "yesterday", False, id="neither tag nor date"),
        pytest.param(Headers(), "yesterday", False, id="neither, and we have neither"),
    ],
)
def test_if_range(headers: Headers, condition: str, cut: bool) -> None:  # noqa: FBT001  # a table's column
    asked = request(("Range", "bytes=0-1"), ("If-Range", condition))
    assert wanted_span(asked, headers, TIMES, 10) == ((0, 1) if cut else None)


def test_the_originals_date_names_no_bytes_of_a_picture() -> None:
    asked = request(("Range", "bytes=0-1"), ("If-Range", EARLIER))
    assert wanted_span(asked, DATED, None, 10) is None


def test_a_changed_body_is_sent_whole_though_the_range_is_beyond_it() -> None:
    asked = request(("Range", "bytes=10-"), ("If-Range", '"b"'))
    assert wanted_span(asked, TAGGED, TIMES, 10) is None


def test_ranges_are_offered_of_successes_with_a_body() -> None:
    assert lines(answer_of(original())) == (("Accept-Ranges", "bytes"),)
    assert lines(answer_of(original(status=404))) == ()
    assert lines(answer_of(replace(original(), body=None))) == ()


@given(st.text(alphabet="bytes=0123456789-, ") | st.text(), st.integers(min_value=0, max_value=99))
def test_whatever_is_asked_a_span_lies_within_the_body(asked: str, length: int) -> None:
    try:
        span = wanted_span(request(("Range", asked)), TAGGED, TIMES, length)
    except RangeNotSatisfiable:
        return
    assert span is None or 0 <= span[0] <= span[1] < length
