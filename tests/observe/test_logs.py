"""Log lines: their keys and order, and that nobody but us begins one."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.observe import logs
from proxy.settings import Log

SECRET = "hunter2"  # noqa: S105  # what a traceback must not show


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Put the root logger back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


def configured(form: str, level: str = "info") -> StringIO:
    written = StringIO()
    logs.configure(Log.model_validate({"format": form, "level": level}), written)
    return written


class Terminal(StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("form", "stream", "as_json"),
    [
        pytest.param("auto", StringIO(), True, id="JSON into a file"),
        pytest.param("auto", Terminal(), False, id="text on a terminal"),
        pytest.param("json", Terminal(), True, id="JSON where it is asked for"),
        pytest.param("text", StringIO(), False, id="text where it is asked for"),
    ],
)
def test_the_format(form: str, stream: StringIO, *, as_json: bool) -> None:
    logs.configure(Log.model_validate({"format": form}), stream)
    logs.listening("http://127.0.0.1:8080/", 2)
    text = stream.getvalue()
    assert text.startswith("{") is as_json
    assert "http://127.0.0.1:8080/" in text


def test_a_stream_is_stderr_as_it_is_now(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = StringIO()
    monkeypatch.setattr(sys, "stderr", now)
    logs.configure(Log(format="json"))
    logs.listening("http://127.0.0.1:8080/", 1)
    assert json.loads(now.getvalue())["event"] == "listening"
    assert capsys.readouterr().err == ""


def test_configuring_again_does_not_write_twice() -> None:
    configured("json")
    written = configured("json")
    logs.listening("http://127.0.0.1:8080/", 1)
    assert len(written.getvalue().splitlines()) == 1


@pytest.mark.parametrize(
    ("level", "seen"),
    [("debug", 4), ("info", 3), ("warning", 2), ("error", 1)],
)
def test_the_level_holds_for_the_libraries_too(level: str, seen: int) -> None:
    written = configured("json", level)
    for name in ("debug", "info", "warning", "error"):
        getattr(logging.getLogger("aiohttp.server"), name)("said at %s", name)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert len(lines) == seen
    assert lines[-1]["event"] == "said at error"
    assert list(lines[-1])[:3] == ["ts", "level", "event"]


HOSTILE = [
    pytest.param("a\nb", id="a line feed"),
    pytest.param('a\r\n{"ts":"forged"}', id="a whole line"),
    pytest.param("a\x1b[2Jb", id="an escape sequence"),
    pytest.param("a\x9b2Jb", id="the eight-bit one"),
    pytest.param("a\x85b", id="NEL"),
    pytest.param("a\u2028b\u2029c", id="Unicode's line ends"),
    pytest.param("a\u202eb", id="right to left"),
    pytest.param("a\udcffb", id="a byte that was no UTF-8"),
    pytest.param("a\U000e0001b", id="an invisible tag"),
    pytest.param("a\x00b", id="NUL"),
]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("text", HOSTILE)
def test_what_others_wrote_begins_no_line_and_moves_no_cursor(form: str, text: str) -> None:
    written = configured(form)
    logging.getLogger("proxy.server").warning("%s", text)
    lines = written.getvalue().removesuffix("\n").split("\n")
    assert len(lines) == 1
    assert lines[0].isprintable()
    if form == "json":
        assert json.loads(lines[0])["event"] == text


@given(st.text())
def test_a_quoted_text_is_one_line_and_comes_back(text: str) -> None:
    assert logs.quoted(text).isprintable()
    assert json.loads(logs.quoted(text)) == text


def test_letters_of_any_script_stay_readable() -> None:
    for form in ("text", "json"):
        written = configured(form)
        logging.getLogger("proxy.server").warning("茶园")
        assert "茶园" in written.getvalue()


def failed(form: str) -> str:
    """Return what is written of an exception whose frame holds a secret."""
    written = configured(form)
    token = SECRET
    try:
        raise ValueError("first\n2026-11-22T12:00:00Z [info] forged\x1b[2J")  # noqa: TRY301  # its frame is looked at
    except ValueError:
        logging.getLogger("proxy.server").exception("a bug, with a token of %d letters", len(token))
    return written.getvalue()


def test_a_traceback_is_part_of_its_line_of_json() -> None:
    line = json.loads(failed("json"))
    assert line["level"] == "error"
    assert "ValueError: first" in line["exception"]


def test_a_traceback_as_text_has_nothing_at_the_margin() -> None:
    first, *rest = failed("text").removesuffix("\n").split("\n")
    assert "a bug" in first
    assert any("ValueError: first" in line for line in rest)
    assert all(line.startswith("  ") or not line for line in rest)
    assert all(line.isprintable() for line in rest)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_shows_no_locals(form: str) -> None:
    assert SECRET not in failed(form)
