"""Who owns which drafts, and what becomes of a dead process's."""

import subprocess
import sys
from pathlib import Path

import pytest

from proxy.stores.directory import Directory, is_digest
from tests.stores.makers import files

DIES = """
import os, signal, sys
from pathlib import Path
from proxy.stores.directory import Directory
directory = Directory(Path(sys.argv[1]))
directory.prepare()
directory.draft().write_bytes(b"half")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_tree_is_private(tmp_path: Path) -> None:
    directory = Directory(tmp_path / "a" / "cache")
    directory.prepare()
    assert (tmp_path / "a" / "cache").stat().st_mode & 0o777 == 0o700
    assert directory.drafts.stat().st_mode & 0o777 == 0o700
    directory.leave()


@pytest.mark.slow
def test_the_drafts_of_a_killed_process_are_cleared_away(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], check=False)  # noqa: S603  # our own text
    assert len(files(tmp_path / "drafts")) == 1
    directory = Directory(tmp_path)
    directory.prepare()
    assert directory.living_owners() == [directory.owner]
    assert files(tmp_path / "drafts") == []
    directory.leave()


def test_the_drafts_of_a_living_process_stay(tmp_path: Path) -> None:
    first, second = Directory(tmp_path), Directory(tmp_path)
    first.prepare()
    second.prepare()
    first.draft().write_bytes(b"half")
    assert sorted(second.living_owners()) == sorted([first.owner, second.owner])
    assert len(files(tmp_path / "drafts")) == 1
    first.leave()
    assert second.living_owners() == [second.owner]
    second.leave()
    assert list((tmp_path / "drafts").iterdir()) == []


def test_a_lost_drafts_folder_is_made_again(tmp_path: Path) -> None:
    directory = Directory(tmp_path)
    directory.prepare()
    lost = directory.owner
    (directory.drafts / lost).rmdir()
    directory.prepare()
    assert directory.owner != lost
    directory.draft().write_bytes(b"")
    directory.leave()
    directory.leave()


def test_drafts_of_all_processes_have_names_of_their_own(tmp_path: Path) -> None:
    first, second = Directory(tmp_path), Directory(tmp_path)
    first.prepare()
    second.prepare()
    names = {directory.draft().name for directory in (first, second) for _ in range(3)}
    assert len(names) == 6
    first.leave()
    second.leave()


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        pytest.param("ab" * 32, True, id="sha256 in hex"),
        pytest.param("ab" * 31, False, id="too short"),
        pytest.param("../" + "ab" * 31, False, id="leads out of the directory"),
        pytest.param("ab" * 32 + "\n", False, id="a line end behind it"),
        pytest.param("AB" * 32, False, id="upper case"),
    ],
)
def test_only_a_digest_names_a_blob(text: str, verdict: bool) -> None:  # noqa: FBT001  # a table's column
    assert is_digest(text) is verdict
