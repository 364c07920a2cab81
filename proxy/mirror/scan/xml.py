"""XML's elements with their spans, as far as feeds and sitemaps need them.

Reads on where a real parser stops: feeds are broken daily. Expands no entity and reads no DTD, so
there is nothing to explode (defusedxml's list). Names are taken with their usual prefixes.
"""

import re
from dataclasses import dataclass

from proxy.mirror.scan import undone

_TOKEN = re.compile(
    r"""
      <!--.*?(?:-->|\Z)
    | <!\[CDATA\[.*?(?:\]\]>|\Z)
    | <\?.*?(?:\?>|\Z)
    | <![A-Za-z][^\[<>]*+(?:\[.*?(?:\]\s*>|\Z)|>)
    | </(?P<closed>[^\s<>/]+)\s*>
    | <(?P<opened>[A-Za-z_][^\s<>/"'=]*+)
      (?P<attributes>(?:[^"'<>/]|"[^"<]*+"|'[^'<]*+'|/(?!>))*+)(?P<empty>/?)>
    """,
    re.VERBOSE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=\"']+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(slots=True, kw_only=True)
class Element:
    """An element: its attributes' values and its content as spans; ``end`` grows while reading."""

    name: str
    parent: "Element | None"
    attributes: dict[str, tuple[int, int]]
    start: int  # of its content
    end: int
    base: str  # the nearest ``xml:base``; one relative to another is taken as it stands


def elements(text: str) -> list[Element]:
    """Return every element in the order they open; one never closed is empty."""
    opened: list[Element] = []
    found: list[Element] = []
    for token in _TOKEN.finditer(text):
        if token["opened"]:
            parent = opened[-1] if opened else None
            spot = token.end()
            values = _values(text, *token.span("attributes"))
            base = parent.base if parent else ""
            if "xml:base" in values:
                base = undone.xml(text, *values["xml:base"]).text.strip()
            element = Element(
                name=token["opened"],
                parent=parent,
                attributes=values,
                start=spot,
                end=spot,
                base=base,
            )
            found.append(element)
            if not token["empty"]:
                opened.append(element)
        elif token["closed"]:
            _close(opened, token["closed"], token.start())
    return found


def _values(text: str, start: int, end: int) -> dict[str, tuple[int, int]]:
    values: dict[str, tuple[int, int]] = {}
    for one in _ATTRIBUTE.finditer(text, start, end):
        values.setdefault(one[1], one.span(2 if one[2] is not None else 3))
    return values


def _close(opened: list[Element], name: str, at: int) -> None:
    """Close the innermost element of that name, and whatever was left open in it."""
    # Eight levels: what a tag that was never opened may cost; feeds nest four.
    for depth in range(1, min(len(opened), 8) + 1):
        if opened[-depth].name == name:
            opened[-depth].end = at
            del opened[-depth:]
            return
