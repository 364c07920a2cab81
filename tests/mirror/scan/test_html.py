"""Twin of proxy/mirror/scan/html.py."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from proxy.mirror.reference import Role
from proxy.mirror.scan import html, octets, srcset
from proxy.mirror.scan.addresses import Addresses
from proxy.settings import Settings
from tests.fakes.posts import ADDRESSES, HTML

WHERE = Addresses(Settings())
B, A, L = Role.BODY, Role.AVATAR, Role.LINK


def found(text: str) -> list[tuple[str, Role, str]]:
    document = text.encode()
    read = sorted(html.find(octets.read(document), WHERE), key=lambda one: one.start)
    return [(document[one.start : one.end].decode(), one.role, one.where) for one in read]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('中<img src="a">', [("a", B, "img[src]")], id="double quotes, text before it"),
        pytest.param("<IMG\nSRC = 'a b' >", [("a b", B, "img[src]")], id="single quotes, blanks"),
        pytest.param("<img src=a?b&amp;c>", [("a?b&amp;c", B, "img[src]")], id="no quotes"),
        pytest.param(
            "<img src=' a\r\n' alt>", [("a", B, "img[src]")], id="blanks within the quotes"
        ),
        pytest.param("<p>\r\n<img\r\nsrc=a>", [("a", B, "img[src]")], id="CRLF"),
        pytest.param("<img src><img src=''><img src='#x'>", [], id="no address"),
        pytest.param("<img src=a src=b>", [("a", B, "img[src]")], id="the first of two"),
        pytest.param(
            "<img srcset='a 1x, b?c&amp;d 2x'>",
            [("a", B, "img[srcset]"), ("b?c&amp;d", B, "img[srcset]")],
            id="srcset",
        ),
        pytest.param(
            "<picture><source srcset=a><img src=b></picture>",
            [("a", B, "source[srcset]"), ("b", B, "img[src]")],
            id="picture",
        ),
        pytest.param(
            "<video poster=a><source src=b.mp4></video>",
            [("a", B, "video[poster]")],
            id="a film is no picture",
        ),
        pytest.param("<input type=IMAGE src=a><input src=b>", [("a", B, "input[src]")], id="input"),
        pytest.param(
            "<svg><image href=a /><image xlink:href=b /><use href='#c'/></svg>",
            [("a", B, "image[href]"), ("b", B, "image[xlink:href]")],
            id="svg",
        ),
        pytest.param(
            "<img data-src=a data-original=b data-id=c>",
            [("a", B, "img[data-src]"), ("b", B, "img[data-original]")],
            id="kept for later",
        ),
        pytest.param(
            "<img data-srcset='a 1x'>", [("a", B, "img[data-srcset]")], id="srcset kept for later"
        ),
        pytest.param(
            "<iframe data-src=http://h/v></iframe><div data-src=//h/page>",
            [],
            id="data-src of no picture",
        ),
        pytest.param(
            "<div data-bg='//h/a.png' data-x='see /a.png' data-y='{\"u\":\"//h/a.png\"}'>",
            [("//h/a.png", B, "div[data-bg]")],
            id="any data-",
        ),
        pytest.param("<p data-avatar=a>", [("a", A, "p[data-avatar]")], id="data-avatar"),
        pytest.param(
            "<img class='user-Avatar big' src=a><img alt=头像 src=b>",
            [("a", A, "img[src]"), ("b", A, "img[src]")],
            id="by class and alt",
        ),
        pytest.param(
            "<a href=http://h/a.jpg rel=lightbox><a href=http://h/b>",
            [("http://h/a.jpg", L, "a[href]")],
            id="links",
        ),
        pytest.param(
            "<div style=\"a:url(&quot;b&quot;);c:url('d')\">",
            [("b", B, "css url()"), ("d", B, "css url()")],
            id="style",
        ),
        pytest.param("<style>a{b:url(c)}</style>", [("c", B, "css url()")], id="style sheet"),
        pytest.param("<style>a{b:url(c)", [("c", B, "css url()")], id="style sheet never ended"),
        pytest.param(
            "<link rel='shortcut icon' href=a><link rel=stylesheet href=e>"
            "<link rel=preload as=image href=b imagesrcset='c 1x'>"
            "<link rel=preload as=font href=d>",
            [("a", B, "link[href]"), ("b", B, "link[href]"), ("c", B, "link[imagesrcset]")],
            id="link",
        ),
        pytest.param(
            "<meta property=og:image content=a><meta name=twitter:image content=b>"
            "<meta name=x content=c>",
            [("a", B, "meta[content]"), ("b", B, "meta[content]")],
            id="meta",
        ),
        pytest.param(
            "<noscript><img src=a></noscript><template><img src=b></template>",
            [("a", B, "img[src]"), ("b", B, "img[src]")],
            id="noscript, template",
        ),
        pytest.param(
            "<!-- <img src=a> --><script>'<img src=b>'</script>"
            "<textarea><img src=c></textarea><title><img src=d></title>",
            [],
            id="not shown",
        ),
        pytest.param(
            "<table><img src=a><tr><a href=b.png><td background=c></a>",
            [("a", B, "img[src]"), ("b.png", L, "a[href]"), ("c", B, "td[background]")],
            id="a table out of order",
        ),
        pytest.param(
            "<a href=b.png><p>x</a>y",
            [("b.png", L, "a[href]")],
            id="an element the tree holds twice",
        ),
        pytest.param("<img src='a", [], id="cut off"),
        pytest.param(
            "<body class=x><body background=a><img src=b>",
            [("b", B, "img[src]")],
            id="what a second body adds has no place",
        ),
    ],
)
def test_find(text: str, expected: list[tuple[str, Role, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        pytest.param("width=900 height='420'", (900, 420), id="pixels"),
        pytest.param("width='90px' height=1.5", (90, 1), id="with a unit, a fraction"),
        pytest.param("width=50% height=auto", (None, None), id="no pixels"),
        pytest.param("width=0", (None, None), id="nothing"),
    ],
)
def test_declared_sides(attributes: str, size: tuple[int | None, int | None]) -> None:
    (one,) = html.find(f"<img src=a {attributes}>", WHERE)
    assert (one.width, one.height) == size


def test_a_candidates_own_width_counts() -> None:
    one, other = html.find("<img width=9 height=8 srcset='a 480w, b'>", WHERE)
    assert (one.width, one.height, other.width, other.height) == (480, None, 9, 8)


def test_the_first_base_is_told() -> None:
    found = html.find("<base href=' http://h/x/ '><base href=y><img src=a>", WHERE)
    assert [one.base for one in found] == ["http://h/x/"]


def _theirs(text: str) -> Iterator[str]:
    """Yield what lexbor sees in img, source and video, by the attributes alone."""
    tree = LexborHTMLParser(text)
    for node in tree.css("img, source, video"):
        told = {name: value or "" for name, value in node.attributes.items()}
        if node.tag == "img":
            yield told.get("src", "").strip()
        if node.tag == "video":
            yield told.get("poster", "").strip()
        if node.tag != "video":
            value = told.get("srcset", "")
            yield from (value[begin:end] for begin, end, _ in srcset.candidates(value))


_TAGS = (
    *HTML,
    "<img src={u}>",
    '<img alt=\'>\' src="{u}" srcset="{u} 480w,\n{u} 960w">',
    "<picture><source srcset='{u}'><img src={u}></picture>",
    "<table><tr><td><img src='{u}'>",
    "<p><b><i></p><img src='{u}'>",
    "<select><option><!-- x --></select>",
    "<svg><g><img src='{u}'></svg>",
    "<script>'<img src={u}>'</script>",
    "</table></p></b>",
    "文字 &lt;img src={u}&gt;",
)


@given(
    bits=st.lists(
        st.tuples(st.sampled_from(_TAGS), st.sampled_from(ADDRESSES)), min_size=1, max_size=12
    )
)
def test_against_another_parser(bits: list[tuple[str, str]]) -> None:
    """The same addresses of img, srcset and poster as lexbor finds.

    Explained differences, left out on both sides: an address that is a fragment or empty is no
    reference here, and lexbor's selectors do not go into a template.
    """
    text = "".join(tag.format(u=address) for tag, address in bits)
    places = {"img[src]", "img[srcset]", "source[srcset]", "video[poster]"}
    ours = {
        octets.write(one.address)
        for one in html.find(octets.read(text.encode()), WHERE)
        if one.where in places
    }
    assert ours == {one for one in _theirs(text) if one and not one.startswith("#")}
