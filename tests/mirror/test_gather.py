"""Documents from wherever the operator points, and complaints instead of ends."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest
from aiohttp import web

from proxy.demo.publisher import serve
from proxy.mirror import gather as module
from proxy.mirror.gather import Document, gather
from proxy.mirror.pages import MAX_BYTES, pages
from proxy.mirror.scan import Kind, scan
from proxy.settings import Settings
from tests.fakes.house import settings_for

BLOG = "http://blog.example"
POST = b"\n---\ntitle: a\n---\n\xff![x](http://h.example/a.png)\n"
PAGE = b'<!doctype html><img src="/a.png">'


async def found(
    *places: str, settings: Settings | None = None, stdin: bytes = b""
) -> list[Document]:
    chosen = settings or Settings()
    async with pages(chosen) as fetch:
        return [
            document
            async for document in gather(places, settings=chosen, fetch=fetch, stdin=BytesIO(stdin))
        ]


def laid(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(POST)
    return folder


async def test_a_folder_gives_its_posts_in_sorted_order(tmp_path: Path) -> None:
    laid(
        tmp_path,
        *("b.md", "a.HTML", "c/d.markdown", "c/a.css", "e.htm", "f.xml", "g.txt"),
        *("h.jpg", "i", ".git/j.md", ".hidden.md", "c/.k/l.md", "m.md.bak"),
    )
    documents = await found(str(tmp_path))
    names = [str(Path(document.name).relative_to(tmp_path)) for document in documents]
    assert names == ["a.HTML", "b.md", "e.htm", "f.xml", "g.txt", "c/a.css", "c/d.markdown"]
    assert {document.data for document in documents} == {POST}
    assert not any(document.complaint or document.base or document.kind for document in documents)


async def test_what_a_symlink_leads_out_of_the_folder_is_left(tmp_path: Path) -> None:
    folder, outside = laid(tmp_path / "posts", "a.md"), laid(tmp_path / "outside", "secret.md")
    (folder / "in.md").symlink_to(folder / "a.md")
    (folder / "out.md").symlink_to(outside / "secret.md")
    (folder / "loop").symlink_to(folder)
    (folder / "away").symlink_to(outside)
    linked = tmp_path / "linked"
    linked.symlink_to(folder)
    for place in (folder, linked):  # what the operator names himself may be a symlink
        assert [Path(one.name).name for one in await found(str(place))] == ["a.md", "in.md"]


async def test_a_file_that_is_named_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    laid(tmp_path, ".draft", "post.md")
    first, second = await found(str(tmp_path / ".draft"), str(tmp_path / "post.md"))
    assert first.data == second.data == POST


async def test_what_cannot_be_read_is_a_complaint_and_the_rest_goes_on(tmp_path: Path) -> None:
    laid(tmp_path, "a.md")
    with (tmp_path / "large.md").open("wb") as large:
        large.truncate(MAX_BYTES + 1)
    (tmp_path / "packed.xml").write_bytes(b"\x1f\x8b\x08\x00")
    os.mkfifo(tmp_path / "pipe.md")
    (tmp_path / "broken.md").symlink_to(tmp_path / "nowhere.md")
    documents = await found(str(tmp_path / "none.md"), "nul\0.md", str(tmp_path))
    said = {Path(one.name).name: one.complaint for one in documents}
    assert list(said) == [
        *("none.md", "nul\0.md", "a.md", "broken.md", "large.md", "packed.xml", "pipe.md")
    ]
    assert said["a.md"] == ""
    for name, complaint in said.items():
        assert name == "a.md" or complaint, name
    assert "16 MiB" in said["large.md"]
    assert "gzip" in said["packed.xml"]
    assert all(one.data == b"" for one in documents if one.complaint)


async def test_standard_input(tmp_path: Path) -> None:
    laid(tmp_path, "a.md")
    listed = b"http://h.example/a.png\n"
    first, second = await found("-", str(tmp_path), stdin=listed)
    assert (first.name, first.data, first.kind) == ("-", listed, None)
    assert second.data == POST
    (large,) = await found("-", stdin=b"x" * (MAX_BYTES + 1))
    assert "16 MiB" in large.complaint


@asynccontextmanager
async def blog(
    tmp_path: Path, pages: Mapping[str, tuple[str, bytes]]
) -> AsyncIterator[tuple[Settings, list[str]]]:
    """Serve pages (media type, body) by path; also give what was asked."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path not in pages:
            return web.Response(status=404)
        media_type, body = pages[request.path]
        return web.Response(body=body, headers={"Content-Type": media_type})

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with serve(app) as port:
        origins = {"blog.example": {"connect_to": f"127.0.0.1:{port}"}}
        more = {"origins": origins, "mirror": {"delay": "0s"}}
        yield settings_for(tmp_path, port, more), asked


@pytest.mark.parametrize(
    ("media_type", "body", "kind"),
    [
        pytest.param("text/html; charset=utf-8", PAGE, Kind.HTML, id="a page"),
        pytest.param("application/atom+xml", b"<feed></feed>", Kind.FEED, id="a feed"),
        pytest.param("text/css", b"a{}", Kind.CSS, id="a style sheet"),
        pytest.param("text/plain", b"http://h/a", None, id="a plain text is guessed"),
        pytest.param("text/xml", b"<rss></rss>", None, id="so is XML"),
    ],
)
async def test_an_address(tmp_path: Path, media_type: str, body: bytes, kind: Kind | None) -> None:
    async with blog(tmp_path, {"/x": (media_type, body)}) as (settings, _):
        (document,) = await found(f"{BLOG}/x", settings=settings)
    assert document == Document(name=f"{BLOG}/x", data=body, kind=kind, base=f"{BLOG}/x")


async def test_relative_addresses_of_a_page_are_found(tmp_path: Path) -> None:
    async with blog(tmp_path, {"/post/": ("text/html", PAGE)}) as (settings, _):
        (page,) = await found(f"{BLOG}/post/", settings=settings)
    scanned = scan(page.data, post=page.name, settings=settings, kind=page.kind, base=page.base)
    assert [one.source for one in scanned.references] == [f"{BLOG}/a.png"]


def sitemap(*addresses: str, root: str = "urlset", each: str = "url") -> tuple[str, bytes]:
    inside = "".join(f"<{each}><loc>\n {one} </loc></{each}>" for one in addresses)
    text = f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/s">{inside}</{root}>'
    return "application/xml", text.encode()


async def test_a_sitemaps_pages_are_documents_too(tmp_path: Path) -> None:
    named = (f"{BLOG}/a?x=1&amp;y=2", f"{BLOG}/none", f"{BLOG}/a?x=1&amp;y=2", "http://evil/", "x")
    served = {"/map.xml": sitemap(*named), "/a": ("text/html", PAGE)}
    async with blog(tmp_path, served) as (settings, asked):
        documents = await found(f"{BLOG}/map.xml", settings=settings)
    assert [one.name for one in documents] == [
        f"{BLOG}/map.xml",
        f"{BLOG}/a?x=1&y=2",
        f"{BLOG}/none",
        "http://evil/",
        "x",
    ]
    assert [bool(one.complaint) for one in documents] == [False, False, True, True, True]
    assert asked == ["/map.xml", "/a", "/none"]


async def test_a_sitemap_index_is_followed_one_level(tmp_path: Path) -> None:
    served = {
        "/index.xml": sitemap(
            f"{BLOG}/one.xml", f"{BLOG}/two.xml", root="sitemapindex", each="sitemap"
        ),
        "/one.xml": sitemap(f"{BLOG}/a"),
        "/two.xml": sitemap(
            f"{BLOG}/index.xml", f"{BLOG}/deep.xml", root="sitemapindex", each="sitemap"
        ),
        "/deep.xml": sitemap(f"{BLOG}/b"),
        "/a": ("text/html", PAGE),
        "/b": ("text/html", PAGE),
    }
    async with blog(tmp_path, served) as (settings, asked):
        await found(f"{BLOG}/index.xml", settings=settings)
    assert asked == ["/index.xml", "/one.xml", "/a", "/two.xml"]


async def test_a_sitemap_of_too_many_pages_is_a_complaint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_PAGES", 2)
    served = {"/map.xml": sitemap(*(f"{BLOG}/{n}" for n in range(5)))}
    async with blog(tmp_path, served) as (settings, asked):
        documents = await found(f"{BLOG}/map.xml", settings=settings)
    assert asked == ["/map.xml", "/0", "/1"]
    assert "more than 2 pages" in documents[-1].complaint


async def test_a_private_address_is_a_complaint() -> None:
    for place in ("http://127.0.0.1:1/", "HTTP://10.0.0.5/feed", "http://"):
        (document,) = await found(place)
        assert document.complaint
