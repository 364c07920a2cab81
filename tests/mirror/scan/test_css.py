"""Twin of proxy/mirror/scan/css.py."""

import pytest
import tinycss2  # type: ignore[import-untyped]  # it has no types
from hypothesis import given
from hypothesis import strategies as st

from proxy.mirror.scan import css

_BITS = (
    "url(a.png)",
    "url( 'b.png' )",
    'url("c.png")',
    "image-set('d.png' 1x, url(e.png) 2x)",
    "/* url(no.png) */",
    "'url(no.png)'",
    '"',
    "'",
    "(",
    ")",
    "\\'",
    "{a:b;",
    "}",
    ";",
    " ",
    "\n",
    "xurl(f.png)",
    "url(g h.png)",
)


@pytest.mark.parametrize(
    ("sheet", "found"),
    [
        pytest.param("a{background:url(http://h/a.png)}", ["http://h/a.png"], id="bare"),
        pytest.param("a{background:URL( 'http://h/a b.png' )}", ["http://h/a b.png"], id="quoted"),
        pytest.param(r"a{b:url(a\ b\).png)}", [r"a\ b\).png"], id="escaped"),
        pytest.param("a{b:url()}b{c:url('')}", [], id="empty"),
        pytest.param("a{b:url(#clip)}", [], id="a fragment"),
        pytest.param("/* url(a) */ a{b:url(b)}", ["b"], id="not in a comment"),
        pytest.param("/* url(a)", [], id="not in a comment never closed"),
        pytest.param("a:after{content:'url(a)'}", [], id="not in a string"),
        pytest.param("@import url(a.css); @import 'b.css'; a{b:url(c)}", ["c"], id="no import"),
        pytest.param("@namespace url(http://w); a{b:url(c)}", ["c"], id="no namespace"),
        pytest.param("@font-face{src:url(a.woff)} a{b:url(c)}", ["c"], id="no font"),
        pytest.param(
            "a{b:image-set('a' 1x, url(b) 2x, 'c' type('image/avif'))}", ["a", "b", "c"], id="set"
        ),
        pytest.param("a{b:-webkit-image-set(url(a) 1x);c:'d'}", ["a"], id="set, then a string"),
        pytest.param("a{b:my-url(a)}", [], id="another function"),
        pytest.param("a{b:url(a'b) url(c)}", ["c"], id="a bad url, then a good one"),
        pytest.param("a{b:url(c", ["c"], id="cut off"),
        pytest.param("a{b:url('c", ["c"], id="cut off in a string"),
    ],
)
def test_find(sheet: str, found: list[str]) -> None:
    assert [sheet[one.start : one.end] for one in css.find(sheet)] == found


def test_escapes_are_undone() -> None:
    (one,) = css.find(r"a{b:url(a\ \28 \)\.png)}")
    assert one.address == "a ().png"


def _theirs(nodes: list[tinycss2.ast.Node]) -> list[str]:
    """Return what tinycss2 sees: urls, and the strings of image-set()."""
    found = []
    for node in nodes:
        if node.type == "url":
            found.append(node.value)
        elif node.type == "function" and node.lower_name == "url":
            found += [one.value for one in node.arguments if one.type == "string"][:1]
        elif node.type == "function" and node.lower_name == "image-set":
            found += [one.value for one in node.arguments if one.type in {"string", "url"}]
        elif hasattr(node, "content"):
            found += _theirs(node.content)
        elif hasattr(node, "arguments"):
            found += _theirs(node.arguments)
    return found


@given(bits=st.lists(st.sampled_from(_BITS[:6] + _BITS[12:17])))
def test_against_another_tokenizer(bits: list[str]) -> None:
    sheet = "".join(bits)
    theirs = [one for one in _theirs(tinycss2.parse_component_value_list(sheet)) if one]
    assert [one.address for one in css.find(sheet)] == theirs


@given(bits=st.lists(st.sampled_from(_BITS) | st.text(max_size=3)))
def test_spans_are_in_order_whatever_comes(bits: list[str]) -> None:
    at = 0
    for one in css.find("".join(bits)):
        assert at <= one.start < one.end
        at = one.end
