"""Numbers as C's ``stoi`` and PHP's ``intval`` read them: as far as there are digits, then no more.

"300px" is 300 and "abc" is none. For dialects that take any text and leave out what is no number.
"""

import re

_WHOLE = re.compile(r"\s*([+-]?[0-9]{1,9})(?![0-9])", re.ASCII)
_DECIMAL = re.compile(r"\s*([+-]?(?:[0-9]{1,9}(?:\.[0-9]*)?|\.[0-9]+))(?![0-9])", re.ASCII)


def whole(text: str) -> int | None:
    """Return the whole number a text begins with; None where there is none, or a huge one."""
    found = _WHOLE.match(text)
    return int(found[1]) if found else None


def decimal(text: str) -> float | None:
    """Return the number a text begins with, to the thousandth; None as in ``whole``."""
    found = _DECIMAL.match(text)
    return round(float(found[1]), 3) if found else None


def shown(number: float) -> str:
    """Return a number's one print: at most three decimals, none that say nothing."""
    return f"{number:.3f}".rstrip("0").rstrip(".")
