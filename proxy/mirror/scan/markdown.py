"""Addresses in Markdown: images, links to pictures, definitions, and the HTML between them.

markdown-it (CommonMark with tables) decides what is code, HTML or text; its destinations are kept
with their place. All HTML of the post is read as one page, the rest blanked out.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.rules_inline import StateInline, autolink, html_inline
from markdown_it.token import Token

from proxy.mirror.reference import Role
from proxy.mirror.scan import html
from proxy.mirror.scan.addresses import Addresses
from proxy.mirror.scan.found import Found
from proxy.mirror.scan.rows import Passage, Rows, matters

_Span = tuple[int, int]


class _Destination(str):
    """A link's destination, its escapes undone, that knows where in what text it was read."""

    __slots__ = ("begin", "end", "held")
    begin: int
    end: int
    held: str


def _destination(string: str, pos: int, maximum: int) -> Any:  # noqa: ANN401  # markdown-it's result, handed through
    result = helpers.parseLinkDestination(string, pos, maximum)
    if result.ok:
        angled = string[pos] == "<"
        read = _Destination(result.str)
        read.begin, read.end, read.held = pos + angled, result.pos - angled, string
        result.str = read
    return result


def _html_inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's signature
    at = state.pos
    done = html_inline(state, silent)
    if done and not silent:
        state.tokens[-1].meta = {"at": at}
    return done


def _autolink(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's signature
    at = state.pos
    done = autolink(state, silent)
    if done and not silent:  # it has pushed an opening, a text and a closing
        state.tokens[-3].meta = {"at": at + 1}
    return done


class _Parser(MarkdownIt):
    """CommonMark with tables that leaves addresses as they are written."""

    def __init__(self) -> None:
        super().__init__("commonmark")
        self.enable("table")
        self.inline.ruler.at("html_inline", _html_inline)
        self.inline.ruler.at("autolink", _autolink)
        self.helpers: Any = SimpleNamespace(  # markdown-it's own hook for them
            parseLinkDestination=_destination,
            parseLinkLabel=helpers.parseLinkLabel,
            parseLinkTitle=helpers.parseLinkTitle,
        )

    def normalizeLink(self, url: str) -> str:  # noqa: N802  # markdown-it's name
        return url


@cache
def _parser() -> _Parser:
    """Return the one parser: it keeps nothing of a document, and is slow to make."""
    return _Parser()


def find(text: str, start: int, addresses: Addresses) -> tuple[list[Found], str]:
    """Return the addresses in ``text[start:]``, octets of Markdown, in no certain order.

    With a complaint where an address was read that could not be found again in the document.
    """
    rows = Rows(text, start)
    parser = _parser()
    environment: dict[str, Any] = {}
    tokens: list[Token] = []
    parser.block.parse(rows.thinned(), parser, environment, tokens)
    markup: list[_Span] = []
    reader = _Reader(rows, addresses, _definitions(environment, rows))
    before = ""
    for token in tokens:
        if token.type == "html_block" and token.map:
            markup += rows.block(token.content, *token.map, whole=token.level == 0)
        elif token.type == "inline" and token.map and matters(token.content):
            cell = before in {"th_open", "td_open"}
            passage = rows.passage(token.content, token.map[0], cell=cell)
            children = parser.inline.parse(token.content, parser, environment, [])
            for begin, end in _markup(children):
                markup += passage.spans(begin, end)
            for child in children:
                if child.type in {"image", "link_open"}:
                    reader.read(child, passage)
        before = token.type
    reader.define()
    page = html.find(rows.only(markup), addresses) if markup else []
    lost = f"{reader.lost} addresses could not be placed" if reader.lost else ""
    return reader.found + page, lost


def _markup(children: Sequence[Token]) -> Iterator[_Span]:
    """Yield where tags stand in a paragraph; a style sheet in it is one piece with its tags."""
    opened = None
    for child in children:
        if child.type == "html_inline":
            begin, end = child.meta["at"], child.meta["at"] + len(child.content)
            tag = child.content[:7].lower()
            opened = begin if tag.startswith("<style") else opened
            yield (opened if opened is not None and tag == "</style" else begin), end
            opened = None if tag == "</style" else opened


def _definitions(
    environment: dict[str, Any], rows: Rows
) -> dict[int, tuple[_Destination, Passage]]:
    """Return the definitions' destinations with the rows they were read from, by identity."""
    told = (*environment.get("references", {}).values(), *environment.get("duplicate_refs", ()))
    return {
        id(one["href"]): (one["href"], rows.passage(one["href"].held, one["map"][0]))
        for one in told
        if isinstance(one["href"], _Destination)
    }


class _Reader:
    """Turns tokens of images and links into what was found."""

    def __init__(
        self,
        rows: Rows,
        addresses: Addresses,
        definitions: dict[int, tuple[_Destination, Passage]],
    ) -> None:
        self.found: list[Found] = []
        self.lost = 0
        self._rows = rows
        self._addresses = addresses
        self._definitions = definitions
        self._shown: set[int] = set()  # definitions that an image uses

    def read(self, token: Token, passage: Passage) -> None:
        """Take an image, or a link that leads to a picture."""
        image = token.type == "image"
        href = token.attrs.get("src" if image else "href")
        if id(href) in self._definitions:
            if image:
                self._shown.add(id(href))
        elif isinstance(href, _Destination):
            self._add(href, passage.spans(href.begin, href.end), "image" if image else "link")
        elif isinstance(href, str) and token.meta:
            at = token.meta["at"]
            self._add(href, passage.spans(at, at + len(href)), "link")

    def define(self) -> None:
        """Take the definitions: shown by an image, or leading to a picture."""
        for key, (href, passage) in self._definitions.items():
            role = "image" if key in self._shown else "link"
            self._add(href, passage.spans(href.begin, href.end), role, "definition")

    def _add(self, address: str, spans: Sequence[_Span], use: str, where: str = "") -> None:
        if not address or address.startswith("#"):
            return
        if use == "link" and not self._addresses.is_picture(address):
            return
        if len(spans) != 1:  # an address has no line end in it, so this one was not found again
            self.lost += 1
            return
        start, end = spans[0]
        role = Role.BODY if use == "image" else Role.LINK
        where = f"markdown {where or use}"
        self.found.append(Found(start=start, end=end, address=str(address), role=role, where=where))
