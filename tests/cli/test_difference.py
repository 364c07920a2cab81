"""Twin of proxy/cli/difference.py."""

import pytest

from proxy.cli import difference

BEFORE, AFTER = b"one\ntwo \xff\nthree\nfour\n", b"one\nTWO \xff\x1b[31m\nthree\nfour\n"


def test_a_difference_is_a_patch_of_lines() -> None:
    assert list(difference.lines("a.md", BEFORE, AFTER)) == [
        "--- a/a.md",
        "+++ b/a.md",
        "@@ -1,3 +1,3 @@",
        " one",
        "-two \\xff",
        "+TWO \\xff\x1b[31m",
        " three",
    ]
    assert list(difference.lines("a.md", BEFORE, BEFORE)) == []


def test_it_is_plain_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    difference.show("a.md", b"a\n", b"b\n")
    assert capsys.readouterr().out == "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,2 @@\n-a\n+b\n \n"


def test_it_is_coloured_on_a_terminal_that_obeys_nothing_of_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    difference.show("a.md", BEFORE, AFTER)
    said = capsys.readouterr().out
    assert "\x1b[32m+TWO \\\\xff\\x1b[31m\x1b[0m" in said.replace("\\xff", "\\\\xff")
    assert "\x1b[31m-two" in said
