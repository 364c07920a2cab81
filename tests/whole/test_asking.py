"""Asking the service over a socket, as readers' browsers do."""

import hashlib
import json
from io import BytesIO

import pytest
from PIL import Image

from tests.whole.conftest import Scene

pytestmark = pytest.mark.slow

AVIF_FIRST = {"Accept": "image/avif,image/webp,image/*,*/*;q=0.8"}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
    "Access-Control-Allow-Origin": "*",
}


async def test_the_original_is_the_publishers_bytes_and_fetched_once(scene: Scene) -> None:
    target = f"/?{scene.source}/a.jpg"
    async with scene.house.get(target) as first:
        body = await first.read()
    async with scene.house.get(target) as second:
        again = await second.read()
    assert (first.status, body) == (200, scene.pictures["/a.jpg"])
    assert first.headers["Content-Type"] == "image/jpeg"
    assert ALWAYS.items() <= dict(first.headers).items()
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, max-age=604800"
    assert "fwd=uri-miss" in first.headers["Cache-Status"]
    assert second.headers["Cache-Status"].startswith("image-proxy; hit; ttl=")
    assert again == body
    assert scene.counts.total == 1
    assert scene.counts.asked[0].headers.get("Referer") == "https://www.woshipm.com/"


@pytest.mark.parametrize(
    ("path", "name", "size"),
    [
        ("/thumbnail/", "/a.jpg", (400, 300)),
        ("/thumbnail", "/a.jpg", (400, 300)),
        ("/headimg/", "/a.jpg", (900, 420)),
        ("/thumbnail/", "/small.png", (200, 150)),
    ],
)
async def test_presets_have_the_contracts_size(
    scene: Scene, path: str, name: str, size: tuple[int, int]
) -> None:
    async with scene.house.get(f"{path}?{scene.source}{name}", headers=AVIF_FIRST) as answer:
        picture = Image.open(BytesIO(await answer.read()))
    assert answer.status == 200
    assert (answer.headers["Content-Type"], picture.format) == ("image/avif", "AVIF")
    assert picture.size == size
    assert answer.headers["Vary"] == "Accept"
    assert ALWAYS.items() <= dict(answer.headers).items()


@pytest.mark.parametrize(
    ("accept", "name", "served"),
    [
        ("image/avif,image/webp", "/a.jpg", "image/avif"),
        ("image/webp,*/*", "/a.jpg", "image/webp"),
        ("image/webp;q=0.9,image/avif;q=0.5", "/a.jpg", "image/webp"),
        ("image/avif;q=0,*/*", "/a.jpg", "image/jpeg"),
        ("*/*", "/holed.png", "image/png"),
        (None, "/a.jpg", "image/jpeg"),
    ],
)
async def test_the_format_follows_accept(
    scene: Scene, accept: str | None, name: str, served: str
) -> None:
    headers = {"Accept": accept} if accept else {}
    async with scene.house.get(f"/thumbnail/?{scene.source}{name}", headers=headers) as answer:
        await answer.read()
    assert (answer.status, answer.headers["Content-Type"]) == (200, served)


async def test_a_preset_after_its_original_asks_the_publisher_nothing(scene: Scene) -> None:
    for target in (f"/?{scene.source}/a.jpg", f"/thumbnail/?{scene.source}/a.jpg"):
        async with scene.house.get(target) as answer:
            assert answer.status == 200
    assert scene.counts.total == 1


@pytest.mark.parametrize("prefix", ["/?", "/thumbnail/?"])
async def test_a_validator_is_answered_with_304(scene: Scene, prefix: str) -> None:
    target = f"{prefix}{scene.source}/a.jpg"
    async with scene.house.get(target) as first:
        await first.read()
    async with scene.house.get(target, headers={"If-None-Match": first.headers["ETag"]}) as second:
        assert (second.status, await second.read()) == (304, b"")
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"] == first.headers["Cache-Control"]


async def test_head_says_what_get_would(scene: Scene) -> None:
    target = f"{scene.house.base}/?{scene.source}/a.jpg"
    async with scene.house.client.head(target) as head:
        assert await head.read() == b""
    assert head.status == 200
    assert head.headers["Content-Length"] == str(len(scene.pictures["/a.jpg"]))
    assert scene.counts.asked[0].method == "GET"


async def test_the_targets_own_query_reaches_the_publisher_unchanged(scene: Scene) -> None:
    query = "?a=1&b=2&sig=ab%2Bcd%2Fef%3D&n=a%23b&p=100%25"
    async with scene.house.get(f"/?{scene.source}/a.jpg{query}") as answer:
        assert answer.status == 200
    assert scene.counts.asked[0].target == f"/a.jpg{query}"


@pytest.mark.parametrize(
    "wrapped",
    [
        "http%3A%2F%2Fimage.woshipm.com%2Fa.jpg",
        "http%253A%252F%252Fimage.woshipm.com%252Fa.jpg",
        "https://cors.zfour.workers.dev/?http://image.woshipm.com/a.jpg",
        "HTTP://IMAGE.WOSHIPM.COM/a.jpg",
        "http://image.woshipm.com./a.jpg",
    ],
)
async def test_every_way_to_write_it_is_one_entry(scene: Scene, wrapped: str) -> None:
    async with scene.house.get(f"/?{scene.source}/a.jpg") as first:
        assert first.status == 200
    async with scene.house.get(f"/?{wrapped}") as second:
        assert second.status == 200
    assert "hit" in second.headers["Cache-Status"]
    assert scene.counts.total == 1


@pytest.mark.parametrize(
    ("target", "status", "slug"),
    [
        ("/?http://evil.example/a.jpg", 403, "host-not-allowed"),
        ("/?http://image.woshipm.com:22/a.jpg", 403, "port-not-allowed"),
        ("/?http://u:p@image.woshipm.com/a.jpg", 403, "credentials-not-allowed"),
        ("/?//image.woshipm.com/a.jpg", 400, "bad-address"),
        ("/?image.woshipm.com/a.jpg", 400, "bad-address"),
        ("/?http:/x", 400, "bad-address"),
        ("/?data:image/png;base64,AAAA", 400, "bad-address"),
        ("/?https://cors.zfour.workers.dev/?ftp://x/", 400, "bad-address"),
        ("/gallery/?http://image.woshipm.com/a.jpg", 404, "unknown-preset"),
        ("/-/nothing", 404, "not-found"),
        ("/?http://image.woshipm.com/none.jpg", 404, "origin-status"),
        ("/?http://image.woshipm.com/page.jpg", 415, "not-served-type"),
        ("/?http://image.woshipm.com/empty.jpg", 415, "not-served-type"),
        ("/thumbnail/?http://image.woshipm.com/cut.jpg", 422, "not-decodable"),
        ("/?http://image.woshipm.com/" + "a" * 17_000, 414, "address-too-long"),
    ],
)
async def test_what_cannot_be_answered_says_so(
    scene: Scene, target: str, status: int, slug: str
) -> None:
    async with scene.house.get(target, headers={"Origin": "https://blog.example"}) as answer:
        problem = json.loads(await answer.read())
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert ALWAYS.items() <= dict(answer.headers).items()
    assert problem.keys() == {"type", "title", "status"}
    assert (answer.status, problem["status"]) == (status, status)
    assert problem["type"] == f"urn:image-proxy:{slug}"


async def test_an_unknown_preset_names_the_known_ones(scene: Scene) -> None:
    async with scene.house.get("/gallery/?http://image.woshipm.com/a.jpg") as answer:
        problem = json.loads(await answer.read())
    assert "thumbnail" in problem["title"]
    assert "headimg" in problem["title"]


async def test_a_cut_original_is_served_as_it_is_and_not_kept(scene: Scene) -> None:
    for _ in range(2):
        async with scene.house.get(f"/?{scene.source}/cut.jpg") as answer:
            assert (answer.status, await answer.read()) == (200, scene.pictures["/cut.jpg"])
    assert scene.counts.total == 2


async def test_a_large_original_is_streamed_whole_from_disk(scene: Scene) -> None:
    wanted = scene.pictures["/large.png"]
    assert len(wanted) > 2 << 20
    for _ in range(2):
        async with scene.house.get(f"/?{scene.source}/large.png") as answer:
            assert await answer.read() == wanted
        assert answer.headers["Content-Length"] == str(len(wanted))
    assert scene.counts.total == 1


async def test_methods_but_get_head_options_are_refused(scene: Scene) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "PURGE", "TRACE"):
        async with scene.house.client.request(
            method, f"{scene.house.base}/?{scene.source}/a.jpg"
        ) as answer:
            assert answer.status == 405
            assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert scene.counts.total == 0


async def test_a_preflight_is_answered_here(scene: Scene) -> None:
    asked = {
        "Origin": "https://blog.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-one, x-two",
    }
    async with scene.house.client.options(
        f"{scene.house.base}/?{scene.source}/a.jpg", headers=asked
    ) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Headers"] == "x-one, x-two"
    assert answer.headers["Access-Control-Max-Age"] == "86400"
    assert scene.counts.total == 0


async def test_nothing_of_the_readers_reaches_the_publisher(scene: Scene) -> None:
    private = {
        "Cookie": "session=1",
        "Authorization": "Basic eA==",
        "Referer": "https://secret.example/",
        "X-Cors-Headers": '{"Referer":"https://x.example/"}',
        "X-HTTP-Method-Override": "POST",
        "Accept-Encoding": "br, zstd, gzip",
        "Origin": "https://blog.example",
        "X-Forwarded-For": "203.0.113.9",
    }
    async with scene.house.get(f"/?{scene.source}/a.jpg", headers=private) as answer:
        assert answer.status == 200
    sent = scene.counts.asked[0].headers
    assert {name.lower() for name, _ in sent} <= {
        *("host", "accept", "accept-encoding", "referer", "user-agent", "via", "connection"),
    }
    assert sent.get("Accept-Encoding") == "identity"
    assert sent.get("Referer") == "https://www.woshipm.com/"


async def test_our_own_mark_coming_back_is_a_loop(scene: Scene) -> None:
    via = {"Via": "1.1 other, 1.1 image-proxy"}
    async with scene.house.get(f"/?{scene.source}/a.jpg", headers=via) as answer:
        assert answer.status == 508
    assert scene.counts.total == 0


async def test_health_and_readiness_and_metrics(scene: Scene) -> None:
    async with scene.house.get(f"/?{scene.source}/a.jpg") as answer:
        assert answer.status == 200
    async with scene.house.get("/-/health") as health:
        assert (health.status, json.loads(await health.read())) == (200, {"status": "ok"})
    async with scene.house.get("/-/ready") as ready:
        said = json.loads(await ready.read())
    assert (ready.status, said["status"]) == (200, "ok")
    assert set(said["checks"].values()) == {"ok"}
    async with scene.house.get("/-/metrics") as metrics:
        page = await metrics.text()
    assert 'image_proxy_requests_total{cache="uri-miss",route="original",status="200"}' in page
    assert 'image_proxy_origin_requests_total{outcome="ok"}' in page
    assert HOST_NOT_IN not in page


HOST_NOT_IN = "woshipm"  # no host is ever a label


async def test_metrics_are_not_for_those_a_proxy_speaks_for(scene: Scene) -> None:
    async with scene.house.get("/-/metrics", headers={"X-Forwarded-For": "203.0.113.9"}) as answer:
        assert answer.status == 404


async def test_a_made_picture_is_named_by_its_bytes(scene: Scene) -> None:
    async with scene.house.get(f"/thumbnail/?{scene.source}/a.jpg") as answer:
        digest = hashlib.sha256(await answer.read()).hexdigest()
    assert answer.headers["ETag"] == f'"{digest[:32]}"'


async def test_the_usage_page_and_robots(scene: Scene) -> None:
    for target in ("/", "/?"):
        async with scene.house.get(target) as usage:
            text = await usage.text()
        assert usage.status == 200
        assert usage.headers["Content-Type"].startswith("text/plain")
        assert "/thumbnail/?" in text
        assert "127.0.0.1" not in text
    async with scene.house.get("/robots.txt") as robots:
        assert "Disallow: /" in await robots.text()
