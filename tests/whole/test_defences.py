"""What THREATS.md promises of the whole service, where no room alone can prove it."""

import asyncio
import json
import re
from contextlib import closing, suppress
from pathlib import Path

import pytest

from proxy.server import connection, door
from tests.fakes.house import HOST, House, serving, settings_for
from tests.fakes.pictures import STILLS, png_header
from tests.fakes.raw_origin import raw_origin
from tests.whole.conftest import Scene
from tests.whole.hostile import PICTURE, picture, whole

pytestmark = pytest.mark.slow

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
POISON = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Scheme": "http",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
    "Forwarded": "host=evil.example",
    "Accept-Language": "evil",
    "Origin": "https://evil.example",
    "Range": "bytes=0-1",
}
FORGETFUL = {"cache": {"remember_failures": False}}
ESCAPES = "%0d%0a%1b%5b2J%E2%80%A8%C2%9B"


@pytest.mark.parametrize(
    ("body", "declared"),
    [
        pytest.param(HTML, b"image/png", id="a page called a picture"),
        pytest.param(HTML, b"text/html", id="a page"),
        pytest.param(HTML, b"image/x-new", id="a page called a picture we do not know"),
        pytest.param(b"alert(1)", b"application/javascript", id="a script"),
        pytest.param(b"alert(1)", b"image/png", id="a script called a picture"),
        pytest.param(PICTURE, b"text/html", id="a picture called a page"),
    ],
)
async def test_what_a_browser_would_run_is_never_served_as_that(
    tmp_path: Path, body: bytes, declared: bytes
) -> None:
    async with (
        raw_origin(whole(body, b"Content-Type: " + declared)) as origin,
        serving(settings_for(tmp_path, origin.port)) as house,
        house.get(f"/?http://{HOST}/a.png") as heard,
    ):
        kind = heard.headers["Content-Type"]
        expected = (200, "image/png") if body == PICTURE else (415, "application/problem+json")
        assert (heard.status, kind) == expected
        assert heard.headers["X-Content-Type-Options"] == "nosniff"
        assert heard.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "declared",
    [
        pytest.param(b"image/svg+xml", id="as what it is"),
        pytest.param(b"image/svg+xml; charset=utf-16", id="with a parameter"),
        pytest.param(b"image/png", id="as a PNG"),
        pytest.param(b"text/html", id="as a page"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/thumbnail/"])
async def test_an_svg_is_served_without_what_runs(
    tmp_path: Path, declared: bytes, path: str
) -> None:
    async with (
        raw_origin(whole(b"\xef\xbb\xbf \n" + SVG, b"Content-Type: " + declared)) as origin,
        serving(settings_for(tmp_path, origin.port)) as house,
        house.get(f"{path}?http://{HOST}/a.png") as heard,
    ):
        assert (heard.status, heard.headers["Content-Type"]) == (200, "image/svg+xml")
        body = await heard.read()
        assert b"<svg" in body
        assert b"onload" not in body
        assert heard.headers["X-Content-Type-Options"] == "nosniff"
        policy = "default-src 'none'; sandbox; style-src 'unsafe-inline'"
        assert heard.headers["Content-Security-Policy"] == policy


async def test_nothing_a_reader_sends_is_kept_for_the_next(scene: Scene) -> None:
    target = f"/?{scene.source}/a.jpg"
    async with scene.house.get(target, headers={**POISON, "Host": "evil.example"}) as first:
        body = await first.read()
    async with scene.house.get(target) as second:
        assert await second.read() == scene.pictures["/a.jpg"]
    assert (first.status, body) == (206, scene.pictures["/a.jpg"][:2]), "what it asked for"
    assert scene.counts.total == 1
    changing = {"Date", "Age", "Cache-Status", "Content-Length", "Content-Range"}
    assert {name: value for name, value in first.headers.items() if name not in changing} == {
        name: value for name, value in second.headers.items() if name not in changing
    }
    assert "evil" not in str(first.headers)


async def test_a_failure_is_not_kept_for_the_next(tmp_path: Path) -> None:
    failing = [
        whole(HTML, status=b"500 Oops"),
        whole(HTML, b"Content-Type: image/png"),
        whole(b"", b"Cache-Control: max-age=9"),
    ]
    async with (
        raw_origin(*failing, picture()) as origin,
        serving(settings_for(tmp_path, origin.port, FORGETFUL)) as house,
    ):
        statuses = []
        for _ in range(4):
            async with house.get(f"/?http://{HOST}/a.png") as heard:
                statuses.append((heard.status, heard.headers["Cache-Control"]))
    assert statuses[:3] == [(500, "no-store"), (415, "no-store"), (415, "no-store")]
    assert statuses[3][0] == 200


async def workers_lost(house: House) -> float:
    async with house.get("/-/metrics") as metrics:
        page = await metrics.text()
    return float(page.partition("\nimage_proxy_workers_lost_total ")[2].partition("\n")[0])


async def test_a_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    async with (
        raw_origin(whole(png_header(50_000, 50_000), b"Cache-Control: max-age=9")) as origin,
        serving(settings_for(tmp_path, origin.port)) as house,
    ):
        before = await workers_lost(house)  # the tests before this one share the counter
        async with house.get(f"/thumbnail/?http://{HOST}/a.png") as heard:
            assert heard.status == 413
        assert await workers_lost(house) == before


async def test_however_readers_ask_there_is_one_picture_a_preset_and_format(scene: Scene) -> None:
    accepts = [
        f"image/{first};q=0.{n},image/{second};q=0.{9 - n},x/{n}"
        for n in range(1, 9)
        for first in ("avif", "webp", "png")
        for second in ("avif", "webp", "*")
    ]
    made = 0
    tags: set[str] = set()
    for accept in accepts:
        target = f"/thumbnail/?{scene.source}/a.jpg#{len(tags)}"
        async with scene.house.get(target, headers={"Accept": accept}) as heard:
            assert heard.status == 200
            tags.add(heard.headers["ETag"])
            made += "detail=made" in heard.headers["Cache-Status"]
    assert len(tags) <= 3
    assert made <= 3
    for name, status in (("w=480", 403), ("thumbnail,w=1", 403), ("thumbnail;2", 404)):
        async with scene.house.get(f"/{name}/?{scene.source}/a.jpg") as heard:
            assert heard.status == status


async def test_no_address_names_a_file(scene: Scene, tmp_path: Path) -> None:
    for path in ("/..%2f..%2fetc%2fpasswd", "/%00", "/a/../../b", "/" + "a" * 4000, "/\\..\\x"):
        scene.pictures[path] = PICTURE
        async with scene.house.get(f"/?{scene.source}{path}") as heard:
            assert heard.status in {200, 404}
    found = files(tmp_path / "cache")
    assert files(tmp_path) == {f"cache/{name}" for name in found}
    ours = (
        r"blobs/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}|index\.sqlite3[a-z.-]*"
        r"|purges|pins\.jsonl|(?:drafts|locks)/.*"
    )
    assert [name for name in found if not re.fullmatch(ours, name)] == []
    assert any(name.startswith("blobs/") for name in found)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        pytest.param({}, 401, id="without"),
        pytest.param({"Authorization": "Bearer wrong"}, 401, id="wrong"),
        pytest.param({"Authorization": "Bearer "}, 401, id="empty"),
        pytest.param({"Authorization": "Basic c2VzYW1l"}, 401, id="another scheme"),
        pytest.param({"Authorization": "Bearer sesame"}, 200, id="right"),
    ],
)
async def test_behind_the_door_with_a_token(
    tmp_path: Path, given: dict[str, str], status: int
) -> None:
    settings = settings_for(tmp_path, 1, {"admin": {"token": "sesame"}})
    async with serving(settings) as house:
        async with house.get("/-/metrics", headers=given) as heard:
            assert heard.status == status
        for open_to_all in ("/-/health", "/-/ready"):
            async with house.get(open_to_all) as heard:
                assert heard.status == 200


@pytest.mark.parametrize("form", ["json", "text"])
async def test_nobody_writes_a_log_line_but_us(
    tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lying = whole(b"x", b"Content-Type: image/png\xc2\x9b2J\xe2\x80\xa8\xe2\x80\xae")
    log = {"log": {"format": form, "level": "info", "access": True}}
    async with (
        raw_origin(lying) as origin,
        serving(settings_for(tmp_path, origin.port, log)) as house,
    ):
        for target in (f"/?http://{HOST}/{ESCAPES}", f"/{ESCAPES}?http://x/", f"/-/{ESCAPES}"):
            async with house.get(target) as heard:
                assert heard.status in {400, 403, 404, 415}
    lines = capsys.readouterr().err.removesuffix("\n").split("\n")
    assert all(line.isprintable() for line in lines)
    ours = [line for line in lines if '"method": "GET"' in line or " GET /" in line]
    assert len(ours) == 3
    if form == "json":
        assert [json.loads(line)["event"] for line in lines].count("request") == 3


async def test_a_head_that_never_ends_is_closed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "KEEP_ALIVE_S", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.house.port)
    with closing(writer):
        writer.write(b"GET / HTTP/1.1\r\nX-")
        async with asyncio.timeout(5):
            while not reader.at_eof():  # every byte comes in time for the next
                writer.write(b"a")
                with suppress(TimeoutError, ConnectionError):
                    await asyncio.wait_for(reader.read(), 0.05)


async def test_a_reader_that_takes_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "_SEND_S", 0.2)
    body = STILLS["PNG"] + bytes(16 << 20)  # more than the sockets' buffers take
    async with (
        raw_origin(whole(body)) as origin,
        serving(settings_for(tmp_path, origin.port)) as house,
    ):
        before = await answered(house)
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port, limit=1024)
        with closing(writer):
            writer.write(f"GET /?http://{HOST}/a.png HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            async with asyncio.timeout(10):
                while await answered(house) == before:
                    pass
            taken = 0
            with suppress(ConnectionError):
                while part := await reader.read(1 << 20):
                    taken += len(part)
    assert taken < len(body)


def files(place: Path) -> set[str]:
    """Return every file below a directory, by its path from there."""
    return {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}


async def answered(house: House) -> float:
    """Return how many asks for originals were answered or left, by the metrics."""
    async with house.get("/-/metrics") as page:
        lines = (await page.text()).splitlines()
    counts = (line for line in lines if line.startswith("image_proxy_requests_total{"))
    return sum(float(line.rpartition(" ")[2]) for line in counts if 'route="original"' in line)
