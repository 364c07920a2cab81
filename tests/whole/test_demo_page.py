"""``image-proxy demo`` in a browser: every picture loads at its size, a canvas may read one back.

A blog's readers are browsers; this is what one makes of our answers, CORS and CORP included.
"""

import asyncio
import os
import re
import sys
from asyncio import StreamReader
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from proxy.demo.pictures import PICTURES, PORTRAIT

browsers = pytest.importorskip("playwright.async_api", reason="playwright is not installed")

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHOWN = """[...document.images].map((picture) => [picture.dataset.role || "body",
    picture.complete, picture.naturalWidth, picture.naturalHeight])"""
LISTED = """[...document.querySelectorAll("#pictures tr")].map(
    (row) => [...row.cells].map((cell) => cell.textContent))"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]


async def test_the_demo_page_shows_every_picture(tmp_path: Path) -> None:
    complaints: list[str] = []
    async with demo(tmp_path) as address, browsers.async_playwright() as drivers:
        browser = await drivers.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("console", lambda line: complaints.append(line.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(address, timeout=30_000)
        await page.wait_for_selector("body[data-table=done]", timeout=30_000)
        shown = await page.evaluate(SHOWN)
        listed = await page.evaluate(LISTED)
        cors = await page.get_attribute("body", "data-cors")
        if shelf := os.environ.get("SCREENSHOTS"):
            await page.screenshot(path=Path(shelf) / "demo.png", full_page=True)
        await browser.close()
    assert complaints == []
    assert sorted(shown) == sorted([*presets(), *originals()])
    assert cors == "ok"
    assert len(listed) == len(shown)
    assert {row[3] for row in listed if row[0] == "headimg"} == {"image/avif"}
    assert all(re.search(r"\bhit\b", row[5]) for row in listed), (
        "each was asked for the second time"
    )


def presets() -> list[list[object]]:
    """Return the pictures made at a preset's size: role, loaded, width and height."""
    thumbnails: list[list[object]] = [[role, True, 400, 300] for role in ("thumbnail", "read back")]
    return [["headimg", True, 900, 420], *thumbnails]


def originals() -> list[list[object]]:
    """Return the pictures shown as the publisher has them, in their own sizes."""
    rows: list[list[object]] = []
    for path, written in PICTURES.items():
        with Image.open(BytesIO(written)) as picture:
            rows.append(["avatar" if path == PORTRAIT else "body", True, *picture.size])
    return rows


@asynccontextmanager
async def demo(cache: Path) -> AsyncIterator[str]:
    """Run the demo as an operator does and give the address it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "proxy", "demo", "--port", "0"),
        stdout=PIPE,
        env={**os.environ, "IMAGE_PROXY_CACHE__DIR": str(cache)},
    )
    assert process.stdout
    try:
        async with asyncio.timeout(45):
            address = await printed_address(process.stdout)
        yield address
    finally:
        if process.returncode is None:
            process.terminate()
        async with asyncio.timeout(30):
            await process.communicate()


async def printed_address(lines: StreamReader) -> str:
    """Return the address of the line ``Open http://…``; fails where the output ends without."""
    seen = []
    async for line in lines:
        seen.append(line.decode())
        if found := re.search(r"Open (http://127\.0\.0\.1:\d+/)", seen[-1]):
            return found[1]
    pytest.fail(f"the demo ended without an address: {''.join(seen)}")
