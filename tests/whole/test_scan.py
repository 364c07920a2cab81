"""The scan as a whole: the seed post, spans that hold what was written, a corpus, a wall clock."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from proxy.mirror.reference import Role
from proxy.mirror.scan import Kind, Scanned, scan
from proxy.settings import Server, Settings
from tests.fakes.posts import ADDRESSES, PIECES, corpus

SEED = Path(__file__).parents[2] / ".." / "shared" / "seed" / "post.md"
SETTINGS = Settings(server=Server(names=("self.example",)))
KINDS = st.sampled_from(Kind)


def read(document: bytes, kind: Kind | None = None, post: str = "post.md") -> Scanned:
    return scan(document, post=post, kind=kind, settings=SETTINGS)


def check(document: bytes, scanned: Scanned) -> None:
    """Every span holds what was written; put back in their places, they are the document."""
    pieces, at = [], 0
    for one in scanned.references:
        assert at <= one.start < one.end
        written = one.written.encode("utf-8", "surrogateescape")
        assert document[one.start : one.end] == written
        assert (one.source is None) == bool(one.problem)
        before = document[: one.start].removeprefix(b"\xef\xbb\xbf")
        line = before[before.rfind(b"\n") + 1 :]
        assert one.line == before.count(b"\n") + 1
        assert one.column == len(line.decode("utf-8", "replace")) + 1
        pieces += [document[at : one.start], written]
        at = one.end
    assert b"".join([*pieces, document[at:]]) == document


@pytest.mark.skipif(not SEED.exists(), reason="../shared is not here")
def test_the_seed_post_refers_to_its_five_pictures_seven_times() -> None:
    document = SEED.read_bytes()
    scanned = read(document)
    check(document, scanned)
    assert scanned.complaints == ()
    told = [(one.role, one.where, one.line) for one in scanned.references]
    assert told == [
        (Role.HEADIMG, "front matter: headimg", 8),
        (Role.THUMBNAIL, "front matter: thumbnail", 12),
        (Role.BODY, "img[src]", 17),
        (Role.BODY, "img[src]", 34),
        (Role.BODY, "img[src]", 46),
        (Role.BODY, "img[src]", 62),
        (Role.AVATAR, "button[data-avatar]", 82),
    ]
    sources = [one.source for one in scanned.references]
    assert sources[0] == sources[1] == sources[2]
    assert len(set(sources)) == 5
    assert all(one and one.startswith("http://image.woshipm.com/wp-files/") for one in sources)
    first, avatar = scanned.references[2], scanned.references[-1]
    assert (first.width, first.height) == (900, 420)
    assert [one.wrapper for one in scanned.references[:-1]] == ["cors.zfour.workers.dev"] * 6
    assert avatar.wrapper is None


BITS = st.lists(
    st.tuples(
        st.sampled_from(PIECES).map(str.encode),
        st.sampled_from(ADDRESSES).map(str.encode) | st.binary(max_size=4),
        st.sampled_from((b"", b" ", b"\n", b"\n\n", b"\r\n", b"\n---\n")),
    ),
    max_size=9,
)


@given(bits=BITS, kind=KINDS)
def test_oddities_of_every_format_are_read_by_every_reader(
    bits: list[tuple[bytes, bytes, bytes]], kind: Kind
) -> None:
    document = b"".join(
        piece.replace(b"{u}", address).replace(b"{{", b"{").replace(b"}}", b"}") + end
        for piece, address, end in bits
    )
    check(document, read(document, kind))


@given(document=st.binary(max_size=400), kind=KINDS)
@example(document=b"\xff\xfe<\x00", kind=Kind.HTML)
@example(document=b"\xef\xbb\xbf", kind=Kind.MARKDOWN)
def test_any_bytes_are_read(document: bytes, kind: Kind) -> None:
    check(document, read(document, kind))


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        pytest.param(b"\xff\xfe<\x00", "UTF-16", id="another encoding"),
        pytest.param(b"---\na: [\n---\n", "no YAML", id="front matter that is none"),
    ],
)
def test_what_cannot_be_read_is_said(document: bytes, complaint: str) -> None:
    assert complaint in read(document).complaints[0]


def test_front_matter_of_a_page_is_read_too() -> None:
    document = b"\xef\xbb\xbf---\ncover: //h/a\n---\n<img src=//h/b>"
    scanned = read(document, Kind.HTML)
    check(document, scanned)
    assert [(one.written, one.line, one.column) for one in scanned.references] == [
        ("//h/a", 2, 8),
        ("//h/b", 4, 10),
    ]


def test_relative_addresses_have_the_page_or_its_base() -> None:
    page = b"<base href='/x/'><img src=a>"
    (one,) = read(page, post="https://b.example/2021/").references
    assert (one.address, one.source) == ("https://b.example/x/a",) * 2
    (one,) = read(page, Kind.HTML).references
    assert (one.address, one.source, one.problem) == (
        "a",
        None,
        "a local path, and no base is known",
    )
    (one,) = scan(b"![](a)", post="p.md", base="https://b.example/", settings=SETTINGS).references
    assert one.source == "https://b.example/a"


def test_bytes_that_are_no_utf8_survive() -> None:
    document = b"\xff\xd6\xd0 <img src='http://h/\xd6\xd0.jpg' alt='\xff'><img src=http://h/b>"
    scanned = read(document)
    check(document, scanned)
    assert [one.source for one in scanned.references] == [None, "http://h/b"]


_HOSTILE = {
    "tags never closed": b"<div>" * 20_000,
    "tags cut off": b"<a " * 20_000,
    "quotes": b"<a href='" * 10_000,
    "brackets": b"[" * 20_000,
    "images never closed": b"![" * 10_000,
    "links never closed": b"[a](" * 10_000,
    "link in link": b"[" * 200 + b"](a.png)" * 200,
    "blanks": b"a " + b" " * 60_000 + b"b",
    "emphasis": b"*a_ " * 10_000,
    "backticks": b"".join(b"`" * n + b" " for n in range(200)),
    "entities": b"<img src='" + b"&amp;" * 20_000 + b"'>",
    "comments": b"<!--" * 10_000,
    "sections": b"<![CDATA[" * 10_000,
    "doctypes": b"<!DOCTYPE a [" * 10_000,
    "style": b"<style>" + b"url(" * 10_000,
    "strings": b"a{b:" + b"\"'" * 10_000,
    "imports": b"@import " * 10_000,
    "sets": b"image-set(" * 10_000,
    "candidates": b"<img srcset='" + b"a (," * 10_000 + b"'>",
    "front matter": b"---\n" + b"a: [" * 2_000 + b"\n---\n",
    "keys": b"---\n" + b"cover: *a\n" * 500 + b"\n---\n",
    "blank lines": b"\n" * 60_000 + b"---",
    "quotes in quotes": b"> " * 2_000 + b"![a](b)",
    "lists in lists": b"- " * 2_000 + b"![a](b)",
    "one line of pictures": b"<img src=//h/a>" * 4_000,
}


@pytest.mark.slow
@pytest.mark.timeout(30)
@pytest.mark.parametrize("document", _HOSTILE.values(), ids=_HOSTILE)
def test_what_is_made_to_take_long_comes_to_an_end(document: bytes) -> None:
    for kind in Kind:
        assert len(read(document, kind).references) <= 4_000


@pytest.mark.slow
def test_a_corpus_of_all_formats_holds_what_was_put_in() -> None:
    total = 0
    for one in corpus(1_000):
        scanned = read(one.content, post=one.name)
        assert len(scanned.references) == one.count, one.name
        assert scanned.complaints == ()
        assert all(reference.source for reference in scanned.references)
        assert b"".join(_parts(one.content, scanned)) == one.content
        total += one.count
    assert total > 10_000


def _parts(document: bytes, scanned: Scanned) -> list[bytes]:
    parts, at = [], 0
    for one in scanned.references:
        parts += [document[at : one.start], one.written.encode("utf-8", "surrogateescape")]
        at = one.end
    return [*parts, document[at:]]
