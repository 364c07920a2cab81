"""Attempts on disk: they come back after any death, and only one run writes them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.errors import StoreUnavailable
from proxy.mirror.ledger import Attempt, Ledger, path_of, writing
from proxy.settings import Cache

GONE = Attempt(source="http://h/a", at=100.0, status=404, problem="origin-status", until=200.0)
SOURCES = st.text(st.characters(codec="ascii", min_codepoint=0x21), min_size=1)
ATTEMPTS = st.builds(
    Attempt,
    source=SOURCES,
    at=st.floats(0, 1e10),
    status=st.integers(100, 599),
    problem=st.text(),
    because=st.text(st.characters()),  # lone surrogates too: an origin's bytes
    until=st.floats(0, 1e10),
    presets=st.lists(st.text(), max_size=3).map(tuple),
)


@given(st.lists(ATTEMPTS))
def test_what_was_noted_comes_back_the_last_of_each_source(attempts: list[Attempt]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "deep" / "ledger.jsonl"
        with writing(path) as ledger:
            for attempt in attempts:
                ledger.note(attempt)
        read = Ledger.read(path)
    for attempt in {attempt.source: attempt for attempt in attempts}.values():
        assert ledger.last(attempt.source) == read.last(attempt.source) == attempt
    assert read.last("\n") is None


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        pytest.param(100.0, True, id="at once"),
        pytest.param(199.9, True, id="until then"),
        pytest.param(200.0, False, id="not from then on"),
        pytest.param(99.0, False, id="the clock was set back"),
    ],
)
def test_how_long_a_source_is_left_alone(now: float, *, holds: bool) -> None:
    assert GONE.holds(now) is holds


def test_an_attempt_tells_what_was_answered() -> None:
    assert (GONE.answer.status, GONE.answer.problem, GONE.answer.good) == (
        404,
        "origin-status",
        False,
    )


@given(cut=st.integers(0, 200), more=st.binary(max_size=40))
def test_a_torn_last_line_loses_no_other(cut: int, more: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        for source in ("http://h/a", "http://h/b"):
            with writing(path) as ledger:
                ledger.note(Attempt(source=source, at=1.0, status=200))
        first, second = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(first + second[: min(cut, len(second) - 2)] + more.replace(b"\n", b""))
        with writing(path) as ledger:
            assert ledger.last("http://h/a") is not None
            ledger.note(GONE)
        assert Ledger.read(path).last(GONE.source) == GONE


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        b'{"source": 1, "at": 1, "status": 1}',
        b'{"source": "s", "at": "1", "status": 1}',
        b'{"source": "s", "at": 1, "status": 1, "presets": 3}',
        b'{"source": "s", "at": 1, "status": 1, "presets": [3]}',
        b'{"source": "s", "at": 1, "status": 1, "from": "another release"}',
    ],
)
def test_a_line_that_is_no_attempt_is_passed_over(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "ledger.jsonl"
    with writing(path) as ledger:
        ledger.note(GONE)
    path.write_bytes(line + b"\n" + path.read_bytes())
    read = Ledger.read(path)
    assert read.last(GONE.source) == GONE
    assert read.last("s") is None


def test_there_is_one_writer_and_whoever_reads_may(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with writing(path) as ledger:
        ledger.note(GONE)
        with pytest.raises(StoreUnavailable, match="another run"), writing(path):
            pass
        assert Ledger.read(path).last(GONE.source) == GONE
    with writing(path) as ledger:
        assert ledger.last(GONE.source) == GONE


def test_a_ledger_that_is_not_there_is_empty_and_is_not_made_by_looking(tmp_path: Path) -> None:
    path = tmp_path / "none" / "ledger.jsonl"
    assert Ledger.read(path).last("http://h/a") is None
    assert not path.parent.exists()


def test_a_ledger_that_cannot_be_used_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "ledger.jsonl"
    with pytest.raises(StoreUnavailable, match=r"ledger\.jsonl"), writing(path):
        pass
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(StoreUnavailable, match=r"folder\.jsonl"):
        Ledger.read(tmp_path / "folder.jsonl")


def test_a_full_disk_ends_the_run() -> None:
    with Path("/dev/full").open("r+b", buffering=0) as full:
        ledger = Ledger({}, full.fileno())
        with pytest.raises(StoreUnavailable, match="No space"):
            ledger.note(GONE)


def test_what_is_outdated_goes_once_it_is_most_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with writing(path) as ledger:
        for number in range(1200):
            ledger.note(Attempt(source=f"http://h/{number % 2}", at=float(number), status=404))
    with writing(path) as ledger:
        assert len(path.read_bytes().splitlines()) == 2
        ledger.note(GONE)
    assert [json.loads(line)["at"] for line in path.read_bytes().splitlines()] == [1198, 1199, 100]


def test_where_the_ledger_of_a_store_lies(tmp_path: Path) -> None:
    assert path_of(Cache(dir=str(tmp_path))) == tmp_path / "mirror" / "ledger.jsonl"
    assert path_of(Cache(dir="~/x")) == Path("~/x").expanduser() / "mirror" / "ledger.jsonl"
