"""``export``: exit codes, what a person reads and what a machine reads."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from proxy.cli.export import export
from proxy.errors import SettingsError
from tests.fakes.pictures import quadrants, saved
from tests.mirror.stock import opened, stock

A, B = "http://image.woshipm.com/a.jpg", "http://image.woshipm.com/b.png"
POST = f"""---
thumbnail: '{A}'
---
<img src="https://cors.zfour.workers.dev/?{B}">
"""


@pytest.fixture
async def desk(tmp_path: Path) -> Path:
    """Give a folder with settings, a post, and its pictures in a cache, one pinned."""
    cache = tmp_path / "cache"
    (tmp_path / "config.toml").write_text(f'[cache]\ndir = "{cache}"\n')
    (tmp_path / "post.md").write_text(POST)
    async with opened(cache) as store:
        await stock(store, A, saved(quadrants(400, 300), "JPEG"))
        await stock(store, B, saved(quadrants(), "PNG"), pinned=False)
    return tmp_path


async def run(desk: Path, *posts: str, **options: Any) -> int:  # noqa: ANN401  # the command's own
    """Run the command, which has a loop of its own, beside this one."""
    config = desk / "config.toml"
    return await asyncio.to_thread(partial(export, desk / "tree", *posts, config=config, **options))


async def test_all_that_is_pinned(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(desk) == 0
    said = capsys.readouterr()
    tree = desk / "tree"
    assert said.out == f"{tree}: 1 source, 2 files: 2 written, 0 as they were\n"
    assert said.err == ""
    # The original has the thumbnail's size and stands in for it.
    assert (tree / "image.woshipm.com/a.jpg.thumbnail.jpg").exists()


async def test_what_posts_show_as_json(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(desk, str(desk / "post.md"), as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "dir": str(desk / "tree"),
        "sources": 2,
        "written": 3,
        "unchanged": 0,
        "removed": 0,
        "left": 0,
        "missing": [],
        "without_source": [],
        "complaints": [],
    }
    assert await run(desk, prune=True, as_json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["unchanged"], said["removed"]) == (2, 1)


async def test_what_is_missing_is_named_and_exit_code_1(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "post.md").write_text(f'<img src="{A}x"><img src="C:\\a.png">')
    assert await run(desk, str(desk / "post.md"), str(desk / "none.md")) == 1
    said = capsys.readouterr()
    assert said.out == f"{desk / 'tree'}: 1 source, 0 files: 0 written, 0 as they were\n"
    missing, local, unread = said.err.splitlines()
    assert missing == f"{A}x: original: nothing is kept of it"
    assert local.startswith(f"{desk / 'post.md'}:1:")
    assert unread == f"{desk / 'none.md'}: No such file or directory"


async def test_nothing_to_export_is_exit_code_1(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk / "post.md").write_text("no picture")
    assert await run(desk, str(desk / "post.md")) == 1
    assert "the posts show no pictures" in capsys.readouterr().err
    (desk / "config.toml").write_text(f'[cache]\ndir = "{desk / "empty"}"\n')
    assert await run(desk) == 1
    assert "nothing was ever kept" in capsys.readouterr().err
    (desk / "empty").mkdir()
    assert await run(desk) == 1
    assert "nothing is pinned" in capsys.readouterr().err


async def test_wrong_use_says_what_would_be_right(desk: Path) -> None:
    with pytest.raises(SettingsError, match="--formats: name one or more of avif, webp, jpeg"):
        await run(desk, formats=())
    (desk / "tree").write_text("a file")
    with pytest.raises(SettingsError, match=r"DIR: .*tree"):
        await run(desk)
