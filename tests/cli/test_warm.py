"""``warm`` keeps and does not pin; the rest is ``fetching``'s."""

from pathlib import Path

import pytest

from proxy.cli.warm import warm


def test_nothing_to_fetch_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    post, file = tmp_path / "post.md", tmp_path / "config.toml"
    post.write_text("no pictures")
    file.write_text(f'[cache]\ndir = "{tmp_path / "cache"}"\n')
    assert warm(str(post), config=file) == 0
    assert capsys.readouterr().out == "0 sources in 1 document: nothing to do\n"
