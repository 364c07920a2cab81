"""What the ask's failures tell a client: what would be right, and nothing of what was asked."""

import pytest

from proxy.errors import (
    BadOption,
    MethodNotAllowed,
    NotOffered,
    RangeNotSatisfiable,
    UnknownPreset,
)


@pytest.mark.parametrize(
    ("known", "title"),
    [
        pytest.param(
            ("thumbnail", "headimg"),
            "There is no such preset; known presets: thumbnail, headimg",
            id="the known ones",
        ),
        pytest.param((), "There is no such preset; known presets: none", id="there are none"),
    ],
)
def test_an_unknown_preset_is_not_echoed(known: tuple[str, ...], title: str) -> None:
    failure = UnknownPreset("<script>", known)
    assert failure.title() == title
    assert "<script>" in str(failure), "the operator sees it"


def test_the_method_there_is_is_named() -> None:
    assert MethodNotAllowed("PUT /").title() == MethodNotAllowed.public
    assert MethodNotAllowed("PUT /-/purge", "POST").title() == "Only POST is answered here"


def test_a_wrong_option_is_pointed_at() -> None:
    failure = BadOption(5, "w takes pixels")
    assert failure.title() == "An option could not be read: at character 5, w takes pixels"
    assert (failure.at, failure.said) == (5, "w takes pixels")


def test_what_is_not_offered_is_named() -> None:
    failure = NotOffered("watermark")
    assert (failure.what, failure.title()) == ("watermark", "This is not offered here: watermark")


def test_a_range_beyond_the_end_knows_the_length() -> None:
    assert RangeNotSatisfiable(7).length == 7
