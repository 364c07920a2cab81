"""What a format's reader finds: an address and its span, not yet judged."""

from dataclasses import dataclass, replace
from typing import Self

from proxy.mirror.reference import Role
from proxy.mirror.scan.undone import Undone


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An address at ``text[start:end]`` of the octets that were read (see ``octets``)."""

    start: int
    end: int
    address: str  # octets, escapes undone
    role: Role
    where: str
    width: int | None = None
    height: int | None = None
    base: str = ""  # what the document says its relative addresses are relative to

    def within(self, outer: Undone) -> Self:
        """Return the same, placed in the document that ``outer`` was taken from."""
        start, end = outer.span(self.start, self.end)
        return replace(self, start=start, end=end)


def trimmed(value: Undone, *, role: Role, where: str) -> Found | None:
    """Return the address that ``value`` holds between blanks; None where there is none.

    A fragment alone ("#clip") is the document itself, and a picture of nobody.
    """
    address = value.text.strip(" \t\r\n\f")
    if not address or address.startswith("#"):
        return None
    begin = value.text.index(address[0])
    start, end = value.span(begin, begin + len(address))
    return Found(start=start, end=end, address=address, role=role, where=where)
