"""Twin of proxy/mirror/scan/xml.py."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.mirror.scan import undone, xml

_BITS = (
    "<a b='c'>",
    "</a>",
    "<b/>",
    "<!-- <a> -->",
    "<![CDATA[<a>]]>",
    "text",
    "<c d=\"1>2\" e='&amp;'>",
    "</c>",
)


@pytest.mark.parametrize(
    ("text", "contents"),
    [
        pytest.param("<a><b>x</b></a>", [("a", "<b>x</b>"), ("b", "x")], id="nested"),
        pytest.param("<a><a>x</a>y</a>", [("a", "<a>x</a>y"), ("a", "x")], id="of one name"),
        pytest.param("<a><b>x</a>", [("a", "<b>x"), ("b", "")], id="one left open"),
        pytest.param("<a/>x</b>", [("a", "")], id="one never opened"),
        pytest.param(
            "<a><!-- <b> --><![CDATA[<b>]]><?b <b>?></a>",
            [("a", "<!-- <b> --><![CDATA[<b>]]><?b <b>?>")],
            id="no tags",
        ),
        pytest.param(
            "<!DOCTYPE a [<!ENTITY b '<c>'>]><a/>", [("a", "")], id="a DTD is passed over"
        ),
        pytest.param("a < b <a>", [("a", "")], id="a sign that is no tag"),
    ],
)
def test_contents(text: str, contents: list[tuple[str, str]]) -> None:
    assert [(one.name, text[one.start : one.end]) for one in xml.elements(text)] == contents


def test_attributes_and_bases_are_known() -> None:
    text = "<a xml:base='http://h/&amp;' b=\"1 > 2\" b='again'><c/></a>"
    outer, inner = xml.elements(text)
    assert text[slice(*outer.attributes["b"])] == "1 > 2"
    assert inner.base == "http://h/&"
    assert inner.parent is outer


@given(bits=st.lists(st.sampled_from(_BITS)))
def test_what_is_well_formed_reads_as_a_parser_reads_it(bits: list[str]) -> None:
    text = f"<root>{''.join(bits)}</root>"
    try:
        tree = ET.fromstring(text)  # noqa: S314  # made of the bits above
    except ET.ParseError:
        return
    ours = [
        (one.name, {name: undone.xml(text, *span).text for name, span in one.attributes.items()})
        for one in xml.elements(text)
    ]
    assert ours == [(one.tag, one.attrib) for one in tree.iter()]


@given(text=st.text(alphabet="<>/a ='\"![]-?CDAT"))
def test_any_text_is_read(text: str) -> None:
    assert all(0 <= one.start <= one.end <= len(text) for one in xml.elements(text))
