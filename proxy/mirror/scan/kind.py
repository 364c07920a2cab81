"""What kind of document this is: by its name, else by how it begins."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """How a document is read."""

    MARKDOWN = "markdown"  # with front matter and HTML in it
    HTML = "html"
    CSS = "css"
    FEED = "feed"  # RSS, Atom
    SITEMAP = "sitemap"
    LIST = "list"  # one address a line


_SUFFIXES = {
    "md": Kind.MARKDOWN,
    "markdown": Kind.MARKDOWN,
    "mdown": Kind.MARKDOWN,
    "html": Kind.HTML,
    "htm": Kind.HTML,
    "xhtml": Kind.HTML,
    "css": Kind.CSS,
    "rss": Kind.FEED,
    "atom": Kind.FEED,
    "txt": Kind.LIST,
    "list": Kind.LIST,
}
_SUFFIX = re.compile(r"(?<=[^/])\.([A-Za-z]+)(?=[?#]|\Z)")
_HEAD = 4096  # bytes: what stands before a root element
_AUTHORITY = re.compile(r"(?:https?:)?//[^/?#]*", re.IGNORECASE)  # no suffix: "https://blog.md"
_ROOTS = (
    (re.compile(rb"\A[\xef\xbb\xbf\s]*<(?:!doctype\s+html|html)[\s>]", re.IGNORECASE), Kind.HTML),
    (re.compile(rb"<(?:urlset|sitemapindex)[\s>]", re.IGNORECASE), Kind.SITEMAP),
    (re.compile(rb"<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE), Kind.FEED),
    (re.compile(rb"\A[\xef\xbb\xbf\s]*---[ \t]*\r?\n"), Kind.MARKDOWN),
    (re.compile(rb"\A[\xef\xbb\xbf\s]*<"), Kind.HTML),
    (re.compile(rb"\A[\xef\xbb\xbf\s]*https?://\S+[ \t]*(?:[\r\n]|\Z)", re.IGNORECASE), Kind.LIST),
)


def guess(post: str, document: bytes) -> Kind:
    """Return the kind; Markdown where nothing tells, since any text is some."""
    suffix = _SUFFIX.search(_AUTHORITY.sub("", post, count=1))
    named = _SUFFIXES.get(suffix[1].lower()) if suffix else None
    if named:
        return named
    head = document[:_HEAD]
    return next((kind for form, kind in _ROOTS if form.search(head)), Kind.MARKDOWN)
