"""What is left of an SVG that is written anew, and how far it may expand."""

import pytest

from proxy.errors import NotServedType
from proxy.images.drawing import redraw

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
PNG = "data:image/png;base64,AAAA"


def inside(body: str) -> str:
    """Return what is left of an SVG's content."""
    text = redraw(f"<svg {NAMES}>{body}</svg>").text
    return text.removeprefix('<svg xmlns="http://www.w3.org/2000/svg">').removesuffix("</svg>")


@pytest.mark.parametrize(
    ("body", "left"),
    [
        pytest.param('<g id="a" class="b"><rect x="1"/></g>', None, id="a drawing"),
        pytest.param("<text>a &lt; b &amp; 中</text>", None, id="text"),
        pytest.param("<text>a\n  b</text>", "<text>a b</text>", id="line ends are blanks"),
        pytest.param("<text><![CDATA[a<b]]></text>", "<text>a&lt;b</text>", id="raw text"),
        pytest.param('<use href="#a"/>', '<use href="#a"></use>', id="a part of itself"),
        pytest.param('<use xlink:href="#a"/>', '<use href="#a"></use>', id="in the old spelling"),
        pytest.param(f'<image href="{PNG}"/>', f'<image href="{PNG}"></image>', id="a raster"),
        pytest.param("<script>1</script>", "", id="a script"),
        pytest.param("<SCRIPT><g/></SCRIPT><g/>", "<g></g>", id="a script in capitals"),
        pytest.param(
            '<x:script xmlns:x="http://www.w3.org/2000/svg">1</x:script>', "", id="by another name"
        ),
        pytest.param("<foreignObject><g/></foreignObject>", "", id="a foreign object"),
        pytest.param('<p xmlns="http://www.w3.org/1999/xhtml"><g/></p>', "", id="HTML"),
        pytest.param('<x:y xmlns:x="urn:x" x:z="1"/><g/>', "<g></g>", id="another language"),
        pytest.param("<?php echo 1 ?><!-- x --><g/>", "<g></g>", id="instructions and comments"),
        pytest.param('<g onclick="x" ONLOAD="y"/>', "<g></g>", id="handlers"),
        pytest.param('<a href="http://x/"><g/></a>', "<a><g></g></a>", id="a link"),
        pytest.param('<image href="a.png"/>', "<image></image>", id="a relative address"),
        pytest.param('<image href=" //x/a.png"/>', "<image></image>", id="an address with a blank"),
        pytest.param(
            '<use href="data:image/svg+xml,x#a"/>', "<use></use>", id="data that is no raster"
        ),
        pytest.param('<g xml:base="http://x/" xml:space="preserve"/>', "<g></g>", id="a base"),
        pytest.param('<g fill="url(#a)" d="M0 0"/>', '<g fill="url(#a)" d="M0 0"></g>', id="paint"),
        pytest.param('<g fill="url(x#a)"/>', "<g></g>", id="paint from elsewhere"),
        pytest.param('<g mask="url(#a),url(x)"/>', "<g></g>", id="one of two from elsewhere"),
        pytest.param('<g fill="u\\72l(x)"/>', "<g></g>", id="paint from elsewhere, escaped"),
        pytest.param('<g style="fill:url(x);x:1"/>', '<g style="fill:none;x:1"></g>', id="a style"),
        pytest.param("<style>a{b:url(x)}</style>", "<style>a{b:none}</style>", id="a stylesheet"),
        pytest.param(
            "<style>a&gt;b{c:d}<g>e</g></style>", "<style>a&gt;b{c:d}</style>", id="markup in one"
        ),
        pytest.param(
            '<animate values=" java&#10;script:x"/>', "<animate></animate>", id="a script's address"
        ),
        pytest.param(
            '<set attributeName="xlink:href" to="#b"/>', '<set to="#b"></set>', id="set an address"
        ),
        pytest.param('<set attributeName="onload" to="x"/>', '<set to="x"></set>', id="a handler"),
        pytest.param(
            '<set attributeName="x" to="1"/>', '<set attributeName="x" to="1"></set>', id="a place"
        ),
    ],
)
def test_what_is_left(body: str, left: str | None) -> None:
    wanted = body.replace("/>", "></rect>") if left is None else left
    assert inside(body) == wanted


def test_a_root_without_a_namespace_is_given_one() -> None:
    text = redraw('<svg width="2"><g/><x:y xmlns:x="urn:x"/></svg>').text
    assert text == '<svg xmlns="http://www.w3.org/2000/svg" width="2"><g></g></svg>'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<svg><g></svg>", id="not well-formed"),
        pytest.param("<svg>&nbsp;</svg>", id="an entity nobody declared"),
        pytest.param("<!DOCTYPE svg><svg/>", id="a document type"),
        pytest.param(f"<svg>{'<g>' * 100}{'</g>' * 100}</svg>", id="too deep"),
        pytest.param(f"<svg>{'<g/>' * 50_000}</svg>", id="too many elements"),
        pytest.param('<p xmlns="http://www.w3.org/1999/xhtml"/>', id="no SVG at all"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(NotServedType):
        redraw(text)


def tower(storeys: int, link: str) -> str:
    """Return storeys each of which draws the one below ten times."""
    floors = "".join(f'<g id="a{n}">{link.format(n - 1) * 10}</g>' for n in range(1, storeys))
    return f'<svg {NAMES}><g id="a0"><rect/></g>{floors}</svg>'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(tower(9, '<use href="#a{}"/>'), id="used"),
        pytest.param(tower(9, '<use xlink:href="#a{}"/>'), id="used in the old spelling"),
        pytest.param(tower(9, '<rect fill="url(#a{})"/>'), id="painted with"),
        pytest.param(tower(9, "<rect mask='url(\"#a{}\")'/>"), id="masked with"),
        pytest.param(f'<svg {NAMES}><g id="a"><use href="#a"/></g></svg>', id="in a circle"),
        pytest.param(
            f'<svg {NAMES}><g id="a"/><g filter="{"url(#a) " * 100_001}"/></svg>',
            id="in a row",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_an_expansion_without_end_is_refused(text: str) -> None:
    drawing = redraw(text)
    with pytest.raises(NotServedType):
        drawing.check_expansion()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('<linearGradient id="a"/>' + '<g fill="url(#a)"/>' * 9000, id="gradients"),
        pytest.param('<g id="a"/>' + '<use href="#a"/>' * 9000, id="many of one"),
        pytest.param('<use href="#nowhere"/>', id="nothing there"),
    ],
)
def test_an_ordinary_expansion_passes(body: str) -> None:
    redraw(f"<svg {NAMES}>{body}</svg>").check_expansion()
