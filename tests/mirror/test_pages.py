"""Pages by one guarded GET: redirects followed, private addresses refused, nothing endless."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from proxy.errors import (
    AddressNotAllowed,
    BadAddress,
    CredentialsNotAllowed,
    OriginStatus,
    OriginTimeout,
    ProxyError,
    TooManyBytes,
    TooManyRedirects,
)
from proxy.fetch.resolver import Resolver
from proxy.mirror.pages import Pages, pages
from tests.fakes.house import settings_for
from tests.fakes.raw_origin import Answer, RawOrigin, answer, raw_origin
from tests.fakes.resolver import FakeResolver
from tests.flow.rig import redirects, says

BLOG = "blog.example"  # in no [access] hosts
HTML = b"<!doctype html><title>\xff a blog</title>"


@asynccontextmanager
async def blog(
    tmp_path: Path, *said: Answer, resolver: Resolver | None = None, **fetch: object
) -> AsyncIterator[tuple[Pages, RawOrigin]]:
    """Open what gets pages, and a blog that says this."""
    async with raw_origin(*said) as origin:
        origins = {BLOG: {"connect_to": f"127.0.0.1:{origin.port}"}}
        settings = settings_for(tmp_path, origin.port, {"origins": origins, "fetch": fetch})
        async with pages(settings, resolver=resolver) as opened:
            yield opened, origin


@pytest.mark.parametrize(
    ("said", "media_type"),
    [
        ("Content-Type: Text/HTML; charset=gbk", "text/html"),
        ("Content-Type: application/rss+xml", "application/rss+xml"),
        ("X-None: 1", ""),
    ],
)
async def test_a_page_comes_as_its_bytes(tmp_path: Path, said: str, media_type: str) -> None:
    async with blog(tmp_path, says(HTML, said)) as (opened, origin):
        page = await opened.get(f"http://{BLOG}/a?b=c#d")
    assert (page.url, page.media_type, page.data) == (f"http://{BLOG}/a?b=c", media_type, HTML)
    assert origin.requests[0].startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert b"\r\nAccept: text/html" in origin.requests[0]


async def test_redirects_are_followed_and_tell_where_they_end(tmp_path: Path) -> None:
    said = (redirects("/b/"), redirects(f"http://{BLOG}/c"), says(HTML))
    async with blog(tmp_path, *said) as (opened, _):
        assert (await opened.get(f"http://{BLOG}/a")).url == f"http://{BLOG}/c"


@pytest.mark.parametrize(
    ("url", "said", "failure"),
    [
        pytest.param(f"http://{BLOG}/", says(b"", status=404), OriginStatus, id="not found"),
        pytest.param(f"http://{BLOG}/", says(b"", status=203), OriginStatus, id="another's"),
        pytest.param(f"http://{BLOG}/", redirects("/"), TooManyRedirects, id="in a circle"),
        pytest.param(f"http://{BLOG}/", redirects("file:///etc/passwd"), BadAddress, id="a file"),
        pytest.param(
            f"http://{BLOG}/", redirects("http://127.0.0.1/"), AddressNotAllowed, id="to loopback"
        ),
        pytest.param("http://127.0.0.1:{port}/", says(HTML), AddressNotAllowed, id="loopback"),
        pytest.param("http://inside.example/", says(HTML), AddressNotAllowed, id="a private name"),
        pytest.param(f"http://u:p@{BLOG}/", says(HTML), CredentialsNotAllowed, id="a password"),
        pytest.param("http://", says(HTML), BadAddress, id="no address"),
        pytest.param(
            f"http://{BLOG}/",
            answer(b"HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n"),
            TooManyBytes,
            id="over 16 MiB",
        ),
    ],
)
async def test_what_is_no_page(
    tmp_path: Path, url: str, said: Answer, failure: type[ProxyError]
) -> None:
    resolver = FakeResolver({"inside.example": [("10.0.0.5",)]})
    async with blog(tmp_path, said, resolver=resolver) as (opened, origin):
        with pytest.raises(failure):
            await opened.get(url.format(port=origin.port))


async def test_a_page_that_never_ends_ends_with_fetch_total(tmp_path: Path) -> None:
    async with blog(tmp_path, answer(b""), total="50ms") as (opened, _):
        with pytest.raises(OriginTimeout, match=r"fetch\.total"):
            await opened.get(f"http://{BLOG}/")
