"""Reads the Accept header field (RFC 9110 §12.5.1).

Pure, and never raises. Wildcards are no wish: ``*/*`` and ``image/*`` name no format, because every
client sends them.
"""

import re

_QVALUE = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")  # §12.4.2


def weight(accept: str | None, media_type: str) -> float:
    """Return the q-value Accept names ``media_type`` with: 0 to 1; 0 where it is not named.

    A range with an unreadable q-value counts for nothing; of several, the highest counts.
    """
    ranges = (part.partition(";") for part in (accept or "").split(","))
    return max(
        (_q(rest) for name, _, rest in ranges if name.strip().lower() == media_type), default=0.0
    )


def _q(parameters: str) -> float:
    """Return the weight among a range's parameters; 1 where there is none."""
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return float(value) if _QVALUE.fullmatch(value := value.strip()) else 0.0
    return 1.0
