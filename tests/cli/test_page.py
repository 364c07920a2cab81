"""The report's page: what it says, that it needs nothing else, and that nobody writes in it."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from proxy.cli.page import headline, lead, render
from proxy.mirror.causes import Cause
from proxy.mirror.reference import Reference, Role
from proxy.mirror.report import Report, report
from proxy.mirror.scan import Scanned
from proxy.mirror.standing import Standing
from tests.fakes.pictures import quadrants, saved

SMALL = f"data:image/png;base64,{base64.b64encode(saved(quadrants(64, 48), 'PNG')).decode()}"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><style>*{}</style>",
    "$hash ${style} $$",
    "&lt;b&gt;",
    "\u202egnp.exe",
    "\udcff\x00\x1b]0;title\x07",
    "javascript:alert(1)",
)


def reference(source: str | None, **more: object) -> Reference:
    fields: dict[str, object] = {
        "post": "p",
        "line": 3,
        "column": 7,
        "start": 0,
        "end": 1,
        "role": Role.BODY,
        "written": source or "C:/3.png",
        "address": source or "C:/3.png",
        "source": source,
        "where": "img[src]",
        **more,
    }
    return Reference(**fields)  # type: ignore[arg-type]  # a test's own words


def of(*standings: Standing, name: str = "a.md", more: tuple[Reference, ...] = ()) -> Report:
    references = (*(reference(one.source) for one in standings), *more)
    scanned = [(name, Scanned(references=references))]
    return report(scanned, {one.source: one for one in standings}, made_at=1_637_107_200)


GOOD = Standing(
    source="http://h/a.jpg",
    host="h",
    kept=True,
    pinned=True,
    media_type="image/jpeg",
    pixels=(640, 480),
    length=2048,
)
GONE = Standing(source="http://h/b.jpg", host="h", cause=Cause.GONE, because="answered 404")


def first(page: LexborHTMLParser, selector: str) -> LexborNode:
    found = page.css_first(selector)
    assert found
    return found


def test_counts_stand_at_the_top_and_reasons_at_their_lines() -> None:
    page = LexborHTMLParser(render(of(GOOD, GONE, more=(reference(None),)), {}))
    assert first(page, "h1").text() == "1 of 2 pictures are in the mirror"
    assert first(page, ".lead").text() == "2 references in 1 of 1 post would show nothing."
    assert [one.text() for one in page.css(".tiles b")] == ["1", "3", "2", "1", "2.0 KiB", "2"]
    rows = [row.text(separator=" ", strip=True) for row in page.css("tr.finding")]
    assert rows[0] == "3:7 body img[src] gone http://h/b.jpg answered 404"
    assert rows[1].startswith("3:7 body img[src] local path C:/3.png")
    assert [one.text() for one in page.css(".causes b")] == ["everything", "gone", "local path"]
    assert "JPEG" in first(page, ".strip .kept").text()
    assert "2021-11-17 00:00 UTC" in first(page, ".brand").text()


def test_small_pictures_stand_in_the_page() -> None:
    page = LexborHTMLParser(render(of(GOOD), {GOOD.source: SMALL}))
    assert first(page, ".strip img").attributes["src"] == SMALL


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (of(GOOD), ("The picture is in the mirror", "Nothing is missing in 1 post.")),
        (
            of(GONE),
            ("The picture is not in the mirror", "1 reference in 1 of 1 post would show nothing."),
        ),
        (
            of(GOOD, replace(GOOD, source="http://h/c")),
            ("All 2 pictures are in the mirror", "Nothing is missing in 1 post."),
        ),
        (of(), ("These posts show no publisher's pictures", "Nothing is missing in 1 post.")),
        (
            report([("a", Scanned(references=(), complaints=("UTF-16",)))], {}, made_at=0),
            (
                "These posts show no publisher's pictures",
                "Nothing is missing in 1 post. 1 could not be read, or not in whole.",
            ),
        ),
    ],
    ids=(
        "all is well",
        "nothing is well",
        "all of several",
        "no pictures",
        "a post that could not be read",
    ),
)
def test_the_whole_in_two_sentences(made: Report, told: tuple[str, str]) -> None:
    assert (headline(made), lead(made)) == told


def test_its_policy_admits_its_style_and_data_and_nothing_else() -> None:
    page = render(of(GOOD, GONE), {GOOD.source: SMALL})
    style = re.search(r"<style>(.*)</style>", page, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = first(LexborHTMLParser(page), "meta[http-equiv]").attributes["content"]
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}';"
        " base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    assert not re.search(r"\sstyle=", page)


def loaded(page: LexborHTMLParser) -> Iterator[str]:
    """Return what a browser would load without being asked."""
    for one in page.css("[src], link[href]"):
        yield one.attributes.get("src") or one.attributes["href"] or ""


def shape(page: str) -> list[tuple[str | None, tuple[str, ...]]]:
    """Return the page's elements, each with its attributes' names."""
    tree = LexborHTMLParser(page)
    return [(one.tag, tuple(sorted(one.attributes))) for one in tree.css("*")]


TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=20)


@given(texts=st.tuples(*[TEXTS] * 6))
def test_nobody_elses_text_becomes_markup(texts: tuple[str, ...]) -> None:
    page = with_texts(*texts)
    plain = ("n", texts[1] and "b", "w", "w", "h", "p")
    assert shape(page) == shape(with_texts(*plain))
    assert set(loaded(LexborHTMLParser(page))) == {"data:,"}
    page.encode()  # no lone surrogate


def with_texts(*texts: str) -> str:
    name, because, where, written, host, path = texts
    standings = (
        Standing(source=f"http://h/{path}", host=host, cause=Cause.DEAD, because=because),
        Standing(source=f"http://h/2{path}", host=host, kept=True, media_type=where),
    )
    lost = reference(None, written=written, address="//", where=where, problem=because)
    return render(of(*standings, name=name, more=(lost,)), {})


def test_a_long_address_is_cut_where_it_is_shown() -> None:
    data = f"data:image/png;base64,{'A' * 9000}"
    page = render(of(more=(reference(None, address=data, written=data),)), {})
    assert "A" * 100 not in page
