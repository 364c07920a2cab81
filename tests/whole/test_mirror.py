"""The mirror as an operator runs it: a post's pictures fetched once, then served without publisher.

Over the command line, with real processes, sockets, disk and pictures.
"""

import asyncio
import json
import re
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from proxy import config
from proxy.demo.publisher import COUNTS, Counts, publisher, serve
from tests.fakes.house import HOST, House, serving
from tests.fakes.pictures import holed, quadrants, saved
from tests.whole.conftest import SHARED

pytestmark = pytest.mark.slow

SEED = SHARED / "seed" / "post.md"
WRAP = f"https://cors.zfour.workers.dev/?http://{HOST}"
# The shape of a mirror blog's post: a blank line first, one picture in three places, an avatar.
POST = f"""
---
title: 'A post'
headimg: '{WRAP}/2021/11/first.jpg'
date: Wed, 17 Nov 2021 00:00:00 GMT
thumbnail: '{WRAP}/2021/11/first.jpg'
---

<div>
<p><img src="{WRAP}/2021/11/first.jpg" alt width="900" height="420"></p>
<p><img src="{WRAP}/2021/11/second.png" referrerpolicy="no-referrer"></p>
<p><img src="{WRAP}/2021/11/third.png!custom" referrerpolicy="no-referrer"></p>
<p><img src="{WRAP}/2021/11/%E6%B3%A8.webp" referrerpolicy="no-referrer"></p>
<button data-avatar="http://{HOST}/2019/10/avatar.png">…</button>
</div>
"""
# In the order of the posts: headimg first, avatar last.
PICTURES = (
    saved(quadrants(1500, 1000), "JPEG"),
    saved(quadrants(1200, 900), "PNG"),
    saved(holed(960, 720), "PNG"),
    saved(quadrants(1000, 800), "WEBP"),
    saved(quadrants(144, 144), "PNG"),
)
PRESETS: dict[str, tuple[int, int] | None] = {
    "": None,
    "thumbnail/": (400, 300),
    "headimg/": (900, 420),
}
ACCEPTS = {"image/avif": "AVIF", "image/webp": "WEBP", "": ""}


@dataclass(frozen=True, slots=True)
class Blog:
    """A folder with a post, settings, and what its pictures are at which path."""

    folder: Path
    pictures: dict[str, bytes]

    @property
    def config(self) -> Path:
        """Return the settings' file."""
        return self.folder / "config.toml"

    def configure(self, port: int) -> None:
        """Write the settings: the publisher at this port, and no waiting between asks."""
        self.config.write_text(
            f"""
[cache]
dir = "{self.folder / "cache"}"
[images]
workers = 1
[mirror]
delay = "0s"
[log]
access = false
[server]
shutdown = "200ms"
[origins."{HOST}"]
referer = "https://www.woshipm.com/"
connect_to = "127.0.0.1:{port}"
"""
        )

    async def run(self, *words: str) -> tuple[int | None, str, str]:
        """Run a command on the folder; return its exit code and what it said and complained of."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "proxy", *words, "--config", str(self.config)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await process.communicate()
        return process.returncode, said.decode(), complained.decode()


@pytest.fixture(
    params=[
        pytest.param("made", id="a made post"),
        pytest.param(
            "seed",
            id="the seed post",
            marks=pytest.mark.skipif(not SEED.exists(), reason="../shared is not here"),
        ),
    ]
)
def blog(request: pytest.FixtureRequest, tmp_path: Path) -> Blog:
    text = SEED.read_text() if request.param == "seed" else POST
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "post.md").write_text(text)
    paths = dict.fromkeys(re.findall(rf"http://{re.escape(HOST)}(/[^'\"> ]+)", text))
    return Blog(tmp_path, dict(zip(paths, PICTURES, strict=True)))


async def test_a_mirrored_post_outlives_its_publisher(blog: Blog) -> None:
    posts = str(blog.folder / "posts")
    app = publisher(blog.pictures)
    async with serve(app) as port:
        blog.configure(port)
        assert (await blog.run("report", posts))[0] == 1
        assert (await blog.run("warm", posts, "--dry-run"))[0] == 1
        assert app[COUNTS].total == 0
        code, said, complained = await blog.run("mirror", posts)
        assert (code, complained) == (0, "")
        assert said == "5 sources in 1 document: 5 pinned; 6 pictures made\n"
        assert_each_once(app[COUNTS], blog)
    async with serving(config.load(blog.config, environ={})) as house:
        await assert_all_is_served(house, blog)
    again = publisher(blog.pictures)
    async with serve(again, port=port):
        code, said, _ = await blog.run("mirror", posts, "--json")
        assert (code, json.loads(said)["counts"]["already"]) == (0, 5)
        assert again[COUNTS].total == 0
    code, said, _ = await blog.run("report", posts, "--html", str(blog.folder / "report.html"))
    assert code == 0
    assert said.startswith("All 5 pictures are in the mirror\n")
    page = (blog.folder / "report.html").read_text()
    assert "data:image/" in page


def assert_each_once(counts: Counts, blog: Blog) -> None:
    assert sorted(one.target for one in counts.asked) == sorted(blog.pictures)
    assert {one.method for one in counts.asked} == {"GET"}


async def assert_all_is_served(house: House, blog: Blog) -> None:
    """Every picture, in every preset and format, from what is kept."""
    for path, original in blog.pictures.items():
        with Image.open(BytesIO(original)) as picture:
            size, form = picture.size, picture.format
        for preset, box in PRESETS.items():
            for accept, wanted in ACCEPTS.items():
                headers = {"Accept": accept} if accept else {}
                target = f"/{preset}?http://{HOST}{path}"
                async with house.get(target, headers=headers) as answer:
                    data = await answer.read()
                    assert answer.status == 200, target
                    assert "hit" in answer.headers["Cache-Status"]
                with Image.open(BytesIO(data)) as shown:
                    if box is None:
                        assert (data, shown.format) == (original, form)
                    else:
                        assert shown.size == fitted(box, size)
                        assert not wanted or shown.format == wanted


def fitted(box: tuple[int, int], original: tuple[int, int]) -> tuple[int, int]:
    """Return the contract's size: the box shrinks in proportion until it fits the original."""
    share = min(1.0, original[0] / box[0], original[1] / box[1])
    return round(box[0] * share), round(box[1] * share)


async def test_what_cannot_be_mirrored_is_named_with_its_reason(blog: Blog) -> None:
    """Three of five are no whole pictures any more, and one address is a path of its author's."""
    gone, page, cut, _ = list(blog.pictures)[1:]
    blog.pictures[page] = b"<!doctype html><title>moved</title>"
    blog.pictures[cut] = saved(quadrants(600, 600), "JPEG")[:-400]
    del blog.pictures[gone]
    post = blog.folder / "posts" / "post.md"
    post.write_text(f"{post.read_text()}\n<img src='C:\\3.png'>\n")
    async with serve(publisher(blog.pictures)) as port:
        blog.configure(port)
        code, said, _ = await blog.run("mirror", str(post))
    assert code == 1
    missing = said.splitlines()
    assert [line.split("  ")[0] for line in missing[:-1]] == [
        "✗ gone",
        "✗ no picture",
        "✗ truncated",
        "✗ local path",
    ]
    assert all(f"{post}:" in line for line in missing[:-1])
    assert missing[-1].startswith("5 sources in 1 document: 2 pinned, 3 failed")

    code, said, _ = await blog.run("report", str(post), "--json")
    told: dict[str, Any] = json.loads(said)
    assert (code, told["missing"]) == (1, 4)
    assert told["causes"] == {"gone": 1, "no-picture": 1, "truncated": 1, "local": 1}
    assert told["sources"]["pinned"] == 2


async def test_a_redirect_to_a_login_is_called_one(tmp_path: Path) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.path == "/login":
            return web.Response(text="<title>Log in</title>", content_type="text/html")
        raise web.HTTPFound("/login?next=/a.jpg")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    (tmp_path / "post.md").write_text(f"![](http://{HOST}/a.jpg)")
    blog = Blog(tmp_path, {})
    async with serve(app) as port:
        blog.configure(port)
        code, said, _ = await blog.run("mirror", str(tmp_path / "post.md"))
    assert code == 1
    assert said.startswith("✗ login  ")
    assert f"redirected to http://{HOST}/login?next=/a.jpg" in said


async def test_a_running_service_mirrors_for_who_has_its_token(blog: Blog) -> None:
    posts = str(blog.folder / "posts")
    app = publisher(blog.pictures)
    async with serve(app) as port:
        blog.configure(port)
        with blog.config.open("a") as file:
            file.write('[admin]\ntoken = "secret"\n')
        async with serving(config.load(blog.config, environ={})) as house:
            code, said, complained = await blog.run("mirror", posts, "--server", house.base)
            assert (code, complained) == (0, "")
            assert "5 pinned" in said
            blog.config.write_text(blog.config.read_text().replace("secret", "wrong"))
            code, _, complained = await blog.run("mirror", posts, "--server", house.base)
            assert (code, "token" in complained) == (1, True)
    assert_each_once(app[COUNTS], blog)
