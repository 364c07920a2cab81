"""SVG's beginning and end: what is one, how large it is, in which encodings."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.images.formats.svg import decoded, find_root, read
from proxy.model.picture import Facts

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
PLAIN = "<svg xmlns='http://www.w3.org/2000/svg' width='64' height='48'><g/></svg>"
DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'


def facts(text: str | bytes) -> Facts | None:
    return read(memoryview(text.encode() if isinstance(text, str) else text), 256)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PLAIN, id="nothing before it"),
        pytest.param(f"\ufeff{PLAIN}", id="a byte order mark"),
        pytest.param(f"\n\t {PLAIN}\n", id="blanks"),
        pytest.param(f"<?xml version='1.0' encoding='UTF-8'?>\n{PLAIN}", id="a declaration"),
        pytest.param(f"<!-- <html> > -->{PLAIN}<!-- made by x -->\n", id="comments"),
        pytest.param(f"<?x-y href='a>b'?>{PLAIN}", id="an instruction"),
        pytest.param(f"{DOCTYPE}\n{PLAIN}", id="a document type"),
        pytest.param(f"<!doctype svg>{PLAIN}", id="in lower case"),
        pytest.param(
            f"<!DOCTYPE svg [<!ENTITY a '>'> <!ENTITY b ']'>]>{PLAIN}", id="entities of its own"
        ),
        pytest.param(PLAIN.replace("svg ", "s:svg ").replace("</svg", "</s:svg"), id="a prefix"),
        pytest.param("<svg width='64' title='a > b' height='48'/>", id="closed at once"),
        pytest.param("<svg title='width=\"9\"' width='64' height='48'></svg >", id="in a quote"),
    ],
)
def test_what_is_an_svg(text: str) -> None:
    found = facts(text)
    assert found is not None
    assert (found.width, found.height, found.frames, found.whole) == (64, 48, 1, True)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("plain text with <svg width='1'/>", id="text"),
        pytest.param(f"<!doctype html>{PLAIN}", id="a page that begins with one"),
        pytest.param(f"<html><body>{PLAIN}</body></html>", id="a page with one inside"),
        pytest.param("<svgs/>", id="another element"),
        pytest.param("<Error><Code>NoSuchKey</Code></Error>", id="an XML error"),
        pytest.param(f"<!-- {PLAIN}", id="a comment that never ends"),
        pytest.param(f"<?xml {PLAIN}", id="a declaration that never ends"),
        pytest.param(f"<!DOCTYPE svg [ {PLAIN}", id="a document type that never ends"),
        pytest.param("<svg width='64' height='48'", id="a tag that never ends"),
        pytest.param("<svg width='64 <g/>>", id="a quote that never ends"),
        pytest.param("<!---->" * 999 + PLAIN, id="too much before it"),
        pytest.param(" " * 70_000 + PLAIN, id="too far inside"),
    ],
)
def test_what_is_none(text: str) -> None:
    assert facts(text) is None


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        pytest.param("", (300, 150), id="nothing stated"),
        pytest.param("width='100%' height='100%'", (300, 150), id="shares"),
        pytest.param("width='1in' height='2.54cm'", (96, 96), id="units"),
        pytest.param("width='12pt' height='10mm'", (16, 38), id="more units"),
        pytest.param("viewBox='0 0 40 30'", (40, 30), id="a view box"),
        pytest.param("viewBox='-5,-5, 40,30' width='80'", (80, 60), id="its ratio, by the width"),
        pytest.param("viewBox='0 0 40 30' height='60px'", (80, 60), id="its ratio, by the height"),
        pytest.param("viewBox='0 0 40 30' width='7' height='9'", (7, 9), id="both sides first"),
        pytest.param("viewBox='0 0 0 0' width='7'", (7, 150), id="an empty view box"),
        pytest.param("viewBox='0 0 1 2 3' width='-7' height='x'", (300, 150), id="nonsense"),
        pytest.param("width='0' height='0.2'", (300, 1), id="nothing at all"),
        pytest.param("width='10000000' height='1e7'", (10_000_000, 10_000_000), id="huge"),
        pytest.param("width='1e999' height='9e99'", (2**31 - 1, 2**31 - 1), id="beyond measure"),
        pytest.param(
            "viewBox='0 0 1e-30 1e99' width='1e99'", (2**31 - 1, 2**31 - 1), id="a wild ratio"
        ),
    ],
)
def test_size(attributes: str, size: tuple[int, int]) -> None:
    found = facts(f"<svg {attributes}></svg>")
    assert found is not None
    assert (found.width, found.height) == size


@pytest.mark.parametrize(
    "cut",
    [
        pytest.param(PLAIN[:-1], id="within the end"),
        pytest.param(PLAIN[:-7], id="before the end"),
        pytest.param(PLAIN + "<script>", id="something after it"),
        pytest.param(PLAIN + "<!-- open", id="an open comment after it"),
        pytest.param(PLAIN.replace("</svg>", "-->"), id="no more than a comment's end"),
    ],
)
def test_a_cut_one_is_not_whole(cut: str) -> None:
    found = facts(cut)
    assert found is not None
    assert not found.whole


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"]
)
def test_encodings_are_seen_by_the_bytes(codec: str) -> None:
    text = f"<svg width='64' height='48'><text>季度{'销售额' * 3000}</text></svg>"
    data = text.encode(codec)
    found = facts(data)
    assert found is not None
    assert (found.width, found.height, found.whole) == (64, 48, True)
    assert decoded(data) == text


@pytest.mark.parametrize("name", ["GBK", "gb2312", "Big5", "UTF-8"])
def test_encodings_are_believed_where_markup_is_ascii(name: str) -> None:
    text = f"<?xml version='1.0' encoding='{name}'?><svg>中</svg>"
    assert decoded(text.encode(name)) == text


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"<?xml version='1.0' encoding='UTF-7'?><svg/>", id="UTF-7"),
        pytest.param(b"<?xml version='1.0' encoding='idna'?><svg/>", id="a codec that is no text"),
        pytest.param(b"<svg>\xff\xfe</svg>", id="not what it says"),
    ],
)
def test_other_encodings_are_not_read(data: bytes) -> None:
    assert decoded(data) is None
    assert facts(data) is not None


def test_the_root_says_where_it_is_and_what_was_declared() -> None:
    root = find_root(DOCTYPE + PLAIN)
    assert root is not None
    assert (root.start, root.closed, root.subset) == (len(DOCTYPE), False, False)
    assert root.attributes["width"] == "64"
    declared = find_root("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>")
    assert declared is not None
    assert (declared.closed, declared.subset) == (True, True)


@given(st.text(alphabet="<svg/>!-?\"'[] \n=ax0DOCTYPE", max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    for data in (text.encode(), f"<svg {text}".encode(), f"<svg>{text}".encode("utf-16")):
        found = facts(data)
        assert found is None or min(found.width, found.height) > 0


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not beside the project")
def test_the_corpus_is_read_as_its_manifest_says() -> None:
    with (CORPUS / "manifest.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["format"] == "SVG"]
    assert len(rows) == 19
    for row in rows:
        found = facts((CORPUS / row["file"]).read_bytes())
        assert found is not None, row["file"]
        assert (found.width, found.height) == (int(row["width"]), int(row["height"])), row["file"]
        assert found.whole, row["file"]
