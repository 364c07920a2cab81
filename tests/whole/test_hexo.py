"""A mirrored post on a real Hexo site, in a real browser, with its publisher gone.

Three ways: the post rewritten to the service, rewritten to an export within the site, and left as
it is behind our filter.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxy.cli.export import export
from proxy.cli.rewrite import rewrite
from proxy.demo.pictures import PICTURES
from tests.fakes.hexo import generate, make_site, modules
from tests.fakes.house import HOST, House, serving, settings_for
from tests.fakes.mirrored import mirror_sample, run
from tests.fakes.pictures import quadrants, saved
from tests.fakes.web_server import web_server
from tests.whole.test_demo_page import CHROMIUM, FLAGS

browsers = pytest.importorskip("playwright.async_api", reason="playwright is not installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),  # the first run installs Hexo
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]

BARE = {"/bare.png": saved(quadrants(64, 48), "PNG")}
LINES = f"""
![bare](http://{HOST}/bare.png)

`<img src="http://{HOST}/code.png">`
"""
SHOWN = "[...document.images].map((one) => [one.src, one.naturalWidth, one.naturalHeight])"
WRAPPER = "https://cors.zfour.workers.dev"
MIRROR = "https://img.blog.example"
OPTIONS = "image_proxy: {{server: '{}', hosts: [image.woshipm.com, '*.byteimg.com']}}\n"
# A sentence, what a post's HTML says, and what the page says after the filter.
FORMS = (
    ("bare", 'src="http://image.woshipm.com/a.jpg"',
     f'src="{MIRROR}/?http://image.woshipm.com/a.jpg"'),
    ("wrapped", f'src="{WRAPPER}/?http://image.woshipm.com/a.jpg?b=1&amp;c"',
     f'src="{MIRROR}/?http://image.woshipm.com/a.jpg?b=1&amp;c"'),
    ("wrapped, with a path", f'src="{WRAPPER}/x/?http://image.woshipm.com/a.jpg"',
     f'src="{MIRROR}/?http://image.woshipm.com/a.jpg"'),
    ("wrapped and escaped", f"src='{WRAPPER}/?http%3A%2F%2Fimage.woshipm.com%2Fa.jpg'",
     f"src='{MIRROR}/?http%3A%2F%2Fimage.woshipm.com%2Fa.jpg'"),
    ("without a scheme", 'src="//image.woshipm.com/a.jpg"',
     f'src="{MIRROR}/?https://image.woshipm.com/a.jpg"'),
    ("any depth below a domain", 'src="https://p3.tos.byteimg.com/a~b.image"',
     f'src="{MIRROR}/?https://p3.tos.byteimg.com/a~b.image"'),
    ("two in a srcset", 'srcset="http://image.woshipm.com/a 1x, //image.woshipm.com/b 2x"',
     f'srcset="{MIRROR}/?http://image.woshipm.com/a 1x, {MIRROR}/?https://image.woshipm.com/b 2x"'),
    ("a style", 'style="background:url(&quot;http://image.woshipm.com/a.jpg&quot;)"',
     f'style="background:url(&quot;{MIRROR}/?http://image.woshipm.com/a.jpg&quot;)"'),
    ("an avatar, unquoted", "data-avatar=http://image.woshipm.com/a",
     f"data-avatar={MIRROR}/?http://image.woshipm.com/a"),
    ("the mirror's own", f'src="{MIRROR}/thumbnail/?http://image.woshipm.com/a.jpg"', None),
    ("within another's", 'src="https://wsrv.nl/?url=http://image.woshipm.com/a.jpg"', None),
    ("another host", 'src="http://other.example/a.jpg"', None),
    ("a host that ends alike", 'src="http://not-image.woshipm.com/a.jpg"', None),
    ("a host that begins alike", 'src="http://image.woshipm.com.evil.example/a.jpg"', None),
    ("a domain's apex", 'src="http://byteimg.com/a.jpg"', None),
    ("no attribute of pictures", 'title="http://image.woshipm.com/a.jpg"', None),
)  # fmt: skip
LINKS = (
    ("a link to a picture", "http://image.woshipm.com/a.jpg!custom",
     f"{MIRROR}/?http://image.woshipm.com/a.jpg!custom"),
    ("a link to a page", "http://image.woshipm.com/a.html", None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stage:
    """A mirrored post and a service that has its pictures; their publisher is gone."""

    folder: Path
    post: Path
    house: House


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    modules()
    post = await mirror_sample(tmp_path, BARE, LINES)
    async with serving(settings_for(tmp_path / "cache", 9)) as house:
        yield Stage(tmp_path, post, house)


async def seen(site: Path) -> list[tuple[str, int, int]]:
    """Return what a browser shows of the post: each picture's address, and its size once loaded."""
    complaints: list[str] = []
    with web_server(site / "public") as blog:
        async with browsers.async_playwright() as drivers:
            browser = await drivers.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = await browser.new_page()
            page.on("console", lambda line: complaints.append(line.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(f"{blog}/tea/", wait_until="load", timeout=30_000)
            found = await page.evaluate(SHOWN)
            await browser.close()
    assert complaints == []
    return [(address.replace(blog, ""), width, height) for address, width, height in found]


def check(found: list[tuple[str, int, int]], beginning: str) -> None:
    """Assert that every picture of the post loaded from there, presets in their sizes."""
    assert [one for one in found if not one[0].startswith(beginning)] == []
    assert [one for one in found if not one[1]] == []
    (_, *headimg), (_, *thumbnail), *body = found
    assert (headimg, thumbnail) == ([900, 420], [400, 300])
    assert len(body) == len(PICTURES) + len(BARE)


async def test_a_post_rewritten_to_the_service(stage: Stage) -> None:
    assert await run(stage.folder, rewrite, [str(stage.post)], to=stage.house.base) == 0
    site = make_site(stage.folder / "site", stage.post)
    page = await asyncio.to_thread(generate, site)
    assert WRAPPER not in page
    check(await seen(site), f"{stage.house.base}/")


async def test_a_post_rewritten_to_an_export_needs_no_service(stage: Stage) -> None:
    stage.house.stop.set()
    site = stage.folder / "site"
    posts = [str(stage.post)]
    assert await run(stage.folder, export, site / "source" / "images", *posts) == 0
    assert await run(stage.folder, rewrite, posts, to="static:/images") == 0
    make_site(site, stage.post)
    await asyncio.to_thread(generate, site)
    check(await seen(site), f"/images/{HOST}/")


async def test_a_post_through_the_filter(stage: Stage) -> None:
    options = OPTIONS.format(stage.house.base)
    site = make_site(stage.folder / "site", stage.post, options=options, filtered=True)
    page = await asyncio.to_thread(generate, site)
    assert "&quot;http://image.woshipm.com/code.png" in page, "what is no tag stays as it is"
    found = await seen(site)
    check(found, f"{stage.house.base}/")
    assert found[0][0].startswith(f"{stage.house.base}/headimg/?http://")
    assert found[1][0].startswith(f"{stage.house.base}/thumbnail/?http://")


def test_the_filter_knows_every_form(tmp_path: Path) -> None:
    modules()
    post = tmp_path / "post.md"
    tags = [f"<img {html}>" for _, html, _ in FORMS] + [
        f'<a href="{url}">x</a>' for _, url, _ in LINKS
    ]
    post.write_text("---\ntitle: x\n---\n<div>\n" + "\n".join(tags) + "\n</div>\n")
    site = make_site(tmp_path / "site", post, options=OPTIONS.format(f"{MIRROR}/"), filtered=True)
    page = generate(site)
    for sentence, written, wanted in FORMS:
        assert f"<img {wanted or written}>" in page, sentence
    for sentence, written, wanted in LINKS:
        assert f'href="{wanted or written}"' in page, sentence
    assert generate(site) == page


def test_without_options_nothing_is_changed(tmp_path: Path) -> None:
    modules()
    post = tmp_path / "post.md"
    post.write_text(f"---\ntitle: x\nheadimg: {MIRROR}/a.jpg\n---\n{LINES}")
    plain = generate(make_site(tmp_path / "plain", post))
    assert generate(make_site(tmp_path / "site", post, filtered=True)) == plain
