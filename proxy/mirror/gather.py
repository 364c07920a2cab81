"""What the operator points at, as documents: files, folders, pages, feeds, sitemaps, ``-``.

Bytes only, nothing is decoded. What cannot be read is a complaint among the documents, no end.
"""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from proxy.dialects.address import parse_source
from proxy.errors import BadAddress, ProxyError
from proxy.mirror.pages import MAX_BYTES, Page, Pages
from proxy.mirror.scan import octets, undone, xml
from proxy.mirror.scan.kind import Kind, guess
from proxy.settings import Settings

SUFFIXES = frozenset({".md", ".markdown", ".html", ".htm", ".css", ".xml", ".txt"})
STDIN = "-"
MAX_PAGES = 5000  # of one sitemap, those of its index together; a sitemap may name 50,000

_SCHEMES = ("http://", "https://")
_GZIP = b"\x1f\x8b"
# What a server says beats the name; "text/plain" and "text/xml" say nothing.
_KINDS = {
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "text/css": Kind.CSS,
    "text/markdown": Kind.MARKDOWN,
    "application/rss+xml": Kind.FEED,
    "application/atom+xml": Kind.FEED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Something that refers to pictures, or with a ``complaint`` what could not be read."""

    name: str  # path as it was given, or address
    data: bytes = b""
    kind: Kind | None = None  # None: let the scan guess
    base: str = ""  # what relative addresses are relative to; empty: not known
    complaint: str = ""


async def gather(
    places: Sequence[str],
    *,
    settings: Settings,
    fetch: Pages,
    stdin: BinaryIO | None = None,
) -> AsyncIterator[Document]:
    """Yield the documents at the places, in their order.

    A folder gives its posts by their suffix, in sorted order, without hidden ones and without what
    a symlink leads out of it. A sitemap's address gives itself and the pages it names on its host,
    one after the other, ``[mirror] delay`` apart. ``stdin`` is the process's by default.
    """
    for place in places:
        if place.lower().startswith(_SCHEMES):
            async for document in _web(place, fetch, settings.mirror.delay):
                yield document
        elif place == STDIN:
            yield await asyncio.to_thread(_standard, stdin or sys.stdin.buffer)
        else:
            for path in await asyncio.to_thread(files, Path(place)):
                yield await asyncio.to_thread(document_of, path)


def files(place: Path) -> list[Path]:
    """Return a folder's posts, or the file itself."""
    return list(_walked(place)) if place.is_dir() else [place]


def _walked(folder: Path) -> Iterator[Path]:
    """Go through the posts of a folder; symlinks to folders are not entered."""
    root = folder.resolve()
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if name.startswith(".") or path.suffix.lower() not in SUFFIXES:
                continue
            if not path.is_symlink() or path.resolve().is_relative_to(root):
                yield path


def document_of(path: Path) -> Document:
    """Return a file as a document; never raises."""
    name = str(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for its writer
            return Document(name=name, complaint="this is no file and no folder")
        with path.open("rb") as file:
            return _whole(name, file.read(MAX_BYTES + 1))
    except (OSError, ValueError) as failed:  # ValueError: a name with a NUL
        said = failed.strerror if isinstance(failed, OSError) else str(failed)
        return Document(name=name, complaint=said or "cannot be read")


def _standard(stdin: BinaryIO) -> Document:
    return _whole(STDIN, stdin.read(MAX_BYTES + 1))


def _whole(name: str, data: bytes, kind: Kind | None = None, base: str = "") -> Document:
    """Return a document, or the complaint that it is one nobody reads."""
    if len(data) > MAX_BYTES:
        return Document(name=name, complaint=f"over {MAX_BYTES >> 20} MiB, too large for a post")
    if data.startswith(_GZIP):
        return Document(name=name, complaint="compressed (gzip), which is not read")
    return Document(name=name, data=data, kind=kind, base=base)


async def _web(url: str, fetch: Pages, delay_s: float) -> AsyncIterator[Document]:
    """Yield the document at an address; a sitemap's pages and sitemaps behind it."""
    first = await _got(url, fetch)
    yield first
    left, known, n_got = _named(first, "sitemap") + _named(first, "url"), {first.name}, 0
    sitemaps = set(_named(first, "sitemap"))
    while left:
        address = left.pop(0)
        if address in known:
            continue
        if n_got == MAX_PAGES:
            yield Document(
                name=url, complaint=f"names more than {MAX_PAGES} pages, the rest is left"
            )
            return
        known.add(address)
        if not _same_host(address, first.base):
            yield Document(name=address, complaint="on another host than the sitemap that names it")
            continue
        await asyncio.sleep(delay_s)
        document = await _got(address, fetch)
        n_got += 1
        yield document
        if address in sitemaps:  # one level
            left[:0] = _named(document, "url")


async def _got(url: str, fetch: Pages) -> Document:
    try:
        page = await fetch.get(url)
    except ProxyError as failure:
        return Document(name=url, complaint=str(failure) or failure.title())
    return _of_page(url, page)


def _of_page(name: str, page: Page) -> Document:
    return _whole(name, page.data, _KINDS.get(page.media_type), page.url)


def _named(document: Document, parent: str) -> list[str]:
    """Return the addresses a sitemap names: of pages ("url") or of further sitemaps ("sitemap")."""
    kind = document.kind or guess(document.name, document.data)
    if document.complaint or kind is not Kind.SITEMAP:
        return []
    text = octets.read(document.data)
    return [
        octets.write(undone.xml(text, element.start, element.end).text.strip())
        for element in xml.elements(text)
        if element.name == "loc" and element.parent is not None and element.parent.name == parent
    ]


def _same_host(address: str, base: str) -> bool:
    try:
        return parse_source(address).host == parse_source(base).host
    except BadAddress:
        return False
