"""``rewrite``: exit codes, what a person reads and what a machine reads."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from proxy.cli.rewrite import rewrite
from proxy.errors import SettingsError
from tests.fakes.pictures import quadrants, saved
from tests.mirror.stock import opened, stock

A, B = "http://image.woshipm.com/a.jpg", "http://image.woshipm.com/b"
POST = f"""---
thumbnail: '{A}'
---
<img src="https://cors.zfour.workers.dev/?{B}" width="32">
"""
HERE = "https://img.example"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with settings and a post; it is the working directory."""
    monkeypatch.chdir(tmp_path)
    Path("config.toml").write_text('[cache]\ndir = "cache"\n[presets.small]\nwidth = 16\n')
    Path("post.md").write_text(POST)
    return tmp_path


def run(*places: str, **options: Any) -> int:  # noqa: ANN401  # the command's own
    """Run the command."""
    return rewrite(list(places), **options)


async def fill(cache: Path) -> None:
    """Keep both pictures."""
    async with opened(cache) as store:
        await stock(store, A, saved(quadrants(800, 600), "JPEG"))
        await stock(store, B, saved(quadrants(64, 48), "PNG"))


def test_there_and_back(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("post.md", to=HERE) == 0
    assert capsys.readouterr() == ("rewritten: 2 edits in 1 file\n", "")
    assert f'src="{HERE}/?{B}"' in Path("post.md").read_text()
    assert json.loads((desk / ".image-proxy/rewrite.json").read_text())["sources"] == {
        A: {"posts": ["post.md"]},
        B: {"posts": ["post.md"]},
    }
    assert not Path("cache").exists()
    assert run(".", to=HERE) == 0
    assert capsys.readouterr().out == "rewritten: 0 edits in 0 files\n"
    assert run(".", undo=True) == 0
    assert capsys.readouterr() == ("undone: 2 edits in 1 file\n", "")
    assert Path("post.md").read_text() == POST


def test_a_dry_run_shows_the_difference(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("post.md", to=HERE, dry_run=True) == 0
    said = capsys.readouterr()
    assert f"-thumbnail: '{A}'\n+thumbnail: '{HERE}/thumbnail/?{A}'\n" in said.out
    assert said.err == "would be rewritten: 2 edits in 1 file\n"
    assert {path.name for path in desk.iterdir()} == {"config.toml", "post.md"}


@pytest.mark.usefixtures("desk")
def test_what_is_left_and_refused_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("post.md", to="static:/images") == 1
    said = capsys.readouterr()
    assert said.out == "rewritten: 0 edits in 0 files\n"
    why = "it is not kept, so the export does not have it"
    assert said.err.splitlines() == [
        f"post.md:2:13: {A}: {why}",
        f"post.md:4:11: https://cors.zfour.workers.dev/?{B}: {why}",
    ]
    assert run("post.md", to=HERE) == 0
    Path("post.md").write_text("gone")
    capsys.readouterr()
    assert run("post.md", undo=True, as_json=True) == 1
    said = capsys.readouterr()
    (file,) = json.loads(said.out)["files"]
    assert "has changed since" in file["refused"]
    assert said.err.startswith("post.md: it has changed since")


@pytest.mark.usefixtures("desk")
def test_hosts_that_the_service_refuses_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("post.md").write_text(
        "![](http://b.example/a) ![](http://b.example/b) ![](http://c.example:8/)"
    )
    assert run("post.md", to=HERE, as_json=True) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["edits"] == 3
    assert said.err.endswith("[access] hosts names them: b.example, c.example:8\n")


@pytest.mark.slow
def test_what_is_kept_tells_places_and_upgrades(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(fill(desk / "cache"))
    every = {"dimensions": True, "lazy": True, "placeholder": True, "srcset": "small"}
    assert run("post.md", to="static:/images", **every) == 0
    capsys.readouterr()
    front, tag = Path("post.md").read_text().splitlines()[1::2]
    assert front == "thumbnail: '/images/image.woshipm.com/a.jpg.thumbnail.jpg'"
    assert tag.startswith('<img src="/images/image.woshipm.com/b')
    for said in (
        ' height="24"',
        " 16w, /images/image.woshipm.com/b~",
        ' sizes="(max-width: 32px) 100vw, 32px"',
        ' loading="lazy" decoding="async"',
        ' style="background:#',
        '" width="32">',
    ):
        assert said in tag
    written = Path("post.md").read_bytes()
    assert run("post.md", to="static:/images", **every) == 0
    assert Path("post.md").read_bytes() == written
    assert run("post.md", to=HERE) == 0
    assert Path("post.md").read_text() == POST.replace(
        f"'{A}'", f"'{HERE}/thumbnail/?{A}'"
    ).replace("https://cors.zfour.workers.dev", HERE)
    assert run("post.md", undo=True) == 0
    assert Path("post.md").read_text() == POST


@pytest.mark.parametrize(
    ("places", "options", "said"),
    [
        (["post.md"], {}, "give --to, or --undo"),
        (["post.md"], {"to": HERE, "undo": True}, "give --to, or --undo"),
        (["none.md"], {"to": HERE}, "'none.md' is no file and no folder"),
        (["https://blog.example/"], {"to": HERE}, "is not on this disk"),
        (["-"], {"to": HERE}, "is not on this disk"),
        (["post.md"], {"to": "img.example"}, "is no address of a service"),
        (["post.md"], {"to": HERE, "srcset": "480"}, r"add \[presets.w480\] with width = 480"),
    ],
)
def test_a_wrong_use_says_what_would_be_right(
    desk: Path, places: list[str], options: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingsError, match=said):
        run(*places, **options)
    assert {path.name for path in desk.iterdir()} == {"config.toml", "post.md"}


def test_a_preset_that_there_is_not_is_a_mistake(desk: Path) -> None:
    config = desk / "config.toml"
    config.write_text('[mirror.presets]\nbody = ["w480"]\n')
    with pytest.raises(
        SettingsError, match=r"mirror.presets: 'w480' is no preset; there are thumb"
    ):
        run("post.md", to=HERE)
