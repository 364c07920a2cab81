"""Request lines: their keys and order, and that nobody but us begins one."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from math import inf
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.model.trace import Trace
from proxy.observe import logs
from proxy.observe.access import AccessLog, Said
from proxy.observe.logs import quoted
from proxy.observe.tally import Tally
from proxy.settings import Log

TRACE = Trace(
    request_id="0123456789abcdef",
    method="GET",
    target="/?http://image.woshipm.com/a.jpg",
    started=0.0,
    route="original",
    status=200,
    sent_bytes=1234,
    cache="hit",
    host="image.woshipm.com",
    client="203.0.113.9",
)
NOW = 1_796_069_194.25  # 2026-11-30T20:06:34.25Z
HOSTILE = [
    pytest.param("a\nb", id="a line feed"),
    pytest.param('a\r\n{"ts":"forged"}', id="a whole line"),
    pytest.param("a\x1b[2Jb", id="an escape sequence"),
    pytest.param("a\x9b2Jb", id="the eight-bit one"),
    pytest.param("a\x85b", id="NEL"),
    pytest.param("a\u2028b\u2029c", id="Unicode's line ends"),
    pytest.param("a\udcffb", id="a byte that was no UTF-8"),
    pytest.param("a\x00b", id="NUL"),
]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Put the root logger back."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)


def opened(form: str = "json", **more: object) -> tuple[AccessLog, StringIO]:
    settings, written = Log.model_validate({"format": form, **more}), StringIO()
    logs.configure(settings, written)
    return AccessLog(settings, Tally((inf,)), written), written


def lines(written: StringIO) -> list[str]:
    return written.getvalue().removesuffix("\n").split("\n") if written.getvalue() else []


def test_a_line_as_json() -> None:
    log, written = opened()
    log.answered(TRACE, 0.012345, NOW)
    line = json.loads(written.getvalue())
    assert list(line) == [
        *("ts", "level", "event", "request_id", "method", "target", "status", "bytes", "ms"),
        *("cache", "host", "client"),
    ]
    assert (line["ms"], line["bytes"], line["cache"]) == (12.35, 1234, "hit")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line["ts"])


def test_a_failed_requests_line_says_why() -> None:
    log, written = opened()
    log.answered(replace(TRACE, error="origin-timeout: 10 s"), 10.0, NOW)
    assert json.loads(written.getvalue())["error"] == "origin-timeout: 10 s"


def test_a_line_as_text_says_what_a_person_looks_for() -> None:
    log, written = opened("text")
    log.answered(TRACE, 0.001, NOW)
    (line,) = written.getvalue().splitlines()
    assert re.match(r"\d\d:\d\d:\d\d \[info ", line)
    assert f"{TRACE.status} {TRACE.method} {TRACE.target}" in line
    assert [word.partition("=")[0] for word in line.split() if "=" in word] == [
        *("cache", "ms", "bytes"),
    ]
    assert "\x1b" not in line, "no colours where nobody sees them"


def test_what_was_said_before_reads_as_if_it_were_said_anew() -> None:
    log, written = opened()
    log.answered(TRACE, 0.0005, NOW)
    log.again(Said.of(TRACE), quoted(TRACE.client), 0.0005, NOW)
    log.flush()
    first, again = map(json.loads, lines(written))
    assert list(first) == list(again)
    assert again["ts"] == "2026-11-30T20:06:34.250000Z"
    assert re.fullmatch("[0-9a-f]{16}", again["request_id"])
    for own in ("ts", "request_id"):
        del first[own], again[own]
    assert first == again


def test_no_two_lines_have_one_request_id() -> None:
    log, written = opened()
    for _ in range(300):
        log.again(Said.of(TRACE), '"x"', 0.0, NOW)
    log.flush()
    assert len({json.loads(line)["request_id"] for line in lines(written)}) == 300


def test_lines_stand_in_the_order_of_their_requests() -> None:
    log, written = opened()
    said = Said.of(TRACE)
    log.again(said, '"1"', 0.0, NOW)
    assert written.getvalue() == "", "written together, before long"
    log.answered(replace(TRACE, client="2"), 0.0, NOW)
    log.again(said, '"3"', 0.0, NOW)
    log.flush()
    assert [json.loads(line)["client"] for line in lines(written)] == ["1", "2", "3"]


def test_lines_of_text_stand_in_that_order_too() -> None:
    log, written = opened("text")
    log.again(Said.of(replace(TRACE, target="/1")), '"x"', 0.0, NOW)
    log.answered(replace(TRACE, target="/2"), 0.0, NOW)
    assert re.findall(r"GET (/\d)", written.getvalue()) == ["/1", "/2"]


def test_the_last_instant_of_a_second_is_no_seventh_digit() -> None:
    log, written = opened()
    log.again(Said.of(TRACE), '"x"', 0.0, 1_796_069_194.9999998)
    log.flush()
    assert json.loads(written.getvalue())["ts"] == "2026-11-30T20:06:34.999999Z"


class Pipe(StringIO):
    """A stream that remembers in which pieces it was written to."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def write(self, text: str) -> int:
        """Remember."""
        self.pieces.append(text)
        return len(text)


@pytest.mark.parametrize("target", ["/?" + "a" * 300, "/" + "茶" * 100, "/" + "茶" * 2048])
def test_a_flood_is_held_within_bounds_and_parted_between_lines(target: str) -> None:
    pipe = Pipe()
    log = AccessLog(Log(format="json"), Tally((inf,)), pipe)
    said = Said.of(replace(TRACE, target=target))
    for _ in range(400):
        log.again(said, '"x"', 0.0, NOW)
    assert pipe.pieces, "64 KiB are not waited for"
    log.flush()
    assert all(piece.endswith("}\n") for piece in pipe.pieces)
    assert all(len(piece.encode()) <= 4096 or piece.count("\n") == 1 for piece in pipe.pieces)
    assert sum(piece.count("\n") for piece in pipe.pieces) == 400


@pytest.mark.parametrize("more", [{"access": False}, {"level": "warning"}], ids=str)
@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_is_written_where_nothing_is_wanted(form: str, more: dict[str, object]) -> None:
    log, written = opened(form, **more)
    log.answered(TRACE, 0.0, NOW)
    log.again(Said.of(TRACE), '"x"', 0.0, NOW)
    log.flush()
    assert written.getvalue() == ""


def test_a_hit_is_a_line_of_text_on_a_terminal_too() -> None:
    log, written = opened("text")
    log.again(Said.of(TRACE), '"x"', 0.0, NOW)
    log.flush()
    assert f"200 GET {TRACE.target}" in written.getvalue()


def test_a_reader_of_the_log_that_left_ends_no_answer() -> None:
    stream = StringIO()
    log = AccessLog(Log(format="json"), Tally((inf,)), stream)
    stream.close()
    log.answered(TRACE, 0.0, NOW)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("text", HOSTILE)
def test_what_others_wrote_begins_no_line_and_moves_no_cursor(form: str, text: str) -> None:
    log, written = opened(form)
    trace = replace(TRACE, target=text, host=text, client=text, error=text)
    log.answered(trace, 0.0, NOW)
    log.again(Said.of(trace), quoted(text), 0.0, NOW)
    log.flush()
    found = lines(written)
    assert len(found) == 2
    assert all(line.isprintable() for line in found)
    if form == "json":
        first, again = map(json.loads, found)
        assert (first["target"], first["host"], first["client"], first["error"]) == (text,) * 4
        assert (again["target"], again["host"], again["client"]) == (text,) * 3


@given(st.text())
def test_every_text_is_one_line_of_json_and_comes_back(text: str) -> None:
    log, written = opened()
    log.answered(replace(TRACE, target=text), 0.0, NOW)
    assert len(written.getvalue().splitlines()) == 1
    assert json.loads(written.getvalue())["target"] == text[:2048]


def test_letters_of_any_script_stay_readable() -> None:
    for form in ("text", "json"):
        log, written = opened(form)
        log.answered(replace(TRACE, target="/茶园"), 0.0, NOW)
        assert "/茶园" in written.getvalue()


def test_a_long_target_is_cut() -> None:
    log, written = opened()
    log.answered(replace(TRACE, target="/?" + "a" * 16_000), 0.0, NOW)
    assert len(json.loads(written.getvalue())["target"]) == 2048


@pytest.mark.parametrize("more", [{}, {"access": False}], ids=["with lines", "without"])
def test_every_request_is_counted_once_its_line_is_due(more: dict[str, object]) -> None:
    settings, tally = Log.model_validate({"format": "json", **more}), Tally((inf,))
    log = AccessLog(settings, tally, StringIO())
    log.answered(TRACE, 0.5, NOW)
    for _ in range(3):
        log.again(Said.of(TRACE), '"x"', 0.25, NOW)
    log.flush()
    counted = tally.take()
    assert counted.requests == {("original", "200", "hit"): 4}
    assert counted.seconds == pytest.approx(1.25)


def test_a_file_takes_what_is_held_at_once(tmp_path: Path) -> None:
    settings = Log(format="json")
    with (tmp_path / "log").open("w", encoding="utf-8") as file:
        log = AccessLog(settings, Tally((inf,)), file)
        said = Said.of(replace(TRACE, target="/茶园"))
        for _ in range(50):
            log.again(said, '"x"', 0.0, NOW)
        log.flush()
        log.answered(TRACE, 0.0, NOW)
    found = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["target"] for line in found] == ["/茶园"] * 50 + [TRACE.target]
