"""Twin of proxy/mirror/scan/plain.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from proxy.mirror.scan import front_matter, plain

_LINES = (
    "key: value",
    "key: 'quoted, with: colon'",
    'key: "http://h/a?b#c"',
    "date: Thu, 24 Feb 2022 00:00:00 GMT",
    "date: 2021-10-28 14:08:07",
    "key:",
    "list:",
    "- item",
    " - item",
    "   - 'item'",
    "- a: b",
    "  more",
    "key: a: b",
    "key: [a, b]",
    "key: a #b",
    "key: 'a' # b",
    "key: &a b",
    "key: *a",
    "key: |",
    "key: 'it''s'",
    "# comment",
    "",
    "key : x",
    "key: x:",
    "...",
    "a-b_c: http://h/a.png",
    "\tkey: x",
    "key: a\tb",
    "key:\tx",
)


@pytest.mark.parametrize(
    ("text", "scalars"),
    [
        pytest.param("a: http://h/x\n", [("a", "http://h/x")], id="plain"),
        pytest.param(
            "a: 'http://h/x'  \r\nb: \"c\"", [("a", "http://h/x"), ("b", "c")], id="quoted"
        ),
        pytest.param("a:\n  - b\n  - 'c'\nd: e", [("a", "b"), ("a", "c"), ("d", "e")], id="a list"),
        pytest.param("a:\n# c\n\nb: ''", [("b", "")], id="nothing, a comment, nothing"),
    ],
)
def test_what_is_surely_read(text: str, scalars: list[tuple[str, str]]) -> None:
    read, sure = plain.read(text, 0, len(text))
    assert sure
    assert [(one.keys[0], text[one.start : one.end]) for one in read] == scalars


@given(lines=st.lists(st.sampled_from(_LINES), max_size=8))
def test_where_it_is_sure_yaml_says_the_same(lines: list[str]) -> None:
    text = "\n".join(lines)
    read, sure = plain.read(text, 0, len(text))
    if not sure:
        return
    try:
        root = YAML(typ="rt", pure=True).compose(text)
    except YAMLError as exc:
        pytest.fail(f"no YAML at all: {exc}")
    theirs = list(front_matter._scalars(root, (), text, 0)) if root else []
    assert [one for one in read if one.value] == theirs


@pytest.mark.parametrize(
    "line", ["a: b: c", "a: [b]", "  b", "a: |", "- a", "a: 'it''s'", "a: b #c"]
)
def test_where_more_could_be_meant_it_is_not_sure(line: str) -> None:
    assert not plain.read(line, 0, len(line))[1]
