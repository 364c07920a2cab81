"""What is to go from the store by the operator's word, and what went.

A URL here is a source as the store knows it (WHATWG-normalised); who reads the wish prints it so.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class Scope(StrEnum):
    """By what a selector selects."""

    SOURCE = "source"
    HOST = "host"
    PREFIX = "prefix"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Selector:
    """Originals and every picture made from them: ``Selector(Scope.HOST, "image.woshipm.com")``."""

    scope: Scope
    value: str = ""  # a URL, a host, the beginning of a URL; nothing for all

    def covers(self, source: str, host: str) -> bool:
        """Tell whether what was made from ``source``, of ``host``, is selected."""
        match self.scope:
            case Scope.SOURCE:
                return source == self.value
            case Scope.HOST:
                return host == self.value
            case Scope.PREFIX:
                return source.startswith(self.value)
            case Scope.ALL:
                return True
            case _ as never:
                assert_never(never)


EVERYTHING = Selector(Scope.ALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many entries went."""

    originals: int = 0
    pictures: int = 0
