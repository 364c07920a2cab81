"""What the body is said to be."""

from dataclasses import replace

import pytest

from proxy.model.picture import Facts, Format
from proxy.reply.content import lines
from tests.reply.answers import ANSWER, answer_of, original


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        pytest.param("image/png", (("Content-Type", "image/png"),), id="the type that was judged"),
        pytest.param("", (), id="no body, no type"),
        pytest.param("text/x\r\nSet-Cookie: a", (), id="never a line break"),
    ],
)
def test_lines(media_type: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert lines(replace(ANSWER, served=replace(ANSWER.served, media_type=media_type))) == expected


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        pytest.param("text/plain;charset=utf-8", "text/plain;charset=utf-8", id="with its charset"),
        pytest.param("Text/Plain ; Charset=UTF-8", "Text/Plain ; Charset=UTF-8", id="as written"),
        pytest.param("text/plain; x=y", "text/plain", id="no other parameter"),
        pytest.param("text/plain; charset=a; x=y", "text/plain", id="nor one beside it"),
        pytest.param("text/html;charset=utf-8", "text/plain", id="never another type's"),
    ],
)
def test_a_charset_is_the_origins_word(theirs: str, expected: str) -> None:
    served = replace(original(("Content-Type", theirs)), media_type="text/plain")
    assert lines(answer_of(served)) == (("Content-Type", expected),)


def test_a_picture_has_no_charset() -> None:
    facts = Facts(format=Format.PNG, width=1, height=1)
    served = replace(original(("Content-Type", "image/png; charset=a")), facts=facts)
    assert lines(answer_of(served)) == (("Content-Type", "image/png"),)
