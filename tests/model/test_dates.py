"""HTTP dates, form by form (RFC 9110 §5.6.7)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.dates import read_date, retry_after_s

NOW = 1_700_000_000.0  # in November 2023
THEN = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the RFC's own example


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", id="the preferred form"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", id="the obsolete RFC 850 form"),
        pytest.param("Sun Nov  6 08:49:37 1994", id="C's asctime form"),
        pytest.param("sUN, 06 NOV 1994 08:49:37 gMT", id="letters of any case"),
        pytest.param("Mon, 06 Nov 1994 08:49:37 GMT", id="a weekday that is not that day's"),
        pytest.param(" Sun, 06 Nov 1994 08:49:37 GMT\t", id="blanks around it"),
    ],
)
def test_a_date_is_read(text: str) -> None:
    assert read_date(text, NOW) == THEN


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("0", id="the zero of many Expires fields"),
        pytest.param("Thu, 18 Aug 2050 02:01:18 UTC", id="another name of the zone"),
        pytest.param("Thu, 18 Aug 2050 02:01:18 AEST", id="another zone"),
        pytest.param("Thu, 18 Aug 50 02:01:18 GMT", id="two digits of year in the preferred form"),
        pytest.param("Thu 18 Aug 2050 02:01:18 GMT", id="no comma"),
        pytest.param("Thu, 18  Aug  2050 02:01:18 GMT", id="two blanks"),
        pytest.param("Thu, 18-Aug-2050 02:01:18 GMT", id="dashes"),
        pytest.param("Thu, 18 Aug 2050 02.01.18 GMT", id="periods in the time"),
        pytest.param("Thu, 18 Aug 2050 2:01:18 GMT", id="one digit of hour"),
        pytest.param("Thu, 31 Jun 2050 02:01:18 GMT", id="the 31st of June"),
        pytest.param("Thu, 18 Aug 0000 02:01:18 GMT", id="the year zero"),
        pytest.param("Thu, 18 Aug 2050 25:01:18 GMT", id="25 o'clock"),
        pytest.param("Thu, 18 Aug 2050 02:01:61 GMT", id="a 62nd second"),
        pytest.param("Thu, ١٨ Aug 2050 02:01:18 GMT", id="digits of another script"),
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", id="two"),
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "year"),
    [
        pytest.param("Thursday, 18-Aug-50 02:01:18 GMT", 2050, id="27 years ahead is ahead"),
        pytest.param("Thursday, 18-Aug-73 02:01:18 GMT", 2073, id="50 years ahead is ahead"),
        pytest.param("Thursday, 18-Aug-74 02:01:18 GMT", 1974, id="51 years ahead is long ago"),
        pytest.param("Thursday, 18-Aug-22 02:01:18 GMT", 2022, id="last year is last year"),
    ],
)
def test_two_digits_of_year_are_placed_within_fifty_years(text: str, year: int) -> None:
    read = read_date(text, NOW)
    assert read is not None
    assert datetime.fromtimestamp(read, UTC).year == year


def test_a_leap_second_is_the_next_minute() -> None:
    assert read_date("Sat, 31 Dec 2016 23:59:60 GMT", NOW) == 1_483_228_800.0


@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31)))  # noqa: DTZ001  # hypothesis wants them bare
def test_what_is_printed_is_read_back(moment: datetime) -> None:
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    whole = moment.replace(microsecond=0, tzinfo=UTC)
    text = (
        f"{days[whole.weekday()]}, {whole.day:02} {months[whole.month - 1]} {whole.year:04}"
        f" {whole:%H:%M:%S} GMT"
    )
    assert read_date(text, NOW) == whole.timestamp()


@given(st.text(alphabet="SunMonday, 0123456789:-GMT") | st.text())
def test_no_text_breaks_it(text: str) -> None:
    read = read_date(text, NOW)
    assert read is None or isinstance(read, float)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param(" 0\t", 0, id="none"),
        pytest.param("Sat, 31 Dec 2016 23:59:00 GMT", 60, id="a date ahead"),
        pytest.param("Sat, 31 Dec 2016 23:57:00 GMT", 0, id="a date gone by"),
        pytest.param("-5", None, id="less than none"),
        pytest.param("1.5", None, id="a fraction"),
        pytest.param("\u0661\u0662", None, id="another script's digits"),
        pytest.param("9" * 10, None, id="longer than anybody waits"),
        pytest.param("soon", None, id="a word"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="unsaid"),
    ],
)
def test_how_long_to_wait(text: str | None, seconds: int | None) -> None:
    assert retry_after_s(text, 1_483_228_680.0) == seconds
