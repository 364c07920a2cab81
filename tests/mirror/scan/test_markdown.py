"""Twin of proxy/mirror/scan/markdown.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from proxy.mirror.reference import Role
from proxy.mirror.scan import html, markdown, octets
from proxy.mirror.scan.addresses import Addresses
from proxy.mirror.scan.found import Found
from proxy.mirror.scan.rows import Rows
from proxy.settings import Settings
from tests.fakes.posts import ADDRESSES, HTML, MARKDOWN

WHERE = Addresses(Settings())
U = "http://h/a.png"
B, L = Role.BODY, Role.LINK


def found(text: str) -> list[tuple[str, Role]]:
    document = text.encode()
    read, lost = markdown.find(octets.read(document), 0, WHERE)
    assert not lost
    read.sort(key=lambda one: one.start)
    return [(document[one.start : one.end].decode(), one.role) for one in read]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"中 ![字]({U} '标题')", [(U, B)], id="an image after text of several bytes"),
        pytest.param("![x](<http://h/a b.png>)", [("http://h/a b.png", B)], id="in angles"),
        pytest.param("![x](http://h/a(1).png)", [("http://h/a(1).png", B)], id="parentheses"),
        pytest.param("![x]()", [], id="no address"),
        pytest.param("![x](#a)", [], id="a fragment"),
        pytest.param(
            "![x](http://h/no-extension)", [("http://h/no-extension", B)], id="no extension"
        ),
        pytest.param(
            f"[![x]({U})](http://h/b.jpg)", [(U, B), ("http://h/b.jpg", L)], id="image in a link"
        ),
        pytest.param("[x](http://h/page)", [], id="a link to a page"),
        pytest.param(
            "[x](https://cors.zfour.workers.dev/?http://h/a)",
            [("https://cors.zfour.workers.dev/?http://h/a", L)],
            id="a wrapped link",
        ),
        pytest.param(f"<{U}>", [(U, L)], id="an autolink"),
        pytest.param(f"![x][r]\n\n[R]: {U}", [(U, B)], id="a definition that an image uses"),
        pytest.param(f"[x][r]\n\n[r]:\n  <{U}> 't'", [(U, L)], id="a definition that a link uses"),
        pytest.param("[x][r]\n\n[r]: http://h/page", [], id="a definition of a page"),
        pytest.param(f"`![x]({U})` ``<img src={U}>``", [], id="code"),
        pytest.param(f"```\n![x]({U})\n<img src={U}>\n```", [], id="a fence"),
        pytest.param(f"a\n\n    ![x]({U})", [], id="indented code"),
        pytest.param(f"\\![x]({U}) \\<img src={U}>", [(U, L)], id="escaped: a link is left"),
        pytest.param(
            f"- a\n\n  ![x]({U})\n\n      code ![x]({U})", [(U, B)], id="a list's paragraph"
        ),
        pytest.param(f"> ![x](\n> {U})", [(U, B)], id="a quote, on the next line"),
        pytest.param(f"| a |\n|---|\n| ![x]({U}) | ", [(U, B)], id="a cell"),
        pytest.param("| a |\n|---|\n| ![x](a\\|b) |", [("a\\|b", B)], id="a cell with a bar"),
        pytest.param(
            f"text <img src='{U}'\nalt=avatar> text", [(U, Role.AVATAR)], id="a tag in text"
        ),
        pytest.param(
            f"> <div\n> data-avatar='{U}'>\n> </div>", [(U, Role.AVATAR)], id="HTML in a quote"
        ),
        pytest.param(
            f"<pre>\n\n![x]({U})\n\n<img src={U}></pre>",
            [(U, B)],
            id="HTML that blank lines do not end",
        ),
        pytest.param(f"<!-- ![x]({U})\n\n<img src={U}> -->", [], id="a comment"),
        pytest.param(
            f"a <style>p{{b:url({U})}}</style> c", [(U, B)], id="a style sheet in a paragraph"
        ),
        pytest.param(
            f"<div>\r\n<img src={U}>\r\n\r\n![x]({U})\r\n</div>", [(U, B), (U, B)], id="both, CRLF"
        ),
        pytest.param(
            f"\f\n![x]({U})\n\u3000\n![x]({U})",
            [(U, B), (U, B)],
            id="blanks that are Python's only",
        ),
    ],
)
def test_find(text: str, expected: list[tuple[str, Role]]) -> None:
    assert found(text) == expected


def test_escapes_are_undone() -> None:
    text = "![x](http://h/a?b&amp;c\\_d)"
    (one,) = markdown.find(text, 0, WHERE)[0]
    assert one.address == "http://h/a?b&c_d"
    assert text[one.start : one.end] == "http://h/a?b&amp;c\\_d"


class _Plain(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802  # markdown-it's name
        return url


_RENDERER = _Plain("commonmark").enable("table")
# Left out: what the renderer drops or changes itself (a tag cut off, a base, quotes of addresses).
_PIECES = [one for one in (*MARKDOWN, *HTML) if one not in {"<b", "<base href='{u}'>"}]
_WRITTEN = [one for one in ADDRESSES if "\\" not in one]
_Bits = st.lists(
    st.tuples(
        st.sampled_from(_PIECES),
        st.sampled_from(_WRITTEN),
        st.sampled_from(("", " ", "\n", "\n\n", "\r\n")),
    ),
    max_size=7,
)


def _told(one: Found) -> str:
    return octets.write(one.address).replace("&amp;", "&")


@given(bits=_Bits)
def test_against_the_rendered_page(bits: list[tuple[str, str, str]]) -> None:
    """The same pictures are found in the post and in the page a renderer makes of it.

    Explained differences: a definition nobody uses is found here, and not in the page; entities in
    a paragraph's style sheet are undone by the renderer before they are CSS, and not here.
    """
    text = "".join(piece.format(u=address) + end for piece, address, end in bits)
    page = octets.read(_RENDERER.render(text).encode())
    theirs = {_told(one) for one in html.find(page, WHERE)}
    read, lost = markdown.find(octets.read(text.encode()), 0, WHERE)
    ours = {_told(one) for one in read if one.where != "markdown definition"}
    defined = {_told(one) for one in read if one.where == "markdown definition"}
    assert not lost
    assert ours - theirs == set()
    assert theirs - ours - defined == set()


@given(bits=_Bits)
def test_what_is_kept_from_the_parser_changes_nothing(bits: list[tuple[str, str, str]]) -> None:
    text = octets.read(
        "".join(piece.format(u=address) + end for piece, address, end in bits).encode()
    )
    thin = markdown.find(text, 0, WHERE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rows, "thinned", lambda self: "\n".join(self._rows))
        assert markdown.find(text, 0, WHERE) == thin
