"""Addresses in a list: one a line, blank lines and ``#`` comments between."""

import re

from proxy.mirror.reference import Role
from proxy.mirror.scan.found import Found

_LINE = re.compile(r"^[ \t\f]*+([^#\s][^\r\n]*)", re.MULTILINE)


def find(text: str) -> list[Found]:
    """Return each line's address."""
    found = []
    for line in _LINE.finditer(text.replace("\r", "\n")):
        address = line[1].rstrip()
        start = line.start(1)
        end = start + len(address)
        found.append(Found(start=start, end=end, address=address, role=Role.BODY, where="line"))
    return found
