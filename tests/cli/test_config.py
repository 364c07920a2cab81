"""``config check``: every mistake at once, by its key; nothing to say where there is none."""

import os
from pathlib import Path

import pytest

from proxy.cli.config import check


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but the test's."""
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("IMAGE_PROXY_"):
            monkeypatch.delenv(name)


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text)
    return file


def test_good_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(config=written(tmp_path, "[server]\nport = 80\n")) == 0
    said = capsys.readouterr()
    assert "the settings are good" in said.out
    assert said.err == ""


def test_no_file_at_all_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0
    assert capsys.readouterr().err == ""


def test_all_mistakes_are_named_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IMAGE_PROXY_CACHE__DISK", "lots")
    monkeypatch.setenv("IMAGE_PROXY_SERVR__PORT", "1")
    file = written(tmp_path, '[server]\nport = 99999\n[fetch]\nconnect = 3\n[log]\nlevl = "info"\n')
    assert check(config=file) == 2
    said = capsys.readouterr()
    assert said.out == ""
    *mistakes, last = said.err.splitlines()
    assert last == "5 to mend; nothing was started"
    assert len(mistakes) == 5
    for key in ("server.port", "fetch.connect", "log.levl", "cache.disk", "servr"):
        assert any(line.startswith(f"✗ {key}") for line in mistakes), key


def test_markup_and_brackets_in_a_value_are_shown_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(config=written(tmp_path, '[access]\nhosts = ["[red]x[/red]"]\n')) == 2
    assert "[red]x[/red]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "said"),
    [("[server\n", "settings.toml:1: not TOML"), ("", "the file cannot be read")],
)
def test_a_file_that_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    file = written(tmp_path, text) if text else tmp_path / "none.toml"
    assert check(config=file) == 2
    assert said in capsys.readouterr().err


def test_a_long_mistake_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 300
    assert check(config=written(tmp_path, f'[access]\nhosts = ["{long}!"]\n')) == 2
    assert any(long in line for line in capsys.readouterr().err.splitlines())


def test_a_manifest_that_cannot_be_read_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.json").write_text("{")
    text = '[access]\nposts = ["none.json", "broken.json"]\n'
    assert check(config=written(tmp_path, text)) == 2
    said = capsys.readouterr().err
    assert "access.posts: none.json: the file cannot be read: No such file" in said
    assert "access.posts: broken.json: no JSON" in said
