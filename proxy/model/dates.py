"""HTTP dates, in the three forms a recipient must read (RFC 9110 §5.6.7).

Lives beside the nouns because two rooms read dates and rooms do not know each other. Day and month
names are matched without case, the weekday is not checked; anything else off the grammar is None.
"""

import math
import re
from datetime import UTC, datetime

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_LONG_DAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_DAY}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT",  # IMF-fixdate
        rf"{_LONG_DAY}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT",  # RFC 850
        rf"{_DAY} {_MONTH} (?P<day>[0-9]{{2}}| [0-9]) {_TIME} (?P<year>[0-9]{{4}})",  # asctime
    )
)
_LEAP_SECOND = 60


def retry_after_s(text: str | None, now: float) -> int | None:
    """Return the whole seconds to wait that a Retry-After names (RFC 9110 §10.2.3); None: none.

    It is a number of seconds or a date; ``now`` is in Unix seconds.
    """
    value = (text or "").strip(" \t")
    if re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    date = read_date(value, now)
    return None if date is None else max(0, math.ceil(date - now))


def read_date(text: str, now: float) -> float | None:
    """Return the Unix seconds an HTTP date names; None where it is none.

    ``now`` (Unix seconds) places a two-digit year: never more than 50 years ahead, counted in
    whole years.
    """
    found = next((match for form in _FORMS if (match := form.fullmatch(text.strip(" \t")))), None)
    if found is None:
        return None
    year = int(found["year"])
    if len(found["year"]) == 2:  # noqa: PLR2004  # RFC 850's two digits
        latest = datetime.fromtimestamp(now, UTC).year + 50
        year = latest - (latest - year) % 100
    second = int(found["second"])
    try:
        read = datetime(
            year,
            _MONTHS.index(found["month"].lower()) + 1,
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            min(second, 59) if second == _LEAP_SECOND else second,
            tzinfo=UTC,
        )
    except ValueError:  # the 31st of June, 25 o'clock, the year 0
        return None
    return read.timestamp() + (second == _LEAP_SECOND)
