"""The stand-in publisher over a real socket: hotlink protection, validators, counts."""

import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from yarl import URL

from proxy.demo.publisher import COUNTS, Counts, publisher, serve

PICTURES = {
    "/a.jpg": b"\xff\xd8 one",
    "/a%2Fb.png": b"\x89PNG two",
    "/plain!custom": b"three",
}
READER = {"Referer": "https://www.woshipm.com/"}
DATE = "Wed, 17 Nov 2021 00:00:00 GMT"


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=READER) as session:
        yield session


@pytest.mark.parametrize(
    ("referer", "status"),
    [
        pytest.param("https://www.woshipm.com/it/1.html", 200, id="a page of its own"),
        pytest.param("http://woshipm.com", 200, id="its bare domain"),
        pytest.param("https://WWW.Woshipm.COM:8443/", 200, id="its host in capitals, another port"),
        pytest.param(None, 403, id="no Referer"),
        pytest.param("", 403, id="an empty Referer"),
        pytest.param("https://blog.example/", 403, id="a stranger's page"),
        pytest.param("https://evilwoshipm.com/", 403, id="a host that only ends alike"),
        pytest.param("https://woshipm.com.evil.example/", 403, id="a host that only begins alike"),
        pytest.param("https://evil.example/?www.woshipm.com", 403, id="its name in the query"),
        pytest.param("http://[", 403, id="no address at all"),
    ],
)
async def test_only_its_own_pages_may_show_its_pictures(referer: str | None, status: int) -> None:
    headers = {} if referer is None else {"Referer": referer}
    async with (
        serve(publisher(PICTURES)) as port,
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}/a.jpg", headers=headers) as answer,
    ):
        assert answer.status == status
        assert answer.content_type == ("image/jpeg" if status == 200 else "text/html")


async def test_without_referer_hosts_anyone_may_show_them() -> None:
    async with (
        serve(publisher(PICTURES, referer_hosts=())) as port,
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}/a.jpg") as answer,
    ):
        assert await answer.read() == PICTURES["/a.jpg"]


@pytest.mark.parametrize(
    ("target", "status", "media_type"),
    [
        pytest.param("/a.jpg", 200, "image/jpeg", id="the type by its name"),
        pytest.param("/a.jpg?w=1&x=%2B", 200, "image/jpeg", id="a query changes nothing"),
        pytest.param("/a%2Fb.png", 200, "image/png", id="an escape stays an escape"),
        pytest.param(
            "/plain!custom", 200, "application/octet-stream", id="a name that says nothing"
        ),
        pytest.param("/a/b.png", 404, "text/html", id="a path nobody drew"),
    ],
)
async def test_a_picture_is_found_by_its_raw_path(
    client: aiohttp.ClientSession, target: str, status: int, media_type: str
) -> None:
    async with serve(publisher(PICTURES)) as port:
        url = URL(f"http://127.0.0.1:{port}{target}", encoded=True)
        async with client.get(url) as answer:
            assert (answer.status, answer.content_type) == (status, media_type)


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        pytest.param({"If-None-Match": "{etag}"}, 304, id="the tag it holds"),
        pytest.param({"If-None-Match": 'W/{etag}, "x"'}, 304, id="a weak tag in a list"),
        pytest.param({"If-None-Match": "*"}, 304, id="any tag"),
        pytest.param({"If-None-Match": '"x"'}, 200, id="another tag"),
        pytest.param({"If-Modified-Since": DATE}, 304, id="the date it holds"),
        pytest.param(
            {"If-Modified-Since": "Tue, 16 Nov 2021 00:00:00 GMT"}, 200, id="a date before"
        ),
        pytest.param(
            {"If-None-Match": '"x"', "If-Modified-Since": DATE},
            200,
            id="the tag outweighs the date",
        ),
        pytest.param({"If-Modified-Since": "yesterday"}, 200, id="a date that is none"),
    ],
)
async def test_an_asker_who_holds_the_picture_gets_304(
    client: aiohttp.ClientSession, conditions: dict[str, str], status: int
) -> None:
    async with serve(publisher(PICTURES, cache_control="max-age=60")) as port:
        url = f"http://127.0.0.1:{port}/a.jpg"
        async with client.get(url) as first:
            etag = first.headers["ETag"]
        asked = {name: value.format(etag=etag) for name, value in conditions.items()}
        async with client.get(url, headers=asked) as answer:
            assert answer.status == status
            assert await answer.read() == (PICTURES["/a.jpg"] if status == 200 else b"")
            validators = [answer.headers[name] for name in ("ETag", "Last-Modified")]
            assert validators == [etag, DATE]
            assert answer.headers["Cache-Control"] == "max-age=60"


async def test_a_changed_picture_has_another_tag(client: aiohttp.ClientSession) -> None:
    pictures = {"/a.jpg": b"old"}
    async with serve(publisher(pictures)) as port:
        url = f"http://127.0.0.1:{port}/a.jpg"
        async with client.get(url) as old:
            headers = {"If-None-Match": old.headers["ETag"]}
        pictures["/a.jpg"] = b"new"
        async with client.get(url, headers=headers) as answer:
            assert (answer.status, await answer.read()) == (200, b"new")
            assert "Cache-Control" not in answer.headers


async def test_every_request_is_counted_with_its_headers(client: aiohttp.ClientSession) -> None:
    app = publisher(PICTURES)
    async with serve(app) as port:
        root = f"http://127.0.0.1:{port}"
        async with client.get(f"{root}/a.jpg"), client.head(f"{root}/a.jpg"):
            pass
        async with client.get(f"{root}/a.jpg?v=2", headers={"Referer": "https://blog.example/"}):
            pass
    counts: Counts = app[COUNTS]
    assert counts.total == 3
    assert [counts.of(target) for target in ("/a.jpg", "/a.jpg?v=2", "/b.jpg")] == [2, 1, 0]
    assert [one.method for one in counts.asked] == ["GET", "HEAD", "GET"]
    assert counts.asked[0].headers.get("referer") == READER["Referer"]


async def test_head_is_the_same_head_without_a_body(client: aiohttp.ClientSession) -> None:
    async with (
        serve(publisher(PICTURES)) as port,
        client.head(f"http://127.0.0.1:{port}/a.jpg") as answer,
    ):
        assert (answer.status, await answer.read()) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(PICTURES["/a.jpg"]))


async def test_a_port_is_free_again_after_serving_and_refused_while_taken() -> None:
    async with serve(publisher({})) as port:
        with pytest.raises(OSError, match="in use"):
            async with serve(publisher({}), port=port):
                pass
    async with serve(publisher({}), port=port) as again:
        assert again == port
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
