"""Which pictures a document refers to, each with the exact bytes its address stands in. Pure.

One file a format finds addresses; here they are put in order and given their meaning. Works on
bytes: ``octets`` makes every offset a byte's, so whatever is no UTF-8 stays as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from proxy.mirror.reference import Reference, Role
from proxy.mirror.scan import css, feed, front_matter, html, listing, markdown, octets, sitemap
from proxy.mirror.scan.addresses import Addresses
from proxy.mirror.scan.found import Found
from proxy.mirror.scan.kind import Kind, guess
from proxy.settings import Settings

__all__ = ["Kind", "Scanned", "scan"]

_WIDE = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What a document refers to, in its order, and what of it could not be read."""

    references: tuple[Reference, ...]
    complaints: tuple[str, ...] = ()


def scan(  # noqa: PLR0913  # the document and what is known of it; all by name
    document: bytes,
    *,
    post: str,
    settings: Settings,
    kind: Kind | None = None,
    base: str = "",
    keys: Mapping[str, Role] = front_matter.KEYS,
) -> Scanned:
    """Return the pictures ``document`` refers to; never raises, whatever the bytes.

    ``post`` is its path or address, ``base`` what relative addresses are relative to (by default
    the post's own address, where it is one), ``keys`` the front matter keys that name pictures, in
    lower case. No two spans overlap.
    """
    if document.startswith(_WIDE):
        return Scanned(references=(), complaints=("the document is UTF-16, which is not read",))
    if not base and post.lower().startswith(("http://", "https://")):
        base = post
    addresses = Addresses(settings, base)
    found, complaints = _found(
        octets.read(document), kind or guess(post, document), addresses, keys
    )
    references = tuple(_references(document, found, post, addresses))
    return Scanned(references=references, complaints=tuple(filter(None, complaints)))


def _found(
    text: str, kind: Kind, addresses: Addresses, keys: Mapping[str, Role]
) -> tuple[list[Found], list[str]]:
    match kind:
        case Kind.MARKDOWN | Kind.HTML:
            start, end, body = front_matter.block(text)
            front, complaint = front_matter.find(text, start, end, keys)
            if kind is Kind.HTML:
                found = html.find(" " * body + text[body:], addresses)
                return front + found, [complaint]
            found, lost = markdown.find(text, body, addresses)
            return front + found, [complaint, lost]
        case Kind.CSS:
            return css.find(text), []
        case Kind.FEED:
            return feed.find(text, addresses), []
        case Kind.SITEMAP:
            return sitemap.find(text), []
        case Kind.LIST:
            return listing.find(text), []


def _references(
    document: bytes, found: Iterable[Found], post: str, addresses: Addresses
) -> Iterator[Reference]:
    """Give each its place in lines and its meaning; counts on from the one before."""
    line, column, counted, end = 1, 1, 0, 0
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if one.start < end or one.start >= one.end:  # the same twice
            continue
        # A file's byte order mark is no character of its first line.
        between = document[counted : one.start].removeprefix(b"" if counted else b"\xef\xbb\xbf")
        breaks = between.count(b"\n")
        if breaks:
            line, column = line + breaks, 1
            between = between[between.rindex(b"\n") + 1 :]
        column += len(between.decode("utf-8", "replace"))
        counted, end = one.start, one.end
        written = document[one.start : one.end].decode("utf-8", "surrogateescape")
        meaning = addresses.read(octets.write(one.address), octets.write(one.base))
        yield Reference(
            post=post,
            line=line,
            column=column,
            start=one.start,
            end=one.end,
            role=one.role,
            written=written,
            address=meaning.address,
            source=meaning.source,
            problem=meaning.problem,
            wrapper=meaning.wrapper,
            where=one.where,
            width=one.width,
            height=one.height,
        )
