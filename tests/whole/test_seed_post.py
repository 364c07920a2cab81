"""Every address of a real post, before a publisher with photographs and charts, and a restart."""

import re
import signal
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest
from PIL import Image
from yarl import URL

from proxy.demo.publisher import COUNTS, publisher, serve
from tests.fakes.program import Program, program
from tests.whole.conftest import SHARED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SHARED.exists(), reason="../shared (post and pictures) is absent"),
]

WRAPPER = "https://cors.zfour.workers.dev"
# One file for each of the post's names, in the order they appear: headimg first, avatar last.
FILES = (
    "jpeg/wp-extreme-desert-hike-1536x1024.jpg",
    "png/chart-bar.png",
    "png/log_manage_chart_cn.png",
    "png/consumer_reply.png",
    "png/avatar-astronaut-132.png",
)
PRESETS = {"": None, "thumbnail/": (400, 300), "headimg/": (900, 420)}
BROWSER = {"Accept": "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"}


def sources() -> list[str]:
    """Return the post's picture addresses, each once, unwrapped."""
    text = (SHARED / "seed" / "post.md").read_text()
    found = re.findall(r"http://image\.woshipm\.com/[^'\"> ]+", text)
    return list(dict.fromkeys(found))


def fitted(box: tuple[int, int], original: tuple[int, int]) -> tuple[int, int]:
    """Return the contract's size: the box shrinks in proportion until it fits the original."""
    share = min(1.0, original[0] / box[0], original[1] / box[1])
    return round(box[0] * share), round(box[1] * share)


async def shown(client: aiohttp.ClientSession, running: Program, target: str) -> Image.Image:
    url = URL(f"{running.base}/{target}", encoded=True)
    async with client.get(url, headers={**BROWSER, "Origin": "https://blog.example"}) as answer:
        body = await answer.read()
    assert answer.status == 200, body
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    picture = Image.open(BytesIO(body))
    assert answer.headers["Content-Type"] == Image.MIME[picture.format or ""]
    return picture


async def test_every_address_of_the_post(tmp_path: Path) -> None:
    names = sources()
    assert len(names) == len(FILES) == 5
    files = dict(zip(names, FILES, strict=True))
    pictures = {
        URL(name).path: (SHARED / "corpus" / file).read_bytes() for name, file in files.items()
    }
    app = publisher(pictures, cache_control="max-age=86400")
    answers = 0
    async with serve(app) as port, aiohttp.ClientSession() as client:
        for start in range(2):
            async with program(tmp_path / "cache", port) as running:
                for _ in range(2 - start):
                    for name in names:
                        original = Image.open(BytesIO(pictures[URL(name).path])).size
                        for path, box in PRESETS.items():
                            picture = await shown(client, running, f"{path}?{name}")
                            wanted = fitted(box, original) if box else original
                            assert picture.size == wanted, (path, name)
                            answers += 1
                    assert app[COUNTS].total == 5
                running.send(signal.SIGTERM)
                assert await running.ended() == 0
        async with client.get(f"http://127.0.0.1:{port}{URL(names[0]).path}") as bare:
            assert bare.status == 403, "the publisher refuses a foreign Referer"
    assert answers == 45
    print(f"\n{answers} answers of 15 addresses in 3 rounds, a restart between; 5 fetches")  # noqa: T201  # make prove shows it
