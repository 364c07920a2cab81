"""Twin of proxy/mirror/scan/undone.py."""

import html

import pytest
import turbohtml
from hypothesis import given
from hypothesis import strategies as st

from proxy.mirror.scan import octets, undone

_BITS = (
    "&amp;",
    "&copy",
    "&copy=",
    "&#38;",
    "&#x26",
    "&notin;",
    "&notit;",
    "&",
    ";",
    "a",
    "1",
    "=",
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("a&amp;b", "a&b", id="the ampersand of nearly every query"),
        pytest.param("a&amp;amp;b", "a&amp;b", id="undone once, not twice"),
        pytest.param("?a=1&copy=2", "?a=1&copy=2", id="an old name before = is a parameter"),
        pytest.param("?a=1&copy;2", "?a=1©2", id="with its semicolon it is none"),
        pytest.param("&copyx", "&copyx", id="an old name in a longer word"),
        pytest.param("&#104;&#x74;tp", "http", id="numbers"),
        pytest.param("&#0;", "\ufffd", id="a number that is no character"),
        pytest.param("&nonsense;", "&nonsense;", id="no name at all"),
    ],
)
def test_attribute(written: str, meant: str) -> None:
    assert octets.write(undone.attribute(written, 0, len(written)).text) == meant


@given(bits=st.lists(st.sampled_from(_BITS)))
def test_attribute_reads_as_a_browser_does(bits: list[str]) -> None:
    written = "".join(bits)
    tag = turbohtml.parse(f'<img src="{written}">').find_all("img")[0]
    assert octets.write(undone.attribute(written, 0, len(written)).text) == tag.attrs["src"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        pytest.param("&lt;img src=&quot;a&quot;&gt;", '<img src="a">', id="escaped"),
        pytest.param("<![CDATA[<img>&amp;]]>", "<img>&amp;", id="CDATA is as it stands"),
        pytest.param("&lt;<![CDATA[a]]>&gt;", "<a>", id="both"),
        pytest.param("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b", id="a section split in two"),
        pytest.param("<![CDATA[a", "a", id="a section never closed"),
        pytest.param("a<!-- &lt; -->b", "ab", id="a comment says nothing"),
        pytest.param("&nbsp;&copy", "&nbsp;&copy", id="HTML's names are not XML's"),
    ],
)
def test_xml(written: str, meant: str) -> None:
    assert undone.xml(written, 0, len(written)).text == meant


@given(bits=st.lists(st.sampled_from((*_BITS, "<![CDATA[", "]]>", "http://h/a.png"))))
def test_a_span_holds_what_its_text_was_written_as(bits: list[str]) -> None:
    written = f"before{''.join(bits)}"
    whole = undone.xml(written, 6, len(written))
    assert whole.span(0, len(whole.text))[0] >= 6
    at = whole.text.find("http://h/a.png")
    if at >= 0:
        start, end = whole.span(at, at + len("http://h/a.png"))
        assert html.unescape(written[start:end]) == "http://h/a.png"


def test_an_escape_at_either_end_is_within() -> None:
    whole = undone.attribute('x="&amp;a&amp;"', 3, 14)
    assert whole.text == "&a&"
    assert whole.span(0, 3) == (3, 14)
    assert whole.span(1, 2) == (8, 9)
