"""``mirror`` pins; the rest is ``fetching``'s, and the whole is in tests/whole/test_mirror.py."""

from pathlib import Path

import pytest

from proxy.cli.mirror import mirror


def test_a_source_the_rules_refuse_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    post, file = tmp_path / "post.md", tmp_path / "config.toml"
    post.write_text("![](http://evil.example/a.jpg)")
    file.write_text(f'[cache]\ndir = "{tmp_path / "cache"}"\n')
    assert mirror(str(post), config=file) == 1
    said = capsys.readouterr().out
    assert said.startswith("✗ not allowed  ")
    assert said.endswith("1 source in 1 document: 1 refused\n")
