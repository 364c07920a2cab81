"""THREATS.md says what is so: every file and every test it names exists, and every row has both."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    line
    for line in (ROOT / "THREATS.md").read_text().splitlines()
    if line.startswith("| ") and line.count(" | ") == 2 and not line.startswith("| threat |")
]


@cache
def defined_in(path: str) -> frozenset[str]:
    """Return the names of the tests a file defines, in classes too."""
    tree = ast.parse((ROOT / path).read_text())
    found = (
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return frozenset(name for name in found if name.startswith("test_"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:].partition(" | ")[0])
def test_a_threat_has_a_defence_and_a_proof(row: str) -> None:
    _, stops, proof = row.strip("| ").split(" | ")
    files = re.findall(r"`(proxy/[^`]+)`", stops)
    proofs = re.findall(r"`(tests/[^`:]+)::([a-z0-9_]+)`", proof)
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert [f"{path}::{name}" for path, name in proofs if name not in defined_in(path)] == []
    assert files
    assert proofs


def test_every_other_file_it_names_exists() -> None:
    text = (ROOT / "THREATS.md").read_text()
    named = set(re.findall(r"`((?:proxy|tests)/[^`:]+\.py)", text))
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert len(ROWS) > 40
