"""The house keeps its own rules; import-linter keeps the floors, this keeps the rooms."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE, TESTS = ROOT / "proxy", ROOT / "tests"
FREE = {"house", "whole"}  # test folders that mirror no module
MAX_LINES = 400
MAX_FUNCTION_LINES = 60
MODULES = [p for p in sorted(CODE.rglob("*.py")) if not p.name.startswith("__")]


def mirror(module: Path) -> Path:
    """Where the test of a module lives: proxy/cache/keys.py -> tests/cache/test_keys.py."""
    inside = module.relative_to(CODE)
    return TESTS / inside.parent / f"test_{inside.name}"


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(CODE)))
def test_module(module: Path) -> None:
    text = module.read_text()
    tree = ast.parse(text)
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert ast.get_docstring(tree), "say in a sentence what lives here"
    assert len(text.splitlines()) <= MAX_LINES, "two concepts share this file; part them"
    assert mirror(module).exists() or not functions, f"write {mirror(module).relative_to(ROOT)}"
    for function in functions:
        lines = (function.end_lineno or 0) - function.lineno + 1
        assert lines <= MAX_FUNCTION_LINES, f"{function.name} has two jobs; part it"


def test_every_test_has_its_module() -> None:
    mirrored = {mirror(m) for m in MODULES}
    found = {p for p in TESTS.rglob("test_*.py") if p.relative_to(TESTS).parts[0] not in FREE}
    assert found <= mirrored
