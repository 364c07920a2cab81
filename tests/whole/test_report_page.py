"""The report's page in a browser: asks for nothing, complains of nothing, obeys nobody's text."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from proxy.cli.page import render
from proxy.mirror.causes import Cause
from proxy.mirror.report import Report
from tests.cli.test_page import GONE, GOOD, HOSTILE, SMALL, of, reference
from tests.whole.test_demo_page import CHROMIUM, FLAGS

browsers = pytest.importorskip("playwright.async_api", reason="playwright is not installed")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"{CHROMIUM} is not installed"),
]
SHOWN = "[...document.querySelectorAll('tr.finding')].filter(r => r.checkVisibility()).length"
WIDE = "document.documentElement.scrollWidth > innerWidth"
LOADED = "[...document.images].map(one => one.complete && one.naturalWidth)"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@dataclass(slots=True)
class Seen:
    """What a browser made of a page."""

    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    backgrounds: list[str] = field(default_factory=list)


def hostile() -> Report:
    """Return a report in which every text is an attack, and one reference is not."""
    lost = [
        reference(None, written=text, address="//", where=text, problem=text) for text in HOSTILE
    ]
    return of(GOOD, GONE, name="".join(HOSTILE), more=tuple(lost))


async def test_the_page_in_light_in_dark_and_on_a_phone(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_bytes(render(hostile(), {GOOD.source: SMALL}).encode())
    seen = Seen()
    async with browsers.async_playwright() as drivers:
        browser = await drivers.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name, width, scheme in (
            ("light", 1200, "light"),
            ("dark", 1200, "dark"),
            ("phone", 390, "light"),
        ):
            page = await browser.new_page(
                viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            page.on("console", lambda line: seen.complaints.append(line.text))
            page.on("pageerror", lambda error: seen.complaints.append(str(error)))
            page.on("dialog", lambda dialog: seen.complaints.append(dialog.message))
            page.on("request", lambda request: seen.asked.append(request.url))
            await page.goto(file.as_uri())
            assert await page.evaluate(LOADED) == [64]
            assert not await page.evaluate(WIDE)
            assert await page.evaluate(SHOWN) == 1 + len(HOSTILE)
            await page.check(f"#c-{Cause.GONE.value}", force=True)
            assert await page.evaluate(SHOWN) == 1
            await page.check("#c-all", force=True)
            seen.backgrounds.append(await page.evaluate(BACKGROUND))
            if shelf := os.environ.get("SCREENSHOTS"):
                await page.screenshot(path=Path(shelf) / f"report-{name}.png", full_page=True)
        await browser.close()
    assert seen.complaints == []
    assert {url for url in seen.asked if not url.startswith("data:")} == {file.as_uri()}
    light, dark, phone = seen.backgrounds
    assert light == phone != dark
