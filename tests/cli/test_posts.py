"""The posts a command is pointed at: read in order, each complaint with its document."""

import io
import sys
from pathlib import Path

import pytest

from proxy.cli.posts import complain_of, is_lost, place_of, presets_by_role, read
from proxy.errors import SettingsError
from proxy.mirror.reference import Role
from proxy.settings import Mirror, Settings


async def test_documents_are_read_and_what_cannot_be_is_a_complaint(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("![](http://h/a.jpg)\n<img src='C:/3.png'><img src='data:,'>")
    (tmp_path / "b.md").write_bytes(b"\xff\xfe<\x00")
    gone = str(tmp_path / "none.md")
    found = await read((str(tmp_path), gone), Settings())
    names = [name.rpartition("/")[2] for name, _ in found.scanned]
    assert names == ["a.md", "b.md", "none.md"]
    assert [one.source for one in found.references()] == ["http://h/a.jpg", None, None]
    assert [one.written for one in found.lost()] == ["C:/3.png"]
    assert [is_lost(one) for one in found.references()] == [False, True, False]
    assert [complaint for _, complaint in found.complaints()] == [
        "the document is UTF-16, which is not read",
        "No such file or directory",
    ]


async def test_a_post_may_come_from_stdin_with_keys_of_the_operators(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = b"---\nPoster: http://h/a.jpg\nheadimg: http://h/b.jpg\n---\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    chosen = Settings(mirror=Mirror(keys={"Poster": "thumbnail"}))
    found = await read(("-",), chosen)
    assert [one.role for one in found.references()] == [Role.THUMBNAIL, Role.HEADIMG]


async def test_nothing_to_read_is_a_wrong_use() -> None:
    with pytest.raises(SettingsError, match="name at least one post"):
        await read((), Settings())


def test_presets_are_those_of_the_settings() -> None:
    chosen = Settings(mirror=Mirror(presets={"body": ("thumbnail",)}))
    wanted = presets_by_role(chosen)
    assert wanted[Role.BODY] == ("thumbnail",)
    assert wanted[Role.HEADIMG] == ("headimg",)


async def test_what_is_said_moves_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a\x1b[2J.md"
    file.write_text("![](http://h/a.jpg)")
    (one,) = (await read((str(file),), Settings())).references()
    assert place_of(one) == f"{tmp_path}/a\\x1b[2J.md:1:5"
    complain_of([("\x1b", "\x07")])
    assert capsys.readouterr().err == "\\x1b: \\x07\n"
