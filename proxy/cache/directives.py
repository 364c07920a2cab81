"""The directives of Cache-Control, of responses and requests alike (RFC 9111 §5.2).

Knows the syntax only. Where a value is wrong the careful reading wins (§4.2.1): a directive that is
named counts as present however its value reads, a number that is none counts as 0 seconds, and of
several numbers the smallest counts.
"""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from functools import lru_cache

from proxy.model.headers import Headers

# §1.2.2: a number too large to be represented becomes 2^31.
FOREVER_S = 1 << 31
_DIGITS_OF_FOREVER = 10
_REMEMBERED_MAX = 256  # characters
_MEMBER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(.*)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Directives:
    """Directives as (name in lower case, value) pairs; the value is None where there is none.

    A qualified form (``no-cache="field"``, ``private="field"``) is read as the plain one, as
    §5.2.2.4 and §5.2.2.7 allow.
    """

    members: tuple[tuple[str, str | None], ...] = ()
    targeted: bool = False  # meant for us alone: Cache-Control and Expires have no say (RFC 9213)

    def __contains__(self, name: str) -> bool:
        """Tell whether a directive is named."""
        return name in [member for member, _ in self.members]

    def less(self, names: Container[str]) -> "Directives":
        """Return these without the directives of those names."""
        return replace(self, members=tuple(one for one in self.members if one[0] not in names))

    def seconds(self, name: str) -> int | None:
        """Return the smallest number of seconds a directive names; None where it is absent."""
        least = None
        for member, value in self.members:
            if member == name:
                found = delta_seconds(value or "") or 0
                least = found if least is None else min(least, found)
        return least

    def any_of(self, names: Container[str]) -> bool:
        """Tell whether one of these names is named."""
        return bool(self.members) and any(member in names for member, _ in self.members)


_NONE = Directives()


def directives_of(headers: Headers) -> Directives:
    """Return what the Cache-Control lines of a message say, together."""
    text = headers.get("Cache-Control")
    if text is None:
        return _NONE
    return _remembered(text) if len(text) <= _REMEMBERED_MAX else _read(text)


def delta_seconds(text: str) -> int | None:
    """Return the seconds a field names, at most 2^31 (§1.2.2); None where it is no such number."""
    if not _NUMBER.fullmatch(text):
        return None
    digits = text.lstrip("0") or "0"
    return FOREVER_S if len(digits) > _DIGITS_OF_FOREVER else min(int(digits), FOREVER_S)


@lru_cache(maxsize=256)  # origins say the same few things, and several rules ask
def _remembered(text: str) -> Directives:
    return _read(text)


def _read(text: str) -> Directives:
    return Directives(tuple(_member(found) for part in _parts(text) if (found := _match(part))))


def _match(part: str) -> re.Match[str] | None:
    return _MEMBER.fullmatch(part.strip(" \t"))


def _member(found: re.Match[str]) -> tuple[str, str | None]:
    name, rest = found[1].lower(), found[2]
    if not rest.startswith("="):
        return name, None  # alone, or named with junk after it: "max-age = 60", "no-store now"
    value = rest[1:]
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    return name, value


def _parts(text: str) -> list[str]:
    """Split at the commas outside quoted strings; an unclosed quote is an ordinary character."""
    if '"' not in text:
        return text.split(",")
    parts, start, quoted, escaped = [], 0, False, False
    for at, character in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and character == "\\":
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            parts.append(text[start:at])
            start = at + 1
    return text.split(",") if quoted else [*parts, text[start:]]
