"""A file is written whole or not at all."""

from pathlib import Path

import pytest

from proxy.cli.written import write
from proxy.errors import SettingsError


def test_a_text_replaces_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    for text in ("one", "中 \udcff"):
        write(file, text, "--manifest")
    assert file.read_bytes() == "中 \\udcff".encode()
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("place", ["none/a.json", ""], ids=["no such folder", "a folder"])
def test_where_it_cannot_be_written_the_option_is_named(tmp_path: Path, place: str) -> None:
    with pytest.raises(SettingsError, match=r"--html: .*: \w+"):
        write(tmp_path / place, "text", "--html")
    assert list(tmp_path.iterdir()) == []
