"""The candidates of a ``srcset``: address and width (WHATWG HTML §4.8.4.2.2, split as it says)."""

import re
from collections.abc import Iterator

_BLANK = " \t\n\f\r"
_ADDRESS = re.compile(rf"[{_BLANK},]*([^{_BLANK}]+)")
# Descriptors run to the next comma outside parentheses.
_DESCRIPTORS = re.compile(r"(?:[^,(]|\([^)]*+(?:\)|\Z))*+")
_WIDTH = re.compile(r"(?:^|\s)([1-9][0-9]{0,8})w(?=\s|$)")


def candidates(text: str) -> Iterator[tuple[int, int, int | None]]:
    """Yield each candidate's begin and end in ``text``, and its width where it declares one."""
    at = 0
    while found := _ADDRESS.match(text, at):
        begin, at = found.span(1)
        end = begin + len(found[1].rstrip(","))
        width = None
        if end == at:
            descriptors = _DESCRIPTORS.match(text, at)
            if descriptors:
                at = descriptors.end()
                declared = _WIDTH.search(descriptors[0])
                width = int(declared[1]) if declared else None
        if end > begin:
            yield begin, end, width
