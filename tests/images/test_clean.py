"""SVG made harmless: the corpus, encodings, what is refused, what stays as it is drawn."""

import csv
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.errors import NotServedType
from proxy.images.clean import clean
from proxy.images.sniff import sniff
from proxy.model.picture import Format

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
NAMES = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
REFUSED = {
    "svg/billion-laughs.svg", "svg/xxe.svg", "svg/use-bomb.svg", "svg/foreignobject-html.svg",
    "svg/utf16-script.svg", "disguise/svg-named.png",
}  # fmt: skip
HARMFUL = re.compile(
    rb"<script|\son\w+\s*=|javascript:|foreignObject|@import|url\(\s*['\"]?[^#'\"\s]"
    rb"|href=\"(?!#|data:image/(?:png|jpe?g|gif|webp|avif)[;,])",
    re.IGNORECASE,
)


def drawn(data: bytes) -> list[str]:
    """Return the local names of a document's elements, in order."""
    return [found.tag.rpartition("}")[2] for found in ET.fromstring(data).iter()]  # noqa: S314  # ours


def test_a_drawing_stays() -> None:
    found = clean(
        f"<?xml version='1.0'?>{DOCTYPE}<svg {NAMES} viewBox='0 0 40 20'><style>.a{{fill:red}}"
        "</style><defs><linearGradient id='g'><stop offset='0'/></linearGradient></defs>"
        "<rect class='a' fill='url(#g)'/><text>季<tspan>度</tspan><tspan>销</tspan></text>"
        "<image xlink:href='data:image/png;base64,AAAA'/></svg>".encode()
    )
    assert drawn(found) == [
        "svg", "style", "defs", "linearGradient", "stop", "rect", "text", "tspan", "tspan", "image",
    ]  # fmt: skip
    assert "<text>季<tspan>度</tspan><tspan>销</tspan></text>" in found.decode()
    assert b'fill="url(#g)"' in found
    assert b'href="data:image/png;base64,AAAA"' in found
    facts = sniff(found)
    assert facts is not None
    assert (facts.format, facts.width, facts.height, facts.whole) == (Format.SVG, 40, 20, True)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_any_encoding_becomes_utf8(codec: str) -> None:
    text = f"<?xml version='1.0' encoding='UTF-16'?><svg {NAMES}><text>季度</text></svg>"
    found = clean(text.encode(codec))
    assert drawn(found) == ["svg", "text"]
    assert "季度" in found.decode()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html><svg/></html>", id="a page"),
        pytest.param(b"<svg>", id="cut short"),
        pytest.param(b"\x1f\x8b\x08\0", id="gzipped"),
        pytest.param(b"<?xml version='1.0' encoding='UTF-7'?><svg/>", id="an encoding of tricks"),
        pytest.param(b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>", id="entities"),
        pytest.param(b"<!DOCTYPE svg [ ]><svg><g/></svg>", id="an empty subset"),
        pytest.param(f"<svg {NAMES}><script/></svg>".encode(), id="nothing but a script"),
        pytest.param(f"<svg {NAMES}><g/></svg><g/>".encode(), id="more after it"),
        pytest.param(f"<svg {NAMES}>{' ' * (4 << 20)}</svg>".encode(), id="too large"),
        pytest.param(f"<svg {NAMES}>{'<g>' * 99_999}".encode(), id="too deep"),
    ],
)
def test_what_is_refused(data: bytes) -> None:
    with pytest.raises(NotServedType):
        clean(data)


def test_an_empty_picture_is_one() -> None:
    assert drawn(clean(f"<svg {NAMES} width='1' height='1'></svg>".encode())) == ["svg"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
def test_the_corpus_is_refused_or_harmless_and_what_is_benign_survives() -> None:
    with (CORPUS / "manifest.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["format"] == "SVG"]
    refused = set()
    for row in rows:
        data = (CORPUS / row["file"]).read_bytes()
        try:
            found = clean(data)
        except NotServedType:
            refused.add(row["file"])
            assert row["expected"] == "reject", row["file"]
            continue
        assert not HARMFUL.search(found), row["file"]
        assert clean(found) == found, row["file"]
        assert row["firm"] == "no" or row["expected"] != "reject", row["file"]
        if row["class"] == "svg-benign":
            assert drawn(found) == drawn(data), row["file"]
    assert refused == REFUSED


PARTS = st.sampled_from([
    "<g>", "</g>", "<script>", "</script>", "alert(1)", "<style>", "</style>", "@import 'x';",
    "a{b:url(http://x)}", "<a xlink:href='javascript:x'>", "</a>", "<image href='//x/y'/>",
    "<use href='#a'/>", "<g id='a' onload='x' style='fill:url(y)'/>", "<![CDATA[", "]]>", "<!--",
    "-->", "<set attributeName='href' to='http://x'/>", "&#x6A;avascript:", "\\75rl(x)", "text",
    "<foreignObject>", "</foreignObject>", "<rect fill=\"url('http://x#y')\"/>", "<?a b?>",
])  # fmt: skip


@pytest.mark.slow
@settings(max_examples=300)
@given(st.lists(PARTS, max_size=12).map("".join))
def test_whatever_comes_out_is_harmless(body: str) -> None:
    try:
        found = clean(f"<svg {NAMES}><rect/>{body}</svg>".encode())
    except NotServedType:
        return
    assert not HARMFUL.search(re.sub(rb"(?<!<style)>[^<]*<", b"><", found))  # text is not run
    assert clean(found) == found


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise_anything_else(data: bytes) -> None:
    for tried in (data, b"<svg " + data, b"<svg>" + data + b"</svg>"):
        try:
            clean(tried)
        except NotServedType:
            continue
