"""The demo's page: every picture through the service, nothing from elsewhere, texts escaped."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import aiohttp
import pytest

from proxy.demo.page import blog, render
from proxy.demo.pictures import HILLS, PICTURES, PORTRAIT
from proxy.demo.post import read, sample_text
from proxy.demo.publisher import serve

BASE = "http://127.0.0.1:8080"
HOST = "http://image.woshipm.com"
POST = read(sample_text())
PAGE = render(POST, BASE)


class Loads(HTMLParser):
    """Gathers what a browser would load for a page, and its pictures by role."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.pictures: dict[str, list[str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one element's src or, where it loads, href."""
        found = dict(attrs)
        address = found.get("src") or (found.get("href") if tag == "link" else None)
        if address:
            self.addresses.append(address)
        if tag == "img" and address:
            role = found.get("data-role") or "body"
            self.pictures.setdefault(role, []).append(address)


LOADS = Loads(PAGE)


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        pytest.param("headimg", [f"{BASE}/headimg/?{HOST}{HILLS}"], id="the headimg preset"),
        pytest.param("thumbnail", [f"{BASE}/thumbnail/?{HOST}{HILLS}"], id="the thumbnail preset"),
        pytest.param("avatar", [f"{BASE}/?{HOST}{PORTRAIT}"], id="the author's bare address"),
    ],
)
def test_a_role_has_its_address(role: str, addresses: list[str]) -> None:
    assert LOADS.pictures[role] == addresses


def test_the_body_shows_every_original_through_the_service() -> None:
    wanted = {f"{BASE}/?{HOST}{path}" for path in PICTURES if path != PORTRAIT}
    assert set(LOADS.pictures["body"]) == wanted


def test_nothing_is_loaded_from_elsewhere() -> None:
    elsewhere = [a for a in LOADS.addresses if not a.startswith((f"{BASE}/", "data:"))]
    assert elsewhere == []
    assert not re.search(r"@import|url\(|cors\.zfour", PAGE)


def test_no_placeholder_is_left() -> None:
    assert "$" not in PAGE


def test_texts_of_the_front_matter_are_escaped() -> None:
    page = render(replace(POST, title="<i>a & b</i>", author='"x"', categories=("<s>",)), BASE)
    assert "<i>a" not in page
    assert "<s>" not in page
    assert "&lt;i&gt;a &amp; b&lt;/i&gt;" in page


def test_a_post_without_an_avatar_has_a_page_too() -> None:
    loads = Loads(render(replace(POST, body="<p>short</p>"), BASE))
    assert loads.pictures["avatar"] == ["data:,"]


async def test_the_blog_serves_the_page_at_its_root_only() -> None:
    async with serve(blog(BASE)) as port, aiohttp.ClientSession() as client:
        root = f"http://127.0.0.1:{port}"
        async with client.get(f"{root}/") as page, client.get(f"{root}/other") as other:
            assert (page.status, page.content_type, page.charset) == (200, "text/html", "utf-8")
            assert await page.text() == PAGE
            assert other.status == 404
