"""``report``: lines, JSON, a page, and the exit code; nothing is made by looking."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from proxy.cache.keys import original_key
from proxy.cli.report import report
from proxy.dialects.address import parse_source
from proxy.errors import SettingsError
from proxy.mirror import ledger
from proxy.mirror.ledger import Attempt
from proxy.model.manifest import Manifest, write
from proxy.settings import Cache
from tests.stores.makers import body, entry, opened, put

KEPT = entry("o-a").source


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(f'[cache]\ndir = "{tmp_path / "cache"}"\n')
    return file


@pytest.fixture
def post(tmp_path: Path) -> Path:
    file = tmp_path / "post.md"
    file.write_text("![](http://image.woshipm.com/gone.jpg)\n\n<img src='C:/3.png'>")
    return file


def test_what_is_missing_is_told_with_its_place(
    post: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(str(post), config=config) == 1
    said = capsys.readouterr().out
    assert said.startswith("The picture is not in the mirror\n2 references in 1 of 1 post")
    assert f"✗ not asked   {post}:1:5  body  http://image.woshipm.com/gone.jpg\n" in said
    assert f"✗ local path  {post}:3:11" in said
    assert not (config.parent / "cache").exists()


def test_the_ledger_says_why(post: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = "http://image.woshipm.com/gone.jpg"
    path = ledger.path_of(Cache(dir=str(config.parent / "cache")))
    with ledger.writing(path) as attempts:
        attempts.note(
            Attempt(source=source, at=1.0, status=404, problem="origin-status", because="no")
        )
    assert report(str(post), as_json=True, config=config) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["causes"] == {"gone": 1, "local": 1}
    assert said["by_post"][0]["findings"][0]["because"] == "no"


def test_a_page_is_written_and_a_document_that_is_not_there_is_told(
    config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    assert report(str(tmp_path / "none.md"), html=page, config=config) == 1
    assert "none.md: No such file or directory" in capsys.readouterr().err
    assert "These posts show no publisher's pictures" in page.read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, r"--manifest: .*none\.json: No such file"),
        ("{", r"--manifest: .*none\.json: no JSON"),
    ],
    ids=("not there", "no manifest"),
)
def test_a_manifest_that_cannot_be_read_is_a_wrong_use(
    post: Path, config: Path, text: str | None, told: str
) -> None:
    file = post.with_name("none.json")
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingsError, match=told):
        report(str(post), against=file, config=config)


def test_what_is_kept_is_told_and_what_is_another_picture_by_now(
    post: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fill() -> None:
        async with opened(config.parent / "cache") as store:
            await put(store, "o-a", body(1))
            (kept,) = (await store.entries(prefix=KEPT)).entries
            await store.keep(replace(kept, key=original_key(parse_source(KEPT))))

    asyncio.run(fill())
    post.write_text(f"![]({KEPT})")
    file = post.with_name("manifest.json")
    file.write_text(write(Manifest(made_by="export", sources={KEPT: {"sha256": "0" * 64}})))
    assert report(str(post), against=file, config=config) == 0
    said = capsys.readouterr().out
    assert said.startswith("The picture is in the mirror\nNothing is missing in 1 post.\n")
    assert f"· changed  {post}:1:5  body  {KEPT}: sha256 " in said
