"""Twin of proxy/mirror/rewrite/escaping.py."""

import pytest

from proxy.mirror.rewrite.escaping import Address, fitted
from proxy.mirror.scan import Kind

M, F = Kind.MARKDOWN, Kind.FEED
PLAIN, QUERY, COMMA, PAREN = "https://i/?http://h/", "a?b=1&c=2", "a,b", "a(1).jpg"


@pytest.mark.parametrize(
    ("where", "kind", "tail", "written"),
    [
        pytest.param("img[src]", M, "a.jpg!x", "plain", id="nothing to escape"),
        pytest.param("img[src]", M, QUERY, "a?b=1&amp;c=2", id="an attribute of HTML"),
        pytest.param("img[src]", M, PAREN, "encoded", id="a sign of Markdown around the HTML"),
        pytest.param("img[src]", M, "it's", "encoded", id="a quote, which browsers encode"),
        pytest.param("img[srcset]", M, COMMA, "plain", id="a comma within a candidate"),
        pytest.param("img[srcset]", M, "a,", "encoded", id="a comma that ends a candidate"),
        pytest.param("img[src]", F, QUERY, "encoded", id="a feed's HTML, however deep"),
        pytest.param("enclosure[url]", F, QUERY, "encoded", id="a feed's own attribute"),
        pytest.param("image:loc", Kind.SITEMAP, QUERY, "encoded", id="a sitemap"),
        pytest.param("front matter: cover", M, QUERY, "plain", id="YAML"),
        pytest.param("front matter: cover", M, COMMA, "encoded", id="a flow sequence of YAML"),
        pytest.param("front matter: cover", M, "a:", "encoded", id="a key of YAML"),
        pytest.param("css url()", M, "a;b", "encoded", id="the end of a declaration"),
        pytest.param("css url()", M, QUERY, "encoded", id="CSS within an attribute or not"),
        pytest.param("css url()", Kind.CSS, PAREN, "encoded", id="the end of url()"),
        pytest.param("markdown image", M, QUERY, "plain", id="Markdown"),
        pytest.param("markdown image", M, "a?b&copy;", "encoded", id="a reference of Markdown"),
        pytest.param("markdown image", M, PAREN, "encoded", id="the end of a destination"),
        pytest.param("line", Kind.LIST, QUERY, "plain", id="a list"),
    ],
)
def test_fitted(where: str, kind: Kind, tail: str, written: str) -> None:
    address = Address(PLAIN + tail, "encoded")
    expected = {"plain": PLAIN + tail, "encoded": "encoded"}.get(written, PLAIN + written)
    assert fitted(address, where=where, kind=kind) == expected
