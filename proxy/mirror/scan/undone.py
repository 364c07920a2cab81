"""Text whose escapes are undone, which still knows where in the document each stretch stood.

Character references as attributes have them (WHATWG HTML §13.2.5.73) and as XML has them (§4.6),
CDATA sections opened. Works on octets.
"""

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.entities import html5

from proxy.mirror.scan import octets

_HTML = re.compile(r"&(?:#(?:[0-9]+|[xX][0-9a-fA-F]+);?|([A-Za-z][A-Za-z0-9]*;?)(=?))")
_XML = re.compile(r"&(?:lt|gt|amp|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_Escape = tuple[int, int, str]  # where it stands in the document, and what for


@dataclass(frozen=True, slots=True)
class Undone:
    """``text`` as it is meant; ``begins`` and the rest say where its escapes were."""

    text: str
    start: int  # of the whole in the document
    begins: tuple[int, ...] = ()  # of what each escape stands for, in the text
    ends: tuple[int, ...] = ()
    places: tuple[tuple[int, int], ...] = ()  # of each escape in the document

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Return where ``text[begin:end]`` stands in the document; escapes stay whole."""
        first = bisect_right(self.begins, begin) - 1
        if first >= 0 and begin < self.ends[first]:
            start = self.places[first][0]
        else:
            start = self._after(first, begin)
        last = bisect_left(self.begins, end) - 1
        inside = last >= 0 and end <= self.ends[last]
        return start, self.places[last][1] if inside else self._after(last, end)

    def _after(self, escape: int, offset: int) -> int:
        if escape < 0:
            return self.start + offset
        return self.places[escape][1] + offset - self.ends[escape]


def attribute(text: str, start: int, end: int) -> Undone:
    """Return an HTML attribute's value, its character references undone."""
    if text.find("&", start, end) < 0:
        return Undone(text[start:end], start)
    return _undone(text, start, end, _references(_HTML, _meant, text, start, end))


def xml(text: str, start: int, end: int) -> Undone:
    """Return an XML attribute's value or text, its references undone and CDATA opened."""
    return _undone(text, start, end, _content(text, start, end))


def _content(text: str, start: int, end: int) -> Iterator[_Escape]:
    at = start
    for section in _CDATA.finditer(text, start, end):
        yield from _references(_XML, _plain, text, at, section.start())
        at = section.end()
        if section[1] is None:  # a comment
            yield section.start(), at, ""
            continue
        yield section.start(), section.start(1), ""
        yield section.end(1), at, ""
    yield from _references(_XML, _plain, text, at, end)


def _references(
    pattern: re.Pattern[str],
    meant: Callable[[re.Match[str]], str | None],
    text: str,
    start: int,
    end: int,
) -> Iterator[_Escape]:
    for found in pattern.finditer(text, start, end):
        says = meant(found)
        if says is not None:
            yield found.start(), found.start() + len(found[0].removesuffix("=")), says


def _meant(found: re.Match[str]) -> str | None:
    """Return what an attribute's reference stands for; "&copy=" and "&copyx" are none there."""
    name = found[1]
    if name is None:
        return html.unescape(found[0])
    if found[2] and not name.endswith(";"):
        return None
    return html5.get(name)


def _plain(found: re.Match[str]) -> str:
    return html.unescape(found[0])


def _undone(text: str, start: int, end: int, escapes: Iterator[_Escape]) -> Undone:
    pieces: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    places: list[tuple[int, int]] = []
    at, length = start, 0
    for begin, after, says in escapes:
        meant = octets.character(says)
        pieces += (text[at:begin], meant)
        length += begin - at
        begins.append(length)
        length += len(meant)
        ends.append(length)
        places.append((begin, after))
        at = after
    pieces.append(text[at:end])
    return Undone("".join(pieces), start, tuple(begins), tuple(ends), tuple(places))
