"""The lines of a Markdown document, and where in them stands what a parser hands out piecemeal.

markdown-it takes indentation, quote marks and table bars off its lines; what is left is found again
by its end, which stays. Lines that no address can come from are kept from the parser: it is slow.
"""

import re
from dataclasses import dataclass

_BLANK = " \t"
_FORM_FEED = "\ue00c"  # octets never has it: form feed stays what it is there
# What a picture can come from: HTML, an image, a definition …
_OPENS = re.compile(r"<|!\[|\]:")
# … or a link, where its address has an extension, a query or escapes, or is Photon's.
_PICTURE = re.compile(
    r"\.(?:a?png|jpe?g|jfif|gif|webp|avif|bmp|svg|ico|tiff?|hei[cf]|jxl|image)|[?&\\]|\.wp\.com",
    re.IGNORECASE,
)
# A line that begins with a letter at the margin opens no list, quote, fence, heading or table row.
_TEXT = re.compile(r"[A-Za-z\ue080-\ue0ff]")


def matters(text: str) -> bool:
    """Tell whether an address of a picture can come from a passage of Markdown."""
    return _OPENS.search(text) is not None or ("](" in text and _PICTURE.search(text) is not None)


@dataclass(frozen=True, slots=True)
class Passage:
    """What the parser holds of some rows: each line's shift into the document."""

    held: str
    lines: tuple[int, ...]  # where each line begins, in what is held
    shifts: tuple[int | None, ...]  # from there to the document; None: not found again
    bars: bool = False  # a table's cell whose bars are escaped in the document, and only there

    def spans(self, begin: int, end: int) -> list[tuple[int, int]]:
        """Return where ``held[begin:end]`` stands in the document, a span for each line."""
        found = []
        for at, shift in zip(self.lines, self.shifts, strict=True):
            after = self.held.find("\n", at)
            after = len(self.held) if after < 0 else after
            first, last = max(begin, at), min(end, after)
            if first < last and shift is not None:
                more = self.held.count("|", 0, first) if self.bars else 0
                within = self.held.count("|", first, last) if self.bars else 0
                found.append((first + shift + more, last + shift + more + within))
        return found


class Rows:
    """The lines of ``text[start:]``; a line end counts as one character, as it does in ``text``."""

    def __init__(self, text: str, start: int) -> None:
        # Markdown takes a blank before a line end for nothing. Form feed is no blank to CommonMark,
        # but to Python's strip().
        self._text = text.replace("\r\n", " \n").replace("\r", "\n").replace("\f", _FORM_FEED)
        self._rows = self._text[start:].split("\n")
        self._starts: list[int] = []
        for row in self._rows:
            self._starts.append(start)
            start += len(row) + 1
        self._searched: dict[int, int] = {}  # how far a row's cells have been found

    def thinned(self) -> str:
        """Return as many lines, plain paragraphs at the margin a letter, and those after it none.

        Such a paragraph ends every list and quote; another one after it ends nothing more.
        """
        kept = list(self._rows)
        first, dull = 0, False
        for at, row in enumerate([*self._rows, ""]):
            if row and not row.isspace():
                continue
            if first < at:
                lines = self._rows[first:at]
                plain = all(map(_TEXT.match, lines)) and not matters("\n".join(lines))
                if plain:
                    kept[first:at] = ["" if dull else "x", *[""] * (at - first - 1)]
                dull = plain
            first = at + 1
        return "\n".join(kept)

    def passage(self, held: str, row: int, *, cell: bool = False) -> Passage:
        """Find what the parser holds again; its first line is of ``row``."""
        lines, shifts, at, bars = [], [], 0, False
        for line in held.split("\n"):
            lines.append(at)
            column = None if cell else self._by_end(line, row)
            if column is None:
                column, bars = self._by_search(line, row)
            shifts.append(None if column is None else self._starts[row] + column - at)
            at += len(line) + 1
            row += 1
        return Passage(held, tuple(lines), tuple(shifts), bars)

    def block(self, held: str, first: int, last: int, *, whole: bool) -> list[tuple[int, int]]:
        """Return the spans of a block of rows; ``whole`` where nothing was taken off its lines."""
        if whole:
            return [(self._starts[first], self._starts[last - 1] + len(self._rows[last - 1]))]
        return self.passage(held.removesuffix("\n"), first).spans(0, len(held))

    def only(self, spans: list[tuple[int, int]]) -> str:
        """Return a text as long as the document that holds only what stands at ``spans``."""
        pieces: list[str] = []
        at = 0
        for start, end in sorted(spans):
            pieces += (" " * (start - at), self._text[max(start, at) : end])
            at = max(at, end)
        return "".join(pieces).replace(_FORM_FEED, "\f")

    def _by_end(self, line: str, row: int) -> int | None:
        if row >= len(self._rows):
            return None
        written, line = self._rows[row].rstrip(_BLANK), line.rstrip(_BLANK)
        bare = line.lstrip(_BLANK)  # blanks before it may be what is left of a tab
        return len(written) - len(line) if written.endswith(bare) else None

    def _by_search(self, line: str, row: int) -> tuple[int | None, bool]:
        if row >= len(self._rows):
            return None, False
        for form in (line, line.replace("|", "\\|")):
            column = self._rows[row].find(form, self._searched.get(row, 0))
            if column >= 0:
                self._searched[row] = column + len(form)
                return column, form != line
        return None, False
