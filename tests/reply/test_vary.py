"""What an answer depends on."""

from dataclasses import replace

import pytest

from proxy.reply.vary import lines, lines_for
from proxy.settings import Access
from tests.reply.answers import ALL, ANSWER, LISTED, answer_of, original, passing


@pytest.mark.parametrize(
    ("access", "varies", "expected"),
    [
        pytest.param(ALL, (), (), id="nothing: no line"),
        pytest.param(ALL, ("Accept",), (("Vary", "Accept"),), id="a format chosen by Accept"),
        pytest.param(LISTED, (), (("Vary", "Origin"),), id="listed readers, whoever asks"),
        pytest.param(LISTED, ("Accept",), (("Vary", "Accept, Origin"),), id="both, in one line"),
    ],
)
def test_lines(
    access: Access, varies: tuple[str, ...], expected: tuple[tuple[str, str], ...]
) -> None:
    assert lines(replace(ANSWER, access=access, varies=varies)) == expected


def test_lines_for_a_preflight() -> None:
    assert lines_for(LISTED, "X", "Y") == (("Vary", "X, Y, Origin"),)


@pytest.mark.parametrize(
    ("wanted", "carrying", "expected"),
    [
        pytest.param((), (), "", id="all readers' requests are alike to the origin"),
        pytest.param((), ("foo",), "Foo", id="one field goes on"),
        pytest.param((), ("*",), "Foo, Bar", id="all go on"),
        pytest.param((), ("baz",), "", id="another goes on"),
        pytest.param(("vary",), (), "Foo, Bar", id="Vary passes"),
        pytest.param(("*",), ("foo",), "Foo, Bar", id="everything passes"),
    ],
)
def test_the_origins_names(
    wanted: tuple[str, ...], carrying: tuple[str, ...], expected: str
) -> None:
    stored = original(("Vary", "Foo, ,"), ("vary", "Bar"))
    answer = replace(answer_of(stored), profile=passing(*wanted, carrying=carrying))
    assert lines(answer) == ((("Vary", expected),) if expected else ())
