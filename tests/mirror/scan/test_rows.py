"""Twin of proxy/mirror/scan/rows.py."""

import pytest

from proxy.mirror.scan.rows import Rows, matters


@pytest.mark.parametrize(
    ("text", "does"),
    [
        pytest.param("a <img", True, id="HTML"),
        pytest.param("![a][b]", True, id="an image"),
        pytest.param("[a]: b", True, id="a definition"),
        pytest.param("[a](b.png)", True, id="a link to a picture"),
        pytest.param("[a](b?c)", True, id="a link that may be wrapped"),
        pytest.param("[a](http://h/b)", False, id="a link to a page"),
        pytest.param("a.png and ](", True, id="not sure, so yes"),
        pytest.param("a.png", False, id="text"),
    ],
)
def test_matters(text: str, *, does: bool) -> None:
    assert matters(text) is does


def test_runs_of_paragraphs_become_one_letter() -> None:
    text = "head\n\n一\ntwo\n\n- list\n\nthree\n\nfour\n\n![x](y)\n\nfive"
    assert (
        Rows(text.replace("一", "\ue0e4"), 0).thinned()
        == "x\n\n\n\n\n- list\n\nx\n\n\n\n![x](y)\n\nx"
    )


@pytest.mark.parametrize(
    ("text", "row", "held", "part"),
    [
        pytest.param("a\n> ![x](y)", 1, "![x](y)", "y", id="a quote's mark taken off"),
        pytest.param(
            "- a\n\n\t![x](y)  ", 2, "![x](y)", "y", id="indentation and blanks taken off"
        ),
        pytest.param("## ![x](y) ##", 0, "![x](y)", "y", id="a heading's marks taken off"),
        pytest.param("a\r\nb ![x](y)\r\n", 0, "a \nb ![x](y)", "y", id="the second line, CRLF"),
    ],
)
def test_what_the_parser_holds_is_found_again(text: str, row: int, held: str, part: str) -> None:
    at = held.index(f"({part})") + 1
    ((start, end),) = Rows(text, 0).passage(held, row).spans(at, at + len(part))
    assert text[start:end] == part
    assert text[start - 1] == "("


def test_cells_are_found_one_after_the_other() -> None:
    rows = Rows("x ![x](y) | ![x](y)", 2)
    spans = [rows.passage("![x](y)", 0, cell=True).spans(5, 6) for _ in range(2)]
    assert spans == [[(7, 8)], [(17, 18)]]


def test_escaped_bars_of_a_cell_are_counted() -> None:
    text = r"| a | ![x\|](y\|z) |"
    ((start, end),) = Rows(text, 0).passage("![x|](y|z)", 0, cell=True).spans(6, 9)
    assert text[start:end] == r"y\|z"


def test_what_is_nowhere_is_not_placed() -> None:
    assert Rows("abc", 0).passage("xyz", 0).spans(0, 3) == []
    assert Rows("abc", 0).passage("abc", 5).spans(0, 3) == []


def test_a_block_in_a_quote_is_a_span_a_line() -> None:
    rows = Rows("> <b\n> c>", 0)
    assert rows.block("<b\nc>\n", 0, 2, whole=False) == [(2, 4), (7, 9)]
    assert rows.block("", 0, 2, whole=True) == [(0, 9)]


def test_only_keeps_places() -> None:
    assert Rows("ab\r\ncd\fef", 0).only([(4, 7), (0, 1)]) == "a   cd\f"
