"""Cache-Control, Age and validators, situation by situation (contracts/service.md, "Answers")."""

from dataclasses import replace

import pytest

from proxy.model.headers import Headers
from proxy.reply.answer import Answer
from proxy.reply.caching import lines
from tests.reply.answers import ANSWER, BODY, MADE, answer_of, original, passing, picture

OURS = f'"{BODY.digest[:32]}"'


def sent(answer: Answer) -> Headers:
    return Headers(lines(answer))


@pytest.mark.parametrize(
    ("stored", "by_origin", "lifetime_s", "expected"),
    [
        pytest.param(
            ["max-age=600, must-revalidate"],
            True,
            600.0,
            "max-age=600, must-revalidate",
            id="the origin's words as they are",
        ),
        pytest.param(
            ["public", "s-maxage=600"],
            True,
            600.0,
            "public, s-maxage=600",
            id="its two lines as one",
        ),
        pytest.param(["no-cache"], True, 0.0, "no-cache", id="no-cache stays no-cache"),
        pytest.param(
            ["private, max-age=600"], True, 0.0, "private, max-age=600", id="private stays private"
        ),
        pytest.param(
            [], True, 600.9, "public, max-age=600", id="the origin said it by Expires alone"
        ),
        pytest.param(
            ["no-transform"],
            True,
            600.0,
            "no-transform, max-age=600",
            id="by Expires beside other words",
        ),
        pytest.param([], False, 604800.0, "public, max-age=604800", id="the default"),
        pytest.param(["max-age=1"], False, 60.0, "public, max-age=60", id="the operator's least"),
        pytest.param([], False, 0.0, "public, max-age=0", id="no lifetime at all"),
        pytest.param(
            ["max-age=600, x=\udce9"],
            True,
            600.0,
            "public, max-age=600",
            id="words that cannot be sent",
        ),
    ],
)
def test_cache_control(
    stored: list[str],
    by_origin: bool,  # noqa: FBT001  # a table's column
    lifetime_s: float,
    expected: str,
) -> None:
    entry = original(*(("Cache-Control", value) for value in stored))
    answer = replace(answer_of(entry), by_origin=by_origin, lifetime_s=lifetime_s)
    assert sent(answer).all("Cache-Control") == (expected,)


@pytest.mark.parametrize(
    ("stored", "wanted", "expected"),
    [
        pytest.param([("Cache-Control", "max-age=1")], ("*",), ["max-age=1"], id="verbatim"),
        pytest.param(
            [("Cache-Control", "max-age=1")], ("cache-control",), ["max-age=1"], id="by name, too"
        ),
        pytest.param([("Expires", "0")], ("*",), [], id="Expires passes and says it all"),
        pytest.param(
            [("Expires", "0")], ("cache-control",), ["public, max-age=60"], id="Expires stays here"
        ),
        pytest.param([], ("*",), ["public, max-age=60"], id="the origin said nothing: our word"),
        pytest.param(
            [("Cache-Control", "a=\udce9")], ("*",), ["public, max-age=60"], id="nothing sendable"
        ),
    ],
)
def test_cache_control_that_passes(
    stored: list[tuple[str, str]], wanted: tuple[str, ...], expected: list[str]
) -> None:
    answer = replace(
        answer_of(original(*stored)), by_origin=False, lifetime_s=60.0, profile=passing(*wanted)
    )
    assert list(sent(answer).all("Cache-Control")) == expected


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [
        pytest.param(0.0, "0", id="at once"),
        pytest.param(60.9, "60", id="whole seconds"),
        pytest.param(-1.0, "0", id="never negative"),
        pytest.param(1e9, "1000000000", id="never in powers of ten"),
    ],
)
def test_age(age_s: float, expected: str) -> None:
    assert sent(replace(ANSWER, age_s=age_s)).all("Age") == (expected,)


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        pytest.param(['"theirs"'], '"theirs"', id="the origin's as given"),
        pytest.param(['W/"theirs"'], 'W/"theirs"', id="weak too"),
        pytest.param(["bare"], "bare", id="unquoted too"),
        pytest.param(['"a"', '"b"'], '"a"', id="the first of two"),
        pytest.param([], OURS, id="none: by the body's digest"),
        pytest.param(['"a\r\nSet-Cookie: b"'], OURS, id="one that would break the line"),
        pytest.param(['"\udce9"'], OURS, id="one that cannot be written"),
    ],
)
def test_etag_of_an_original(stored: list[str], expected: str) -> None:
    entry = original(*(("ETag", value) for value in stored))
    assert sent(answer_of(entry)).all("ETag") == (expected,)


def test_etag_of_a_picture_is_its_own() -> None:
    entry = original(("ETag", '"theirs"'))
    answer = replace(answer_of(entry), served=picture(entry))
    assert sent(answer).all("ETag") == (f'"{MADE.digest[:32]}"',)


def test_no_body_and_no_tag_is_no_etag() -> None:
    assert "ETag" not in sent(answer_of(replace(original(), body=None)))


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        pytest.param(
            ["Sun, 06 Nov 1994 08:49:37 GMT"], ("Sun, 06 Nov 1994 08:49:37 GMT",), id="as given"
        ),
        pytest.param([], (), id="never invented"),
        pytest.param(["a\nb"], (), id="never a line break"),
    ],
)
def test_last_modified_is_the_originals(stored: list[str], expected: tuple[str, ...]) -> None:
    entry = original(*(("Last-Modified", value) for value in stored))
    for served in (entry, picture(entry)):
        assert sent(replace(answer_of(entry), served=served)).all("Last-Modified") == expected
