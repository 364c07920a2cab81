"""Twin of proxy/mirror/scan/kind.py."""

import pytest

from proxy.mirror.scan.kind import Kind, guess


@pytest.mark.parametrize(
    ("post", "document", "kind"),
    [
        pytest.param("a/post.md", b"<html>", Kind.MARKDOWN, id="the name first"),
        pytest.param("a/post.HTML", b"", Kind.HTML, id="the name in capitals"),
        pytest.param("https://b/style.css?v=2", b"", Kind.CSS, id="an address with a query"),
        pytest.param("https://blog.md", b"<!DOCTYPE html><p>", Kind.HTML, id="a host is no name"),
        pytest.param("a.xml", b"<?xml version='1.0'?>\n<rss version='2.0'>", Kind.FEED, id="RSS"),
        pytest.param("atom", b"<feed xmlns='http://www.w3.org/2005/Atom'>", Kind.FEED, id="Atom"),
        pytest.param("sitemap.xml", b"<?xml?><urlset\nxmlns=''>", Kind.SITEMAP, id="sitemap"),
        pytest.param("-", b"\n---\ntitle: x\n---\n", Kind.MARKDOWN, id="front matter"),
        pytest.param("-", b"\xef\xbb\xbf\n<div>", Kind.HTML, id="a tag after a byte order mark"),
        pytest.param("-", b"https://h/a.png\nhttps://h/b.png\n", Kind.LIST, id="addresses"),
        pytest.param("-", b"# Title\n", Kind.MARKDOWN, id="anything else"),
        pytest.param("", b"", Kind.MARKDOWN, id="nothing"),
    ],
)
def test_guess(post: str, document: bytes, kind: Kind) -> None:
    assert guess(post, document) is kind
