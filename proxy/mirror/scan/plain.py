"""Front matter as nearly all of it is written, line by line: ``key: value`` and lists of scalars.

Quick, and sure of itself: where a line could mean anything else in YAML it says so, and ``ruamel``
is asked. Where YAML finds no meaning either, what was read here is what can be found.
"""

import re
from dataclasses import dataclass

_LINE = re.compile(r"([^\n]*)(?:\n|\Z)")
_KEY = re.compile(r"(?P<key>[A-Za-z_][\w-]*):(?:[ ]+(?P<value>\S.*)|[ ]*)", re.ASCII)
_ITEM = re.compile(r"(?P<dent>[ ]*)-[ ]+(?P<value>\S.*)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"\\]*\"")
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")  # YAML 1.2 §5.3: what no plain scalar begins with


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A value in front matter, and the keys that lead to it; the span is without its quotes."""

    keys: tuple[str, ...]
    start: int
    end: int
    value: str


@dataclass(slots=True)
class _Lines:
    """What was read, and of which key a list is open."""

    scalars: list[Scalar]
    sure: bool = True
    key: str = ""
    dent: str | None = None


def read(text: str, start: int, end: int) -> tuple[list[Scalar], bool]:
    """Return the scalars of ``text[start:end]``, and whether that is surely all YAML would say."""
    state = _Lines([])
    for line in _LINE.finditer(text, start, end):
        written = line[1].rstrip(" \r")
        if not written.lstrip(" ").startswith("#") and written:
            _read(written, line.start(), state)
    return state.scalars, state.sure


def _read(line: str, start: int, state: _Lines) -> None:
    entry = _KEY.fullmatch(line)
    if entry:
        state.key, state.dent = ("", None) if entry["value"] else (entry["key"], None)
        key = entry["key"]
    else:
        entry = _ITEM.fullmatch(line)
        if not entry or not state.key or state.dent not in {None, entry["dent"]}:
            state.sure, state.key = False, ""
            return
        key, state.dent = state.key, entry["dent"]
    if entry["value"]:
        _add(entry["value"], start + entry.start("value"), key, state)


def _add(value: str, start: int, key: str, state: _Lines) -> None:
    end = start + len(value)
    if _QUOTED.fullmatch(value):
        start, end, value = start + 1, end - 1, value[1:-1]
    elif (
        value[0] in _INDICATORS
        or ": " in value
        or " #" in value
        or "\t" in value
        or value.endswith(":")
    ):
        state.sure = False
        if value[0] in _INDICATORS:
            return
    state.scalars.append(Scalar(keys=(key,), start=start, end=end, value=value))
